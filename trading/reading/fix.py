"""I find FIX messages in a log, whatever stands before them and whichever mark divides their fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from trading.reading.document import Document
from trading.reading.errors import StatementTooLarge
from trading.reading.limits import ROWS
from trading.reading.texts import plain

SOH = "\x01"
START = re.compile(r"8=FIXT?\.\d\.\d(?:SP\d)?(\x01|\^A|<SOH>|[|^;])")
FIELD = re.compile(r"([0-9]{1,5})=(.*)", re.DOTALL)
TAGS = {
    1: "Account",
    6: "AvgPx",
    11: "ClOrdID",
    12: "Commission",
    14: "CumQty",
    15: "Currency",
    17: "ExecID",
    19: "ExecRefID",
    31: "LastPx",
    32: "LastQty",
    37: "OrderID",
    38: "OrderQty",
    39: "OrdStatus",
    49: "Sender",
    54: "Side",
    55: "Symbol",
    56: "Target",
    58: "Text",
    60: "TransactTime",
    150: "ExecType",
    151: "LeavesQty",
}
LONGEST_MESSAGE = 65_536


@dataclass(frozen=True)
class Message:
    """`fields` keeps the first value of each tag; `text` is the message with SOH between its fields."""

    row: int
    fields: dict[int, str]
    text: str

    def of(self, tag: int) -> str:
        return self.fields.get(tag, "").strip()

    def raw(self) -> dict[str, str]:
        return {name: plain(self.of(tag)) for tag, name in TAGS.items() if self.of(tag)}

    @cached_property
    def figures(self) -> tuple[str, ...]:
        return tuple(self.of(tag) for tag in (1, 31, 32, 37, 54, 55))

    def damage(self) -> str:
        """What contradicts the message's own length (9) or checksum (10); "" where both agree or are not given."""
        stated = self.of(10)
        if not stated:
            return "is missing, so the message was cut off"
        body = self.text[: self.text.rindex(f"{SOH}10=") + 1]
        if f"{sum(body.encode('utf-8', 'replace')) % 256:03}" != stated:
            return f"{plain(stated)[:10]} is not what the message adds up to"
        after = body.find(SOH, body.find(f"{SOH}9=") + 1) + 1
        if self.of(9) and self.of(9) != str(len(body[after:].encode("utf-8", "replace"))):
            return f"fits, but the length is not {plain(self.of(9))[:10]}"
        return ""


def messages_in(document: Document) -> Iterator[Message]:
    """Each message with the line it stands in."""
    text, row, place = document.text, 1, 0
    starts = list(START.finditer(text))
    for count, found in enumerate(starts):
        if count >= ROWS:
            raise StatementTooLarge(
                name=document.name, found=f"more than {ROWS:,} messages", limit=f"{ROWS:,} messages"
            )
        row += text.count("\n", place, found.start())
        place = found.start()
        end = starts[count + 1].start() if count + 1 < len(starts) else len(text)
        yield _message(text[found.start() : min(end, found.start() + LONGEST_MESSAGE)], found[1], row)


def _message(text: str, mark: str, row: int) -> Message:
    """A message ends with its checksum; what a log writes after it is no part of it."""
    fields: dict[int, str] = {}
    kept: list[str] = []
    for part in text.split(mark):
        found = FIELD.fullmatch(part.strip("\r\n") if kept else part)
        if not found:
            break
        fields.setdefault(int(found[1]), found[2])
        kept.append(part)
        if found[1] == "10":
            fields[10] = kept[-1].partition("=")[2][:3]
            break
    return Message(row, fields, SOH.join(kept))


def execution_key(message: Message, exec_id: str | None = None) -> str:
    """An ExecID is the sender's own within a day's session. Bridges that repeat the order's id there, or one id for
    every report, are told apart by how much of the order was filled when."""
    named = message.of(17) if exec_id is None else exec_id
    session = f"{message.of(49)}>{message.of(56)} {message.of(52)[:8]}"
    if named and named != message.of(37):
        return f"{session} {plain(named)}"
    return f"{session} {plain(message.of(37))}+{plain(message.of(14))}+{plain(message.of(32))}@{plain(message.of(31))}"

"""I keep one FIX 4.4 session: log on, hear everything in the order of its numbers, ask again for what is missing.

The tag meanings are FIX 4.4's (volume 2, session protocol). Only this side's duties are written out: we send no
business messages, so whatever we are asked to send again is filled with a gap.
"""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

import simplefix

HEARTBEAT, TEST, RESEND, SEQUENCE_RESET, LOGOUT, EXECUTION, LOGON = "0", "1", "2", "4", "5", "8", "A"
RECEIVED_AT_ONCE = 65_536
AHEAD_KEPT = 10_000


class SessionEnded(Exception):
    """Why the other side is gone; what was heard before it went still counts."""


class LogonRefused(Exception):
    """The other side's own words."""


@dataclass(slots=True)
class Numbers:
    """The next number we expect and the next we send."""

    incoming: int = 1
    outgoing: int = 1


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as tag → first value."""

    fields: Mapping[int, str]

    def of(self, tag: int) -> str:
        return self.fields.get(tag, "")

    @property
    def kind(self) -> str:
        return self.of(35)

    @property
    def number(self) -> int:
        return int(self.of(34) or 0)


@dataclass(slots=True)
class Session:
    """`take` is given every business message once, in order."""

    line: socket.socket
    sender: str
    target: str
    numbers: Numbers
    take: Callable[[Heard], None]
    heartbeat: int = 30
    reader: simplefix.FixParser = field(default_factory=simplefix.FixParser)
    ahead: dict[int, Heard] = field(default_factory=dict)
    logged_on: bool = False
    asked_from: int = 0
    heard_at: float = field(default_factory=monotonic)
    sent_at: float = field(default_factory=monotonic)
    tested: bool = False

    def log_on(self, *, username: str, password: str, until: float) -> None:
        told = [(98, "0"), (108, str(self.heartbeat)), (141, "N")]
        told += [(553, username)] if username else []
        told += [(554, password)] if password else []
        self.send(LOGON, told)
        while not self.logged_on:
            if monotonic() > until:
                raise SessionEnded("it did not answer our logon in time")
            self.hear(0.2)

    def listen(self, *, quiet: float, until: float) -> None:
        """Until nothing has been missing and nothing new came for `quiet` seconds."""
        last, before = monotonic(), self.numbers.incoming
        while monotonic() < until:
            self.hear(0.1)
            if self.numbers.incoming != before or self.ahead:
                last, before = monotonic(), self.numbers.incoming
            elif monotonic() - last >= quiet:
                return

    def log_out(self) -> None:
        self.send(LOGOUT, [])

    def hear(self, seconds: float) -> None:
        """Whatever comes within this time; keeps the line alive meanwhile."""
        self.line.settimeout(seconds)
        try:
            some = self.line.recv(RECEIVED_AT_ONCE)
        except TimeoutError:
            self._keep_alive()
            return
        except OSError as flaw:
            raise SessionEnded(f"the line broke ({flaw.strerror or type(flaw).__name__})") from None
        if not some:
            raise SessionEnded("it closed the line")
        self.heard_at, self.tested = monotonic(), False
        self.reader.append_buffer(some)
        while (message := self.reader.get_message()) is not None:
            self._arrived(_heard(message))

    def _keep_alive(self) -> None:
        now = monotonic()
        if now - self.heard_at > self.heartbeat * 1.2:
            if self.tested and now - self.heard_at > self.heartbeat * 2.4:
                raise SessionEnded("it fell silent")
            if not self.tested:
                self.tested = True
                self.send(TEST, [(112, f"{now:.3f}")])
        elif now - self.sent_at > self.heartbeat:
            self.send(HEARTBEAT, [])

    # In order --------------------------------------------------------------------------------------------

    def _arrived(self, heard: Heard) -> None:
        if heard.kind == LOGOUT and not self.logged_on:
            raise LogonRefused(heard.of(58) or "no reason told")
        if heard.kind == LOGON:
            self.logged_on = True
        if heard.kind == SEQUENCE_RESET and heard.of(123) != "Y":
            self._skip_to(int(heard.of(36) or 0))
        elif heard.number > self.numbers.incoming:
            self._missing(heard)
        elif heard.number == self.numbers.incoming:
            self._next(heard)
            self._catch_up()
        elif heard.of(43) != "Y" and heard.kind != LOGON:
            raise SessionEnded(f"its number {heard.number} is lower than the {self.numbers.incoming} expected")

    def _missing(self, heard: Heard) -> None:
        """Keep it until its turn, and ask once for all before it. What asks us something is answered at once."""
        if len(self.ahead) < AHEAD_KEPT:
            self.ahead[heard.number] = heard
        if heard.kind == RESEND:
            self._fill(heard)
        if self.asked_from != self.numbers.incoming:
            self.asked_from = self.numbers.incoming
            self.send(RESEND, [(7, str(self.numbers.incoming)), (16, "0")])

    def _catch_up(self) -> None:
        while (kept := self.ahead.pop(self.numbers.incoming, None)) is not None:
            self._next(kept, again=True)
        self.ahead = {number: one for number, one in self.ahead.items() if number > self.numbers.incoming}

    def _next(self, heard: Heard, *, again: bool = False) -> None:
        if heard.kind == SEQUENCE_RESET:
            self._skip_to(int(heard.of(36) or 0))
            return
        if heard.kind == TEST:
            self.send(HEARTBEAT, [(112, heard.of(112))])
        elif heard.kind == RESEND and not again:
            self._fill(heard)
        elif heard.kind == LOGOUT:
            self.numbers.incoming += 1
            raise SessionEnded(f"it logged us out: {heard.of(58) or 'no reason told'}")
        elif heard.kind not in (HEARTBEAT, LOGON, RESEND):
            self.take(heard)
        self.numbers.incoming += 1

    def _skip_to(self, number: int) -> None:
        """A gap is never filled backwards."""
        self.numbers.incoming = max(self.numbers.incoming, number)
        self._catch_up()

    def _fill(self, heard: Heard) -> None:
        first = int(heard.of(7) or 1)
        fields = [(43, "Y"), (123, "Y"), (36, str(self.numbers.outgoing))]
        self.send(SEQUENCE_RESET, fields, number=first)

    def send(self, kind: str, fields: list[tuple[int, str]], *, number: int | None = None) -> None:
        message = simplefix.FixMessage()
        message.append_pair(8, "FIX.4.4")
        message.append_pair(35, kind)
        message.append_pair(49, self.sender)
        message.append_pair(56, self.target)
        message.append_pair(34, self.numbers.outgoing if number is None else number)
        message.append_pair(52, f"{datetime.now(UTC):%Y%m%d-%H:%M:%S.%f}"[:-3])
        for tag, value in fields:
            message.append_pair(tag, value)
        if number is None:
            self.numbers.outgoing += 1
        try:
            self.line.sendall(message.encode())
        except OSError as flaw:
            raise SessionEnded(f"the line broke ({flaw.strerror or type(flaw).__name__})") from None
        self.sent_at = monotonic()


def _heard(message: simplefix.FixMessage) -> Heard:
    fields: dict[int, str] = {}
    for tag, value in message.pairs:
        fields.setdefault(int(tag), value.decode("utf-8", "replace"))
    return Heard(fields)

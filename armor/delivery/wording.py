"""I put an event into a headline, a sentence and a few named figures, for people who read it in a chat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

COLOURS = {1: 0xE0BC74, 2: 0xFF8B82, 3: 0xAF2D2D}
MARKS = {1: "⚠️", 2: "🟠", 3: "🛑"}


@dataclass(frozen=True, slots=True)
class Wording:
    headline: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    level: int
    at: datetime


def wording(event: dict[str, Any]) -> Wording:
    data, at = event["data"], datetime.fromisoformat(event["timestamp"])
    if event["type"] == "armor_breach":
        level = int(data["level"])
        facts = (
            ("Account", data["account_name"]), ("Level", str(level)),
            ("Used", f"{data['value']} of {data['limit']} {data['currency']}"), ("Resets", data["resets_label"]),
        )  # fmt: skip
        return Wording(f"{MARKS[level]} {data['title']}", data["body"], facts, level, at)
    if event["type"] == "trade_created":
        count = int(data["count"])
        sentence = f"{count} new or changed trade{'' if count == 1 else 's'} in {data['account_name']}."
        return Wording("Trades recorded", sentence, (("Account", data["account_name"]),), 0, at)
    return Wording(str(data.get("title", event["type"])), str(data.get("body", "")), (), 0, at)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"

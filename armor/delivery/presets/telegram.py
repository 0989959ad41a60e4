"""I write for a Telegram bot: sendMessage to the chat that the address names.

The address is https://api.telegram.org/bot<token>/sendMessage?chat_id=<chat>. Source: Telegram Bot API, “sendMessage”
(text of at most 4096 characters) and “HTML style” (escape &, < and >).
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from armor.delivery.presets import presets
from armor.delivery.presets.slack import escaped
from armor.delivery.wording import cut, wording


@presets.named("telegram")
def telegram(event: dict[str, Any], url: str) -> dict[str, Any]:
    said = wording(event)
    facts = "\n".join(f"{name}: {value}" for name, value in said.facts)
    lines = [f"<b>{escaped(cut(said.headline, 250))}</b>", escaped(cut(said.sentence, 2000)), escaped(cut(facts, 1000))]
    return {
        "chat_id": chat_of(url),
        "text": "\n".join(line for line in lines if line),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def chat_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("chat_id", [""])[0]

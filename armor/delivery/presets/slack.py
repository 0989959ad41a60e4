"""I write for a Slack incoming webhook: blocks, and a plain text for notifications.

Source: Slack developer documentation, “Sending messages using incoming webhooks”, “Block Kit” (header 150, section
text 3000, field 2000 characters) and “Formatting text” (escape &, < and >, which would otherwise mention people).
"""

from typing import Any

from armor.delivery.presets import presets
from armor.delivery.wording import cut, wording


@presets.named("slack")
def slack(event: dict[str, Any], url: str) -> dict[str, Any]:
    said = wording(event)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(said.headline, 150)}},
        {"type": "section", "text": {"type": "mrkdwn", "text": cut(escaped(said.sentence) or " ", 3000)}},
    ]
    if said.facts:
        fields = [
            {"type": "mrkdwn", "text": cut(f"*{escaped(name)}*\n{escaped(value)}", 2000)} for name, value in said.facts
        ]
        blocks.append({"type": "section", "fields": fields})
    return {"text": cut(escaped(f"{said.headline}. {said.sentence}"), 3000), "blocks": blocks}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""I write for a Discord webhook: one embed, nobody mentioned.

Source: Discord developer documentation, “Execute Webhook” and “Embed limits” (title 256, description 4096, field
name 256, field value 1024 characters).
"""

from typing import Any

from armor.delivery.presets import presets
from armor.delivery.wording import COLOURS, cut, wording


@presets.named("discord")
def discord(event: dict[str, Any], url: str) -> dict[str, Any]:
    said = wording(event)
    return {
        "username": "Aether Armor",
        "allowed_mentions": {"parse": []},
        "embeds": [{
            "title": cut(said.headline, 256), "description": cut(said.sentence, 4096),
            "color": COLOURS.get(said.level, 0x5C98C6), "timestamp": said.at.isoformat(),
            "fields": [_field(name, value) for name, value in said.facts],
        }],
    }  # fmt: skip


def _field(name: str, value: str) -> dict[str, Any]:
    return {"name": cut(name, 256), "value": cut(value, 1024), "inline": True}

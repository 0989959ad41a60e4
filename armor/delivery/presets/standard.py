"""I send the event as it is: type, timestamp, version, data."""

from typing import Any

from armor.delivery.presets import presets


@presets.named("standard")
def standard(event: dict[str, Any], url: str) -> dict[str, Any]:
    return event

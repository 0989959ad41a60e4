"""How an event is written for one kind of receiver: one file each, found by its name."""

from collections.abc import Callable
from typing import Any

from aetheris.registry import Registry

# (the whole event as in Standard Webhooks, the endpoint's URL) → the JSON to send.
Preset = Callable[[dict[str, Any], str], dict[str, Any]]

presets: Registry[Preset] = Registry("webhook preset", "armor.delivery.presets")

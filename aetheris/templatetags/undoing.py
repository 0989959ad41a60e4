"""I find in a message the address that takes back what it tells of."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def undo_url(message: Any) -> str:
    """“undo /trades/…/restore/” among its tags."""
    word, _, rest = (getattr(message, "extra_tags", "") or "").partition(" ")
    return rest if word == "undo" and rest.startswith("/") and not rest.startswith("//") else ""

"""I sweep what is over out of the store that all processes share."""

from django.core.cache import cache


def sweep() -> int:
    """How many notes were swept."""
    return int(cache.sweep())  # type: ignore[attr-defined]

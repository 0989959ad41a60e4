"""I see trades that are opened right after a loss."""

from datetime import timedelta

from armor.ask import COMMON, count
from armor.conduct import is_revenge
from armor.limit import Limit
from armor.measure import Measure, forbidden
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "revenge_trading", title="Re-entry after a loss", headline="A trade right after a loss", unit="trades",
    moments=ENTRIES, levels=(2, 3), asks=COMMON | {"minutes": count("minutes to wait after a loss")},
)  # fmt: skip
def revenge_trading(state: State, limit: Limit) -> Measure:
    """Opened within `minutes` after a losing trade of the same trading day was closed."""
    done = is_revenge(state, timedelta(minutes=float(limit.number("minutes"))))
    return forbidden(state, limit, done=done, minutes=limit.number("minutes"))

"""I see a position that is larger than the one that just lost."""

from armor.ask import COMMON, Ask
from armor.conduct import growth
from armor.limit import Limit
from armor.measure import Measure, forbidden
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "size_escalation", title="Size after a loss", headline="Size grows after a loss", unit="times", moments=ENTRIES,
    levels=(2, 3), asks=COMMON | {"factor": Ask(help="most times the size that lost", needed=True, least=1)},
)  # fmt: skip
def size_escalation(state: State, limit: Limit) -> Measure:
    """Quantity more than `factor` times that of the same symbol's last trade of the day, which lost."""
    times, most = growth(state), limit.number("factor")
    return forbidden(state, limit, done=times > most, used=times, most=most)

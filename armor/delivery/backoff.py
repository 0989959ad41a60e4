"""I say when to try again: soon at first, then ever more seldom, for about a day."""

import random
from datetime import timedelta

# After the first try, which is at once. They add up to 23 h 42 min; the schedule follows Standard Webhooks' advice.
WAITS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
JITTER = 0.2
LONGEST_ASKED = 6 * 3600


def wait_after(tries: int, *, asked: int | None = None, chance: random.Random | None = None) -> timedelta | None:
    """How long to wait after so many tries, a fifth more or less so that not all come at once; None: give up.

    `asked` is what the receiver asked for (Retry-After), heeded up to six hours.
    """
    if tries > len(WAITS):
        return None
    spread = (chance or random).uniform(1 - JITTER, 1 + JITTER)
    return timedelta(seconds=max(WAITS[tries - 1] * spread, min(asked or 0, LONGEST_ASKED)))

"""I count what this process answers, for whoever watches over it."""

from bisect import bisect_left
from collections import Counter
from threading import Lock

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Tally:
    """Requests by method and status, and how long they took; a method nobody knows counts as OTHER."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.answered: Counter[tuple[str, int]] = Counter()
        self.within = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self.answered[method if method in METHODS else "OTHER", status] += 1
            self.within[bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds

    def taken(self) -> tuple[dict[tuple[str, int], int], list[int], float]:
        """Counts, requests by the bound they kept to, seconds altogether: of one moment."""
        with self._lock:
            return dict(self.answered), list(self.within), self.seconds


tally = Tally()

"""I remember what was computed of an account's past for as long as the database's mark says that nothing was written.

Whatever writes a trade makes its account due in the same transaction, so the row that says so is another one
afterwards: its version is the mark. Mark and figure are read in one statement, of one moment. An account without a
mark, or one that is not the asker's to see, is remembered by nobody.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

# Of a row and of the command that wrote it: a transaction that writes twice leaves two marks.
MARK = "(SELECT concat_ws(' ', due.xmin, due.ctid, due.cmin) FROM armor_due due WHERE due.account_id = {})"
MOST = 10_000


class Remembered:
    """The figures asked for last, in this process alone; `None` is never kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._kept, self._lock = most, OrderedDict[Hashable, Any](), Lock()

    def get(self, mark: str | None, *of: Hashable) -> Any:
        with self._lock:
            if mark is None or (found := self._kept.get((mark, of))) is None:
                return None
            self._kept.move_to_end((mark, of))
            return found

    def keep(self, value: Any, mark: str | None, *of: Hashable) -> None:
        if mark is None or value is None:
            return
        with self._lock:
            self._kept[mark, of] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

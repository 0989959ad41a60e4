"""I draw how far something has come on a terminal, and nothing anywhere else."""

from typing import Any

WIDTH = 30


class Bar:
    """`on` is a command's own stderr; a file or a pipe is told nothing."""

    def __init__(self, on: Any, name: str) -> None:
        self.on, self.name = on, name
        self._length = 0

    def show(self, done: int, total: int, words: str = "") -> None:
        if self.on.isatty():
            line = f"{self.name} {words or drawn(done, total)}"
            self.on.write("\r" + line.ljust(self._length), style_func=str, ending="")
            self.on.flush()
            self._length = len(line)

    def end(self) -> None:
        if self._length:
            self.on.write("", style_func=str)
            self._length = 0


def drawn(done: int, total: int) -> str:
    """[#######...]  23 %, 46,000 of 200,000 rows. A total is a guess until the end: never more than full."""
    part = min(done / total, 1.0) if total else 0.0
    full = int(part * WIDTH)
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {int(part * 100):3} %, {done:,} of {max(total, done):,} rows"

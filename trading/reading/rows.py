"""I am one row of a broker's table, wherever it came from."""

from typing import NamedTuple


class Row(NamedTuple):
    """`number` counts from 1 as the reader's own program would show it; `hint` is a tooltip the broker left there."""

    number: int
    cells: list[str]
    hint: str = ""

    def cell(self, index: int) -> str:
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]

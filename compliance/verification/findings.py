"""I am one thing that is not as it was written, and the place of it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: what happened. where: the place, as precisely as it can be known. what: one sentence for a person."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"

    def told(self) -> dict[str, Any]:
        return asdict(self)

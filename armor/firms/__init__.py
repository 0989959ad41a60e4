"""Prop firms' programmes as data: I read the files beside me, one a programme, each with its phases."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Programme:
    """One file: key is its name, values its content."""

    key: str
    values: dict[str, Any]

    @property
    def phases(self) -> list[dict[str, Any]]:
        return list(self.values["phases"])

    def limits_of(self, phase: dict[str, Any]) -> list[dict[str, Any]]:
        """The programme's limits, and the profit target of this phase where one is known."""
        target = [{"rule": "profit_target", **phase["target"]}] if "target" in phase else []
        return [*self.values["limits"], *target]


def programmes() -> list[Programme]:
    return [
        Programme(path.stem, tomllib.loads(path.read_text(), parse_float=Decimal))
        for path in sorted(FOLDER.glob("*.toml"))
    ]


def plain(value: Any) -> Any:
    """TOML as JSON keeps it: decimals and dates as text."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal | date) else value

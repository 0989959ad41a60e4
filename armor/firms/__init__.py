"""Prop firms' programmes as data: I read the files beside me and publish what is new, once."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Programme:
    """One file: key is its name, values its content."""

    key: str
    values: dict[str, Any]


def programmes() -> list[Programme]:
    return [
        Programme(path.stem, tomllib.loads(path.read_text(), parse_float=Decimal))
        for path in sorted(FOLDER.glob("*.toml"))
    ]

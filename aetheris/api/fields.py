"""I leave of an answer the fields that were asked for: `?fields=id,symbol`."""

from typing import Any

from aetheris.api.errors import FieldUnknown


def only(data: Any, words: str) -> Any:
    """The same page, list or row, each row with the named fields alone."""
    names = [name.strip() for name in words.split(",") if name.strip()]
    if isinstance(data, dict) and isinstance(data.get("results"), list):
        return {**data, "results": [_row(row, names) for row in data["results"]]}
    if isinstance(data, list):
        return [_row(row, names) for row in data]
    return _row(data, names) if isinstance(data, dict) else data


def _row(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    for name in names:
        if name not in row:
            raise FieldUnknown(field="fields", name=name[:60], known=", ".join(row))
    return {name: row[name] for name in names}

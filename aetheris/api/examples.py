"""I give every body and every answer of the description an example, made of its own shape."""

import re
from typing import Any

from drf_spectacular.utils import OpenApiExample

Shape = dict[str, Any]
Parts = dict[str, Shape]

DEEP = 12  # a shape that holds itself ends here
FORMATS = {
    "uuid": "01928f6e-7b3a-7c41-9d52-3f0a6e8b1c27", "date-time": "2026-03-02T14:30:00Z", "date": "2026-03-02",
    "email": "ana@example.com", "uri": "https://example.com/hooks/aetheris", "binary": "(the file's bytes)",
}  # fmt: skip
WORDS = {
    "symbol": "EURUSD", "currency": "EUR", "base_currency": "EUR", "base": "EUR", "asset_class": "forex",
    "broker": "mt5", "broker_type": "mt5", "broker_trade_id": "5082113", "broker_account_id": "7712345",
    "timezone": "Europe/Madrid", "day_timezone": "America/New_York", "zone": "Europe/Madrid", "at": "17:00",
    "account_name": "Swing", "name": "Swing", "first_name": "Ana", "last_name": "Ruiz", "locale": "en",
    "password": "four quiet horses", "current_password": "four quiet horses", "new_password": "eleven slow rivers",
    "code": "287082", "totp": "287082", "url": "https://example.com/hooks/aetheris", "rule": "max_daily_loss",
    "unit": "ratio", "source": "manual", "quantity": "1.00", "starting_balance": "50000", "balance": "50410.50",
    "equity": "50388.00", "entry_price": "1.08500", "exit_price": "1.08950", "stop_loss": "1.08300",
    "take_profit": "1.09200", "entry": "1.08500", "stop": "1.08300", "multiplier": "100000", "gross_pnl": "450.00",
    "pnl": "443.00", "commissions": "7.00", "swap": "0", "slippage": "0.00005", "initial_risk": "200.00",
    "exit_time": "2026-03-02T16:05:00Z", "session_end": "2026-03-02T18:00:00Z", "expires_at": "2027-03-02T00:00:00Z",
    "csv": "time,currency,title,impact", "decimal": ".",
}  # fmt: skip
NUMBERS = ("100.00", "1.00", "0.5")
TEXTS = ("As planned.", "2026-03-02", "14:30:00", "EUR", "8f1c2d3e4b5a69788796a5b4c3d2e1f0", FORMATS["uuid"])


def sent(about: str, **values: Any) -> OpenApiExample:
    """A body as a program sends it, for a view whose words depend on one another."""
    return OpenApiExample(about, values, request_only=True)


def example_of(shape: Shape, parts: Parts, *, asked: bool, name: str = "", depth: int = 0) -> Any:
    """A value that the shape allows. `asked`: as a program sends it, so without what only we may say."""
    shape = _opened(shape, parts)
    for word in ("example", "default", "const"):
        if shape.get(word) is not None:
            return shape[word]
    if shape.get("examples"):
        return shape["examples"][0]
    if told := [word for word in shape.get("enum", ()) if word is not None]:
        return told[0]
    kind = _kind(shape)
    if kind == "object" and depth < DEEP:
        return _object(shape, parts, asked, depth)
    if kind == "array" and depth < DEEP:
        one = example_of(shape.get("items", {}), parts, asked=asked, name=name, depth=depth + 1)
        return [one] * max(1, int(shape.get("minItems", 1)))
    return _plain(kind, shape, name)


def _opened(shape: Shape, parts: Parts) -> Shape:
    """What a name stands for; the first of several ways; several shapes at once as one."""
    while "$ref" in shape:
        shape = {**parts[shape["$ref"].rpartition("/")[2]], **{k: v for k, v in shape.items() if k != "$ref"}}
    ways = [one for word in ("oneOf", "anyOf") for one in shape.get(word, ()) if one.get("type") != "null"]
    for one in [*ways[:1], *shape.get("allOf", ())]:
        shape = {**{k: v for k, v in shape.items() if k not in ("oneOf", "anyOf", "allOf")}, **_opened(one, parts)}
    return shape


def _kind(shape: Shape) -> str:
    told = shape.get("type") or ("object" if "properties" in shape else "")
    return str(told) if not isinstance(told, list) else next(one for one in told if one != "null")


def _object(shape: Shape, parts: Parts, asked: bool, depth: int) -> dict[str, Any]:
    hidden = "readOnly" if asked else "writeOnly"
    told = {name: one for name, one in shape.get("properties", {}).items() if not one.get(hidden)}
    if not told and isinstance(more := shape.get("additionalProperties"), dict):
        told = {"EUR": more}
    return {name: example_of(one, parts, asked=asked, name=name, depth=depth + 1) for name, one in told.items()}


def _plain(kind: str, shape: Shape, name: str) -> Any:
    if kind in ("integer", "number"):
        return min(max(1, shape.get("minimum", 1)), shape.get("maximum", 1_000_000))
    if kind != "string":
        return {"boolean": True, "object": {}, "array": []}.get(kind)
    first = (WORDS.get(name), FORMATS.get(shape.get("format", "")))
    tried = [*(NUMBERS if shape.get("format") == "decimal" else ()), *TEXTS]
    return next((word for word in (*first, *tried) if word is not None and _fits(word, shape)), "")


def _fits(word: str, shape: Shape) -> bool:
    long = shape.get("minLength", 0) <= len(word) <= shape.get("maxLength", len(word))
    return long and _of(word, shape.get("format", "")) and re.search(shape.get("pattern", ""), word) is not None


def _of(word: str, format: str) -> bool:
    """A word by its name alone may be of another kind than what this field holds."""
    return format not in FORMATS or word == FORMATS[format] or (format == "date-time" and word.endswith("Z"))

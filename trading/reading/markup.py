"""I walk through XML piece by piece; I refuse document types and entities at the first sign of them."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from trading.reading.errors import StatementDamaged, StatementUnsafe

DEEPEST = 64


def walk(
    name: str,
    pieces: Iterable[bytes],
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    row: Callable[[], int] = lambda: 0,
) -> Iterable[None]:
    """Feed the pieces to the handlers, pausing after each. `row` tells how far we got, for the message."""
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse(name, "document type declaration (DTD)")
    parser.EntityDeclHandler = _refuse(name, "entity declaration")
    parser.ExternalEntityRefHandler = _refuse(name, "reference to an outside entity")
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise StatementUnsafe(name=name, found=f"nesting deeper than {DEEPEST} levels")
        start(tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag.rpartition(":")[2])

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        where = f"line {parser.CurrentLineNumber}" if parser.CurrentLineNumber else "its start"
        raise StatementDamaged(name=name, reason=f"its XML breaks off at {where}", row=row()) from error
    yield


def _refuse(name: str, found: str) -> Callable[..., int]:
    def handler(*_: object) -> int:
        raise StatementUnsafe(name=name, found=found)

    return handler

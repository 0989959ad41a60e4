"""I am the base of every error a person may read; my docstring is the message."""

from collections.abc import Callable
from typing import Any, ClassVar


class AetherisError(Exception):
    """Something went wrong. Try again; if it stays, contact support with the time it happened."""

    spoken: ClassVar[Callable[[str], str]] = str  # in the reader's language, once the frame has woken
    code = "error"
    status = 400

    def __init__(self, **data: Any) -> None:
        self.data = data
        template = " ".join((type(self).__doc__ or "").split())
        super().__init__(template.format_map(_Known(data)))

    @property
    def message(self) -> str:
        """For whoever reads a page; programs and logs are told the English of `str`."""
        return AetherisError.spoken(str(self))


class _Known(dict[str, Any]):
    """A missing figure shows as “?” so that a broken message never hides the error itself."""

    def __missing__(self, key: str) -> str:
        return "?"

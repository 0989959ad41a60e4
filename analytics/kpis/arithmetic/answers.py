"""I say why a figure has no value, instead of giving a number that stands in for it."""

from typing import SupportsFloat


class Undefined(Exception):
    """A figure that has no value here; `reason` is a sentence a trader may read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def quotient(numerator: SupportsFloat, denominator: SupportsFloat, reason: str = "the denominator is zero") -> float:
    """numerator / denominator as a float; Undefined(reason) when the denominator is zero."""
    if denominator == 0:
        raise Undefined(reason)
    return float(numerator) / float(denominator)


def required(condition: object, reason: str) -> None:
    if not condition:
        raise Undefined(reason)

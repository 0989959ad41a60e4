"""I alone round money; everyone else carries Decimals as they came."""

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
STORED = Decimal("0.00000001")


def to_cents(amount: Decimal) -> Decimal:
    """Round to two decimals, half to even, never to a negative zero."""
    return amount.quantize(CENT, ROUND_HALF_EVEN) + Decimal(0)


def to_stored(amount: Decimal) -> Decimal:
    """Round to the eight decimals a money column keeps."""
    return amount.quantize(STORED, ROUND_HALF_EVEN) + Decimal(0)

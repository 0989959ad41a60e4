"""I tell higher floors that an account's own limits change, inside the same transaction."""

from django.dispatch import Signal

# Arguments: account (TradingAccount), raised (name → value: limits that are not written but wait),
# written (names of limits that were written now).
limits_changed = Signal()

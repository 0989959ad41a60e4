"""I tell higher floors that trades of an account were written, inside the writer's transaction."""

from django.dispatch import Signal

# Arguments: account (TradingAccount), ids (list of the new and changed trades' ids).
trades_recorded = Signal()

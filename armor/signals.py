"""I tell higher floors that an account was judged after its trades changed, inside the same transaction."""

from django.dispatch import Signal

# Arguments: account (TradingAccount), touched_from (the earliest moment whose result may have changed, or None).
account_judged = Signal()

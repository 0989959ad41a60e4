"""I bring armor's watch onto the trades table: whoever writes a trade, its account is due."""

from aetheris.db.triggers import after_statements
from trading.models import Trade


class WatchedTrade(Trade):
    """No table of its own: only the law that armor lays on another floor's table."""

    class Meta:
        proxy = True
        triggers = after_statements("marks_due", inserted="law.mark_inserted_due", updated="law.mark_updated_due")

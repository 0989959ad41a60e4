"""I bring armor's watch onto the tables of trades and readings: whoever writes one, its account is due."""

import pgtrigger

from aetheris.db.triggers import Law, after_statements
from trading.models import Reading, Trade


class WatchedTrade(Trade):
    """No table of its own: only the law that armor lays on another floor's table."""

    class Meta:
        proxy = True
        triggers = after_statements("marks_due", inserted="law.mark_inserted_due", updated="law.mark_updated_due")


class WatchedReading(Reading):
    """The same for what a broker reads out."""

    class Meta:
        proxy = True
        triggers = [
            Law(name="marks_due_insert", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"), function="law.mark_read_due")
        ]  # fmt: skip

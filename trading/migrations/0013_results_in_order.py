from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

STANDING = models.Q(deleted_at__isnull=True)


class Migration(migrations.Migration):
    """The new index stands before the old one goes, and neither holds up who writes."""

    atomic = False
    dependencies = [("trading", "0012_numbers")]
    operations = [
        AddIndexConcurrently(
            "trade",
            models.Index(
                fields=["user", "account", "exit_time"],
                include=["pnl", "duration_ms"],
                condition=STANDING,
                name="trades_by_result",
            ),
        ),
        AddIndexConcurrently(
            "trade",
            models.Index(
                "user",
                models.F("exit_time").desc(),
                models.F("id").desc(),
                condition=STANDING,
                name="trades_in_journal",
            ),
        ),
        AddIndexConcurrently(
            "trade",
            models.Index(
                fields=["user", "broker_connection"],
                condition=models.Q(broker_connection__isnull=False),
                name="trades_of_connection",
            ),
        ),
        RemoveIndexConcurrently("trade", "trades_by_exit"),
        RemoveIndexConcurrently("trade", "trades_by_connection"),
    ]

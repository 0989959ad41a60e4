"""What happened: trades, brokers, sync, sessions."""

from django.apps import AppConfig


class TradingConfig(AppConfig):
    name = "trading"
    default_auto_field = "django.db.models.BigAutoField"
    rounds = {
        "imports": ("trading.rounds.take_imports", 0.5),
        "more imports": ("trading.rounds.take_imports", 0.7),
        "readings": ("trading.rounds.thin_readings", 3600.0),
    }

    def ready(self) -> None:
        from trading import notes  # noqa: F401 - takes its rings

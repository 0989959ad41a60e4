"""What it means: KPIs, snapshots, psychology."""

from django.apps import AppConfig

from aetheris import memory


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics import receivers  # noqa: F401

        memory.keep_freed()

"""What is allowed: limits, judgement, breaches, alerts."""

from django.apps import AppConfig


class ArmorConfig(AppConfig):
    name = "armor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from armor import notes, receivers  # noqa: F401

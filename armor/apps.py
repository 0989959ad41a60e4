"""What is allowed: limits, judgement, breaches, alerts."""

from django.apps import AppConfig


class ArmorConfig(AppConfig):
    name = "armor"
    default_auto_field = "django.db.models.BigAutoField"
    rounds = {
        "deliver": ("armor.rounds.deliver", 0.4), "mail": ("armor.rounds.mail", 1.0),
        "limits": ("armor.rounds.raise_limits", 1.0), "flatten": ("armor.rounds.flatten", 0.5),
    }  # fmt: skip

    def ready(self) -> None:
        from armor import notes, receivers  # noqa: F401

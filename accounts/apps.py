"""Who: people, sign-in, trading accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    rounds = {"sweep": ("accounts.rounds.sweep", 60.0)}
    rotates = "accounts.rotating.rotate"

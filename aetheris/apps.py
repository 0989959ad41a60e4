"""The frame; owns no tables, only the laws tables may declare."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "aetheris"

    def ready(self) -> None:
        from aetheris import checks, errors, retelling  # noqa: F401

        errors.AetherisError.spoken = staticmethod(retelling.retold)

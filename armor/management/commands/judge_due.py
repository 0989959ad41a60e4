"""I judge every account that is due, once."""

from typing import Any

from django.core.management.base import BaseCommand

from armor.rounds import judge_all_due


class Command(BaseCommand):
    help = (
        "Judge every account whose trades changed since it was last judged (run as the service: AETHERIS_ROLE=service)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{judge_all_due()} accounts judged")

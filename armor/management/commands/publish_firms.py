"""I publish the firms' programmes that are new or changed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from armor.publish import publish_all


class Command(BaseCommand):
    help = "Publish armor/firms/*.toml as templates (run as the service: AETHERIS_ROLE=service)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            self.stdout.write(f"{publish_all()} programmes published")

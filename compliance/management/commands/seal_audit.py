"""I seal what is final of the audit trail, once, where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand

from compliance.sealing.sealer import Sealer, connect


class Command(BaseCommand):
    help = "Close the trail as far as it is final. The worker does this every second; if it is at it, nothing happens."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with connect() as connection:
            made = Sealer(connection).seal_all()
        for seal in made:
            self.stdout.write(f"seal {seal.number}: {seal.entries} entries, head {seal.head.hex()}")
        if not made:
            self.stdout.write("Nothing to seal, or another sealer is at work.")

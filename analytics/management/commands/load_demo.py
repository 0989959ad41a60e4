"""I load the demo, once."""

from typing import Any

from django.core.management.base import BaseCommand

from aetheris import clock, state
from analytics import demo


class Command(BaseCommand):
    help = "Create the demo trader, the compliance officer and half a year of trades; does nothing when they are there."

    def handle(self, *args: Any, **options: Any) -> None:
        made = demo.load(state.secret("demo_password", length=12), now=clock.now())
        self.stdout.write("demo loaded" if made else "the demo is there already")

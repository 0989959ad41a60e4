"""I am a moment at which somebody could have traded: in no other would every clock find its day."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)


class MomentField(serializers.DateTimeField):
    default_error_messages = {"never": "Nobody traded then. Give a moment between 1970 and 2200."}

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not FIRST <= moment < LAST:
            self.fail("never")
        return moment

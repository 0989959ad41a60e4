"""I check what a person may say about times, zones and currencies."""

from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers


class ZoneField(serializers.CharField):
    """An IANA time zone."""

    default_error_messages = {"unknown": "“{zone}” is no time zone known here. Name one as in Europe/Prague, or UTC."}

    def to_internal_value(self, data: Any) -> str:
        zone = super().to_internal_value(data)
        if zone not in available_timezones():
            self.fail("unknown", zone=zone[:60])
        return zone


class CurrencyField(serializers.RegexField):
    """A currency or coin by its letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            r"^[A-Za-z0-9]{2,10}$",
            error_messages={"invalid": "Name a currency by its letters, as in USD or USDT."},
            **options,
        )

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).upper()

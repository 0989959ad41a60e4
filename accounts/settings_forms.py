"""I take what people say about themselves and their trading accounts."""

from datetime import time
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import TradingAccount, User
from accounts.models.account import AccountType

CURRENCY = r"^[A-Za-z0-9]{2,10}$"


def zones() -> list[tuple[str, str]]:
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    return [("UTC", "UTC"), *((zone, zone) for zone in places)]


class CurrencyField(forms.RegexField):
    def __init__(self, **told: Any) -> None:
        wrong = {"invalid": _("Name a currency by its letters, as in USD or USDT.")}
        super().__init__(regex=CURRENCY, max_length=10, error_messages=wrong, **told)

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).upper()


class PercentField(forms.DecimalField):
    """Read in percent, kept as a fraction."""

    def __init__(self, **told: Any) -> None:
        super().__init__(max_value=100, min_value=Decimal("0.0001"), decimal_places=4, required=False, **told)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value


class ProfileForm(forms.Form):
    first_name = forms.CharField(max_length=150, required=False, label=_("First name"))
    last_name = forms.CharField(max_length=150, required=False, label=_("Last name"))
    timezone = forms.ChoiceField(choices=zones, label=_("Time zone"), help_text=_("All times on your pages are in it."))
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
    base_currency = CurrencyField(label=_("Base currency"), help_text=_("What several accounts are added up in."))

    def __init__(self, *args: Any, user: User, **told: Any) -> None:
        told["initial"] = {name: getattr(user, name) for name in self.base_fields}
        told["initial"]["locale"] = str(user.locale).lower()[:2]
        super().__init__(*args, **told)


class AccountForm(forms.Form):
    account_name = forms.CharField(max_length=120, label=_("Name"))
    account_type = forms.ChoiceField(
        choices=[(AccountType.PERSONAL, _("Own capital")), (AccountType.PROP_FIRM, _("Prop firm")),
                 (AccountType.CRYPTO, _("Crypto"))], label=_("Kind"))  # fmt: skip
    broker = forms.CharField(max_length=80, required=False, label=_("Broker"))
    broker_account_id = forms.CharField(max_length=120, required=False, label=_("Account number at the broker"))
    currency = CurrencyField(label=_("Currency"))
    starting_balance = forms.DecimalField(
        max_digits=20, decimal_places=8, min_value=0, label=_("Starting balance"),
        help_text=_("What it held before its first trade here."))  # fmt: skip
    day_timezone = forms.ChoiceField(choices=zones, label=_("Its day is counted in"))
    day_starts_at = forms.TimeField(
        label=_("Its day starts at"), initial=time(0), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    risk_limit = forms.DecimalField(
        max_digits=20,
        decimal_places=8,
        min_value=Decimal("0.01"),
        required=False,
        label=_("Most to lose in a day"),
        help_text=_("Money. Lowering holds at once; raising asks for your code and waits for the next session."),
    )
    max_drawdown_limit = PercentField(label=_("Most to lose in all, %"), help_text=_("Of the starting balance."))
    trailing_dd_limit = PercentField(label=_("Most to fall from the peak, %"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: TradingAccount | None = None, **told: Any) -> None:
        if account is not None:
            told["initial"] = {name: getattr(account, name) for name in self.base_fields} | {
                "starting_balance": f"{account.starting_balance.normalize():f}",
                "risk_limit": f"{account.risk_limit.normalize():f}" if account.risk_limit else None,
            }  # fmt: skip
        super().__init__(*args, **told)
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def values(self) -> dict[str, Any]:
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return told | {"broker_account_id": told["broker_account_id"] or None}

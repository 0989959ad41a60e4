"""I take a trade written by hand, in the writer's own clock, and tell kindly what the database would refuse."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TradingAccount
from accounts.selectors import active_accounts
from trading.models import Trade
from trading.rows import TradeRow

PRICE: dict[str, Any] = {"max_digits": 28, "decimal_places": 12, "min_value": Decimal("0.000000000001")}
MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 8, "required": False}
BY_BROKER = ("symbol", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "pnl", "commissions",
             "swap", "mfe", "mae")  # fmt: skip

ROW = ("symbol", "side", "quantity", "entry_price", "entry_time", "exit_price", "exit_time", "pnl")


class Moment(forms.DateTimeField):
    """A moment as the browser's own field writes it, read in the writer's zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"], **options)


class TradeForm(forms.Form):
    account = forms.ModelChoiceField(TradingAccount.objects.none(), label=_("Account"))
    symbol = forms.CharField(max_length=80, label=_("Symbol"))
    side = forms.ChoiceField(choices=[("long", _("Long")), ("short", _("Short"))], label=_("Side"))
    quantity = forms.DecimalField(**PRICE, label=_("Quantity"))
    entry_price = forms.DecimalField(**PRICE, label=_("Entry price"))
    entry_time = Moment(label=_("Entry time"))
    exit_price = forms.DecimalField(**PRICE, required=False, label=_("Exit price"), help_text=_("Empty: still open."))
    exit_time = Moment(required=False, label=_("Exit time"))
    pnl = forms.DecimalField(**MONEY, label=_("P/L"), help_text=_("Net of costs, in the account's currency."))
    commissions = forms.DecimalField(**MONEY, label=_("Commissions"), help_text=_("Positive is a cost."))
    swap = forms.DecimalField(**MONEY, label=_("Swap"), help_text=_("Negative is paid."))
    stop_loss = forms.DecimalField(**PRICE, required=False, label=_("Planned stop"))
    take_profit = forms.DecimalField(**PRICE, required=False, label=_("Planned target"))
    initial_risk = forms.DecimalField(
        **MONEY, min_value=Decimal(0), label=_("Planned risk"), help_text=_("Money, = 1R.")
    )
    mfe = forms.DecimalField(**MONEY, min_value=Decimal(0), label="MFE", help_text=_("Best open profit, money."))
    mae = forms.DecimalField(**MONEY, min_value=Decimal(0), label="MAE", help_text=_("Worst open loss, money."))
    setup = forms.CharField(max_length=200, required=False, label=_("Setup"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, trade: Trade | None = None, **told: Any) -> None:
        self.trade = trade
        if trade is not None:
            told["initial"] = {name: _shown(getattr(trade, name)) for name in self.base_fields} | {
                "account": trade.account_id}  # fmt: skip
        super().__init__(*args, **told)
        choice: Any = self.fields["account"]
        choice.queryset = active_accounts() if trade is None else TradingAccount.objects.filter(pk=trade.account_id)
        if trade is not None and trade.source != "manual":
            for name in ("account", *BY_BROKER):
                del self.fields[name]
        for name, field in self.fields.items():
            if name in self.errors if self.is_bound else False:
                field.widget.attrs["aria-invalid"] = "true"
            if isinstance(field, forms.DecimalField):
                field.widget = forms.TextInput(attrs={"inputmode": "decimal", **field.widget.attrs})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors or "quantity" not in self.fields:
            return given
        told: dict[str, Any] = {name: given.get(name) for name in ROW}
        problem = TradeRow(broker="manual", broker_trade_id="given", **told).problem()
        if problem:
            self.add_error(problem[0] if problem[0] in self.fields else None, problem[1])
        return given

    def values(self) -> dict[str, Any]:
        """What to write; a change names only what differs."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("account", "version")}
        for name in ("commissions", "swap"):
            if name in told:
                told[name] = told[name] or Decimal(0)
        if "setup" in told:
            told["setup"] = told["setup"] or None
        if self.trade is None:
            return told
        return {name: value for name, value in told.items() if _differs(getattr(self.trade, name), value)}


def _differs(stands: Any, given: Any) -> bool:
    if isinstance(stands, datetime) and isinstance(given, datetime):
        return stands.replace(microsecond=0) != given
    return bool(stands != given)


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_current_timezone() or ZoneInfo("UTC"))
    return value

"""I add up what open trades may still lose."""

from decimal import Decimal

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as
from analytics.open_risk import open_risk
from tests.factories import account_of, trade_in

OPEN = {"pnl": None, "gross_pnl": None, "exit_price": None, "exit_time": None}


def test_open_risk_is_added_by_account_and_market_and_what_is_unknown_is_counted(anas_account: TradingAccount) -> None:
    """300 + 100 in dollars, 1 without a plan; the euro stands beside, since it is another money."""
    user = anas_account.user
    euro, quiet = account_of(user, currency="EUR"), account_of(user)
    trade_in(anas_account, asset_class="forex", initial_risk=Decimal(300), **OPEN)
    trade_in(anas_account, asset_class="crypto", initial_risk=Decimal(100), **OPEN)
    trade_in(anas_account, asset_class="crypto", **OPEN)
    trade_in(anas_account, asset_class="forex", initial_risk=Decimal(999))  # closed
    trade_in(euro, asset_class="stock", initial_risk=Decimal(50), **OPEN)
    with acting_as(user):
        told = open_risk([anas_account, euro, quiet], "USD")
    assert (told.label, told.note) == ("≥ $400", "4 positions, 1 without a plan")
    assert told.by_account == {anas_account.id: "≥ $400", euro.id: "50\u00a0EUR", quiet.id: "$0"}
    assert [(part.name, part.label, part.share_label, part.x, part.width) for part in told.parts] == [
        ("FX and metals", "$300", "75%", "0.00%", "75.00%"), ("Crypto", "$100", "25%", "75.00%", "25.00%"),
    ]  # fmt: skip


def test_positions_without_any_plan_have_no_figure(anas_account: TradingAccount) -> None:
    trade_in(anas_account, **OPEN)
    with acting_as(anas_account.user):
        told = open_risk([anas_account], "USD")
    assert (told.label, told.note, told.parts) == ("–", "1 position, 1 without a plan", [])


def test_a_position_only_its_broker_tells_of_is_unknown_and_not_nothing(anas_account: TradingAccount) -> None:
    """The journal knows one of 300, the broker has three: two without a plan."""
    trade_in(anas_account, initial_risk=Decimal(300), **OPEN)
    other = account_of(anas_account.user)
    with acting_as(anas_account.user):
        told = open_risk([anas_account, other], "USD", {anas_account.id: 3, other.id: 1})
    assert (told.label, told.note) == ("≥ $300", "4 positions, 3 without a plan")
    assert told.by_account == {anas_account.id: "≥ $300", other.id: "–"}

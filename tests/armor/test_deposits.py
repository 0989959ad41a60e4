"""Money paid in or out without a word is no profit and no loss: what only one of broker and journal says is unsure."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rounds, selectors
from armor.book import Reading
from armor.limit import Limit
from armor.models import Breach
from armor.proof import judge_again, proof, untouched
from armor.words import body
from tests.armor.books import at, book, broken, deal, levels, verdict
from tests.factories import account_of, trade_in
from tests.hands import by_the_service
from trading.services import record_reading

DAILY = Limit(rule="max_daily_loss", amount=Decimal(5_000), breaks="lt", source="Firm")
OWN = Limit(rule="max_daily_loss", amount=Decimal(5_000), counts="lower")
NOON = "2026-11-18 12:00"


def said(moment: str, equity: Any, balance: Any) -> Reading:
    return Reading(at=at(moment), equity=Decimal(equity), balance=Decimal(balance))


def seen(*readings: Reading, now: str = "2026-11-18 12:01", **told: Any) -> Any:
    return book(told.pop("deals", ()), now=now, first="2026-11-18 00:00", readings=readings, **told)


def test_a_deposit_nobody_told_of_hides_no_loss() -> None:
    """100,000; 20,000 paid in, 6,000 floating lost: 114,000 says the broker, 94,000 the journal, floor 95,000."""
    found = seen(said(NOON, 114_000, 120_000))
    assert levels(found, DAILY) == [("max_daily_loss", 1, "2026-11-18"), ("max_daily_loss", 2, "2026-11-18")]
    now = verdict(found, DAILY).now
    assert (now.worth, now.at_best, now.is_estimate) == (94_000, 114_000, True)
    assert "the broker says the balance is 120000.00, the journal says 100000.00" in now.doubt


def test_a_withdrawal_nobody_told_of_is_no_breach() -> None:
    """10,000 paid out, nothing floating: 90,000 lies below the floor of 95,000 and fails nobody."""
    assert broken(seen(said(NOON, 90_000, 90_000)), DAILY) == {}
    assert broken(seen(said(NOON, 90_000, 90_000)), OWN) == {}


def test_what_breaks_by_the_broker_and_by_the_journal_is_broken() -> None:
    """1,000 paid in, 6,500 floating lost: 94,500 and 93,500, both below 95,000."""
    assert broken(seen(said(NOON, 94_500, 101_000)), DAILY) == {"max_daily_loss": NOON}


@pytest.mark.parametrize(("balance", "unsure"), [(100_100, False), (100_101, True), (99_900, False), (99_899, True)])
def test_a_thousandth_of_the_start_is_fees_and_more_is_not(balance: int, unsure: bool) -> None:
    assert verdict(seen(said(NOON, balance, balance)), DAILY).now.is_estimate is unsure


def test_a_trade_closed_between_the_reading_and_the_reset_is_no_difference() -> None:
    """Read at 23:58 with 100,000, 3,000 lost at 23:59, carried over midnight: the two agree at the reading's moment."""
    deals = [deal("2026-11-17 10:00", "2026-11-17 23:59", -3_000), deal("2026-11-17 11:00")]
    found = book(deals, now="2026-11-18 00:01", readings=[said("2026-11-17 23:58", 97_000, 100_000)])
    assert not verdict(found, DAILY).now.told_balance


def test_the_proof_of_an_unsure_warning_judges_to_the_same() -> None:
    told = verdict(seen(said(NOON, 114_000, 120_000)), DAILY).found
    evidence = proof(told["max_daily_loss", 2, at(NOON).date()])
    assert untouched(evidence) and evidence["estimate"]
    assert judge_again(evidence).used == 6_000


def test_the_reset_is_foreseen_by_the_lower_of_the_two() -> None:
    """+4,000 closed and 7,000 floating lost by the journal: at midnight the floor rises to 99,000."""
    closed, carried = deal("2026-11-18 08:00", "2026-11-18 09:00", 4_000), deal("2026-11-18 10:00")
    found = seen(said("2026-11-18 22:59", 117_000, 124_000), now="2026-11-18 23:00", deals=[closed, carried])
    from armor.forecast import forecast

    ahead = forecast(verdict(found, DAILY).now, [DAILY])
    assert ahead is not None and ahead.worst is not None
    assert (ahead.carried, ahead.worst[1].floor) == (-7_000, 99_000)


def test_the_account_is_shown_as_unknown_with_both_balances(real_db: None, ana: User) -> None:
    limits = [{"rule": "max_daily_loss", "amount": "5000", "breaks": "lt"}]
    account = account_of(ana, prop_firm_rules={"name": "Firm", "limits": limits})
    trade_in(account, exit_price=None, exit_time=None, pnl=None, gross_pnl=None)
    with acting_as(ana.id):
        record_reading(
            account=account, balance=Decimal(120_000), equity=Decimal(114_000), positions=[], source="t",
            read_at=clock.now() - timedelta(seconds=5),
        )  # fmt: skip
    with by_the_service():
        rounds.judge_all_due()
    with acting_as(ana.id):
        told = selectors.risk(account)
        alert = Breach.objects.select_related("account").get(breach_level=2)
        words = body(alert, account)
    assert (told["state"], told["locked"]) == ("unknown", False)
    assert "the journal says 100000.00" in told["unknown"][0]
    assert "The broker says the balance is 120000.00" in words

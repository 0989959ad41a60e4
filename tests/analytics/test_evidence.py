"""What pages read of trades is what trades say, however little is read, and stands only as long as they do."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics import dashboard, evidence, pages
from analytics.aggregate import joined
from analytics.report import report, scalar_keys
from analytics.sample import Sample
from analytics.sample.labels import Labels
from armor.selectors import now_state
from tests.analytics.accounts import sample, trade
from tests.factories import account_of, trade_in
from trading.models import Trade

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
TAGS: tuple[list[str], ...] = (
    [], ["plan"], ["emotion:calm", 'a "b" \\ {c}, d'], ["emotion:revenge", "plan"], ["é\t\u202f"],
)  # fmt: skip


@pytest.fixture
def accounts(ana: User) -> list[TradingAccount]:
    """Two accounts; some trades share one moment or both, some columns are known of all, of some, of none."""
    own, dice = [account_of(ana), account_of(ana, starting_balance=Decimal("2500.5"))], Random(7)
    for n in range(48):
        entry = NOON + timedelta(hours=dice.randrange(20) * 50)
        trade_in(
            own[n % 2], entry_time=entry, exit_time=entry + timedelta(minutes=30 * (n % 3)), symbol=f"S{n % 5}",
            side=("long", "short")[n % 4 > 1], quantity=Decimal(n + 1) / 7, entry_price=Decimal("1.000000000001"),
            pnl=Decimal(dice.randrange(-10**9, 10**9)) / 10**8, setup=(None, "Fade")[n % 2], tags=TAGS[n % 5],
            mae=None if n % 3 else Decimal(n), mfe=None if n % 4 else Decimal(n),
            stop_loss=None if n % 4 else Decimal("0.9"), initial_risk=None if n % 8 else Decimal(50),
        )  # fmt: skip
    return own


def rows(accounts: list[TradingAccount]) -> Iterator[Any]:
    for one in Trade.objects.filter(account__in=accounts):
        told = {name: getattr(one, name) for name in (*evidence.NUMBERS, "id", "symbol", "side", "entry_time")}
        feelings = [tag.removeprefix("emotion:") for tag in one.tags if tag.startswith("emotion:")]
        plain = [tag for tag in one.tags if not tag.startswith("emotion:")]
        yield SimpleNamespace(**told, exit_time=one.exit_time, tags=plain, emotions=feelings)


def same(one: Sample, other: Sample) -> None:
    for field in fields(one.columns):
        ours, theirs = getattr(one.columns, field.name), getattr(other.columns, field.name)
        if isinstance(ours, Labels):
            ours, theirs = ((list(x.trade), list(x.codes), x.names) for x in (ours, theirs))
            assert ours == theirs, field.name
        else:
            np.testing.assert_array_equal(ours, theirs, field.name)


def test_what_is_read_is_what_the_trades_say(accounts: list[TradingAccount], as_ana: User) -> None:
    found = joined(accounts, "USD")
    same(found.sample, Sample.from_rows(rows(accounts), starting_balance=Decimal("102500.5")))
    ordered = Trade.objects.select_related("account").order_by("exit_time", "entry_time", "id")
    assert found.told["account"] == [one.account.account_name for one in ordered]
    assert found.told["setup"] == [one.setup or "none" for one in ordered]


def test_the_dashboards_ten_are_the_same_of_the_little_they_are_read_from(
    accounts: list[TradingAccount], as_ana: User
) -> None:
    """To the last bit, over the whole period and as each of them grew."""
    whole, little = joined(accounts, "USD").sample, joined(accounts, "USD", only=dashboard.READ).sample
    for count in range(whole.n + 1):
        ours, theirs = (report(one.until(count), dashboard.KEYS).values for one in (little, whole))
        assert ours == theirs, count


def test_the_overview_is_the_same_of_the_little_it_is_read_from(
    accounts: list[TradingAccount], ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(ana):
        client.force_login(ana)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=60))
    little = told(client)
    monkeypatch.setattr(pages, "READ", {})
    assert told(client) == little
    assert r"\u2068S2\u2069" in little  # a point of the scatter says which market it was


def told(client: Client) -> str:
    """The overview without what differs from one answer to the next."""
    page = client.get("/analytics/?period=all").content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": ?|nonce=)"[^"]+"', "", page)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 200), st.integers(0, 90)), max_size=12), st.data())
def test_a_sample_until_some_trade_is_that_of_the_trades_closed_by_then(told: Any, data: Any) -> None:
    made = sample([trade(pnl, NOON + timedelta(hours=at), held, tags=("x",)) for pnl, at, held in told])
    count = data.draw(st.integers(0, made.n))
    until, cut = made.until(count), made.where(np.arange(made.n) < count)
    same(until, cut)
    assert report(until, scalar_keys()[::20]).values == report(cut, scalar_keys()[::20]).values


# What was before --------------------------------------------------------------------------------------


def plainly(account: TradingAccount, start: datetime) -> Decimal:
    """The balance at a moment, trade by trade."""
    closed = Trade.objects.filter(account=account, deleted_at=None, exit_time__lt=start)
    return account.starting_balance + sum((one.pnl or Decimal(0) for one in closed), Decimal(0))


def test_an_account_opens_a_period_with_all_it_made_before(accounts: list[TradingAccount], as_ana: User) -> None:
    """Each moment is asked for twice: as read, and as remembered."""
    for days in (-90, -4, 0, 1, 1, 17, 26, 27, 400, 26, 0, -90):
        start = NOON + timedelta(days=days)
        assert evidence.openings(accounts, start) == {one.id: plainly(one, start) for one in accounts}, days


def test_whoever_writes_a_trade_is_seen_at_once_even_within_one_transaction(
    accounts: list[TradingAccount], as_ana: User
) -> None:
    one, later = accounts[0], NOON + timedelta(days=300)
    for id in list(Trade.objects.filter(account=one).order_by("id").values_list("id", flat=True)[:3]):
        before = evidence.openings([one], later)[one.id], now_state(one).balance
        with connection.cursor() as cursor:
            cursor.execute("UPDATE trades SET deleted_at = now() WHERE id = %s RETURNING pnl", [id])
            (pnl,) = cursor.fetchone()
        assert pnl
        after = evidence.openings([one], later)[one.id], now_state(one).balance
        assert after == (before[0] - pnl, before[1] - pnl)


def test_what_is_remembered_of_one_person_is_not_told_to_another(accounts: list[TradingAccount], cy: User) -> None:
    later = NOON + timedelta(days=300)
    with acting_as(accounts[0].user):
        evidence.openings(accounts, later)
    with acting_as(cy):
        assert evidence.openings(accounts, later) == {one.id: one.starting_balance for one in accounts}

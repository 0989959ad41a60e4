"""I read the pages in French and in English: words from message files, figures and days as each is written."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.charts import words
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.factories import trade_in

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def in_french() -> object:
    before = words.tongue.set("fr")
    yield
    words.tongue.reset(before)


@pytest.mark.usefixtures("in_french")
def test_figures_and_days_are_written_the_french_way() -> None:
    assert words.money(Decimal("1240.5"), "USD", 2) == "1\u202f240,50\u202f$"
    assert words.money(-836, "EUR", signed=True) == "−836\u00a0EUR"
    assert words.percent(0.438) == "43,8\u202f%"
    assert words.number(-0.0001, 2) == "0,00"
    assert words.day(date(2026, 11, 20), year=True) == "ven. 20 nov. 2026"


def test_a_french_trader_reads_french_and_the_api_stays_as_it_is(
    ana: User, anas_account: TradingAccount, client: Client
) -> None:
    with acting_as(ana):
        User.objects.filter(pk=ana.pk).update(locale="fr")
        client.force_login(ana)
    trade_in(anas_account, pnl=Decimal("1240.5"), gross_pnl=Decimal("1240.5"), exit_time=NOON,
             entry_time=NOON - timedelta(minutes=5))  # fmt: skip
    page = client.get("/journal/").content.decode()
    assert '<html lang="fr"' in page
    assert "+1\u202f240,50\u202f$" in page
    assert "mer. 18 nov." in page
    assert "Tableau de bord" in page
    assert "1 trade correspond" in page
    told = Program(ana).ask("get", "trades").json()["results"][0]
    assert Decimal(told["pnl"]) == Decimal("1240.5")
    assert "," not in told["pnl"]


def test_an_english_trader_is_not_moved_by_a_french_browser(ana: User, client: Client) -> None:
    with acting_as(ana):
        client.force_login(ana)
    assert '<html lang="en"' in client.get("/journal/", headers={"Accept-Language": "fr"}).content.decode()
    assert Client().get("/sign-in/", headers={"Accept-Language": "fr"})["Content-Language"] == "fr"


def test_every_message_is_translated_with_the_same_places() -> None:
    """A placeholder lost in translation would break the page of every French reader."""
    text = (ROOT / "locale/fr/LC_MESSAGES/django.po").read_text()
    pairs = re.findall(r'^msgid "(.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(.*)"$', text, re.M)
    assert len(pairs) > 300
    for said, told in pairs:
        assert told, said
        assert re.findall(r"\{\}|%\(\w+\)s", said) == re.findall(r"\{\}|%\(\w+\)s", told), said

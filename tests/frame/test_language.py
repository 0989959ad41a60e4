"""I read the pages in French and in English: words from message files, figures and days as each is written."""

import gettext
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

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


# Every template ------------------------------------------------------------------------------------------

APART = ("admin", "emails", "api", "compliance")  # staff's, letters, programs; not yet spoken in French
ENGLISH = {"500.html"}  # served when nothing else works, so it asks nothing of anybody
NAMES = {
    "AETHERIS", "Aetheris", "· Aetheris", "CSV", "API", "MAE / MFE", "Aether Armor", "Armor", "Ctrl", "Ctrl K", "Esc",
    "Enter", "x", "api/v1/auth/keys", "create", "JSON", "Parquet",
}  # fmt: skip
TEMPLATES = [
    path for path in sorted((ROOT / "templates").rglob("*.html"))
    if path.relative_to(ROOT / "templates").parts[0] not in APART and path.name not in ENGLISH
]  # fmt: skip
SAID = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')|\b_\((?:"([^"]*)"|'([^']*)')\)""")
TOGETHER = re.compile(r"\{%\s*blocktranslate\b.*?%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.S)


def messages(text: str) -> set[str]:
    alone = {next(part for part in found if part) for found in SAID.findall(text) if any(found)}
    return alone | {re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", found.split("{%")[0]) for found in TOGETHER.findall(text)}


def bare_words(text: str) -> list[str]:
    """What a reader would see that no translator has."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\0", TOGETHER.sub("\0", text), flags=re.S)
    told = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    seen = re.split(r"<[^>]*>|\0", text)
    words = {part.strip(" \n.,;:…/&") for piece in (*told, *seen) for part in piece.split("\0")}
    return sorted(word for word in words if re.search(r"[A-Za-z]{2}", word) and word not in NAMES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_says_nothing_that_french_readers_would_get_in_english(path: Path) -> None:
    known = set(re.findall(r'^msgid "(.*)"$', (ROOT / "locale/fr/LC_MESSAGES/django.po").read_text(), re.M))
    text = path.read_text()
    assert bare_words(text) == []
    assert {said.replace('"', '\\"') for said in messages(text)} - known == set()


def test_the_compiled_messages_are_those_of_the_file() -> None:
    """What is served is the .mo; a forgotten msgfmt would serve yesterday's."""
    with translation.override("fr"):
        assert translation.gettext("Open risk") == "Risque ouvert"
        assert translation.ngettext("{} position", "{} positions", 2) == "{} positions"
    folder = ROOT / "locale/fr/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.M)
    assert [said for said, told in pairs if compiled.gettext(_plain(said)) != _plain(told)] == []


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")

"""I read each page of a trader in French and in English: what both say alike is a name, or was forgotten."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import TradingAccount, User
from aetheris import clock, language, scripted
from aetheris.db.rows import uuid7
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from aetheris.retelling import retold
from analytics.kpis import kpis
from armor import services
from armor.delivery import mails
from armor.models import Breach, MailNotice
from armor.rules import rules
from tests.asking import Program
from tests.factories import account_of, trade_in
from trading.connectors import connectors
from trading.models import Trade

PAGES = (
    "/", "/journal/", "/journal/?peek={trade}", "/journal/?symbol=NONE", "/trades/{trade}/", "/trades/{trade}/edit/",
    "/trades/new/", "/find/?q=eur", "/flow/", "/settings/", "/settings/accounts/new/", "/settings/accounts/{account}/",
    "/settings/accounts/{account}/firm/", "/settings/security/", "/settings/identity/", "/settings/data/", "/import/",
    "/import/columns/", "/connections/", "/connections/?kind=ibkr_flex", "/armor/", "/armor/webhooks/",
    "/armor/what-if/", "/armor/settings/", "/armor/rules/{account}/", "/armor/rules/{account}/?rule=overtrading",
    "/analytics/", "/analytics/setups/", "/analytics/timing/", "/analytics/excursion/", "/analytics/discipline/",
    "/analytics/compare/", "/analytics/kpis/", "/oracle/", "/galaxie/", "/tax/", "/no-such-page/",
)  # fmt: skip
STRANGERS = ("/sign-in/", "/register/", "/password/reset/", "/sign-in/link/", "/sign-in/passkey/", "/offline/")
WORDS = re.compile(r"[A-Za-z]{2,}")
# Words of both languages, names of things, and what a keyboard has on its keys.
ALIKE = frozenset(WORDS.findall("""
    Aether AETHERIS Apex API Armor Brokers BTC Code Combine Commissions Composites Concentration Crypto CSV Ctrl
    Discipline Discord Disposition Engine English Enter Esc Europe Excursion Expectunity Export Fatigue firm Flex
    Flow FOMO Galaxie Google IC id Impact Interactive ISO Journal JSON Kappa Kraken MAE Mar Markets MFE min Minutes
    Mode New Note Oracle Pages Paris Parquet PF Plan Port Positions Programme Prop Scalps Score Session session
    Sessions Setup setup Setups Sharpe Slack Standard Stop Swap Tax Telegram Topstep Trade trade Trader Trades
    trades USD UTC Volume Webhooks York Zone
"""))  # fmt: skip
VOID = {"meta", "link", "input", "img", "br", "hr", "use", "rect", "circle", "line", "path", "source", "wbr"}


class Said(HTMLParser):
    """What a page says to eyes and ears, without what somebody typed or a program reads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0
        self.open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            quiet = tag in ("script", "style", "code", "bdi", "option") or (tag != "html" and ("lang", "en") in attrs)
            self.open.append(quiet)
            self.silent += quiet
        self.said += [value for name, value in attrs if value and name in ("title", "aria-label", "placeholder", "alt")]

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag not in VOID:
            self.silent -= self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.said.append(" ".join(data.split()))


def said(client: Client, path: str) -> set[str]:
    found = Said(client.get(path).content.decode()).said
    return {re.sub(r" · Aetheris$", "", text).strip(" ,.:;…/&") for text in found}


@pytest.fixture
def alerted(ana: User) -> TradingAccount:
    """A day that went through all three levels: 800, 920, 1 250 of 1 000; and a position that nobody valued."""
    account = account_of(ana, account_name="FTMO 100K", risk_limit=1000)
    now = clock.now()
    begins = max(now - timedelta(minutes=1), clock.day_bounds(now.date(), "UTC", time(0))[0])
    for n, loss in enumerate((800, 120, 330), start=1):
        at = begins + (now - begins) * n / 4
        trade_in(account, pnl=-Decimal(loss), gross_pnl=-Decimal(loss), entry_time=at, exit_time=at, setup="Fade",
                 symbol="EURUSD", initial_risk=100, mae=120, mfe=40)  # fmt: skip
    with acting_as(ana):
        services.judge_due(account.id)
    trade_in(account, pnl=None, gross_pnl=None, exit_price=None, exit_time=None, entry_time=now, symbol="GBPUSD")
    return account


@pytest.fixture
def reading(ana: User, client: Client) -> Iterator[Client]:
    with acting_as(ana):
        client.force_login(ana)
    yield client


def speak(user: User, spoken: str) -> None:
    with acting_as(user):
        User.objects.filter(pk=user.pk).update(locale=spoken)


def english_in(french: set[str], english: set[str], names: set[str]) -> set[str]:
    """What both pages say and what is more than names and words that both languages have."""
    return {text for text in french & english if set(WORDS.findall(text)) - ALIKE - names}


def test_no_page_says_to_a_french_trader_what_it_says_to_an_english_one(
    ana: User, alerted: TradingAccount, reading: Client
) -> None:
    with acting_as(ana):
        trade = Trade.objects.get(account=alerted, pnl=-800)
    paths = [path.format(trade=trade.id, account=alerted.id) for path in PAGES]
    english = {path: said(reading, path) for path in paths}
    speak(ana, "fr")
    names = {"FTMO", "Ana", "ana", "example", "com", "EURUSD", "GBPUSD", "NONE", "Fade", "factory", "eur", "FACT"}
    alike = {path: english_in(said(reading, path), english[path], names) for path in paths}
    assert {path: texts for path, texts in alike.items() if texts} == {}


@pytest.mark.usefixtures("db")
def test_no_page_at_the_door_says_to_a_frenchman_what_it_says_to_an_englishman() -> None:
    french, english = Client(headers={"Accept-Language": "fr"}), Client(headers={"Accept-Language": "en"})
    alike = {path: english_in(said(french, path), said(english, path), set()) for path in STRANGERS}
    assert {path: texts for path, texts in alike.items() if texts} == {}


def test_an_alert_is_told_in_french_on_the_page_and_in_english_to_a_program(
    ana: User, alerted: TradingAccount, reading: Client
) -> None:
    speak(ana, "fr")
    page = reading.get("/armor/").content.decode()
    assert "Limite de perte du jour atteinte" in page or "Limite de perte journalière atteinte" in page
    assert "FTMO 100K est à \u22121\u202f250\u202f$ pour une limite de \u22121\u202f000\u202f$." in page
    assert "Daily loss limit reached" not in page
    told = Program(ana).ask("get", "alerts").json()["results"]
    assert "Daily loss limit reached" in {alert["title"] for alert in told}
    assert "FTMO 100K is at \u2212$1,250 against a limit of \u2212$1,000." in told[0]["body"]


def test_what_a_page_missed_comes_in_its_readers_language(ana: User, alerted: TradingAccount, reading: Client) -> None:
    speak(ana, "fr")
    told = reading.get("/alerts/?since=1").json()["results"]
    assert [alert["number"] for alert in told] == [2, 3]
    assert told[1]["title"] == "Limite de perte journalière atteinte"
    assert [alert["number"] for alert in reading.get("/alerts/?since=0&limit=1").json()["results"]] == [1]
    assert Client().get("/alerts/").status_code == 302


def test_a_letter_of_alerts_is_written_in_the_language_of_whom_it_is_for(ana: User, alerted: TradingAccount) -> None:
    speak(ana, "fr")
    with acting_as(ana):
        breach = Breach.objects.get(breach_level=3)
        letter = mails.compose(ana.pk, uuid7(), [MailNotice(user_id=ana.pk, about=breach.id)])
    assert letter is not None
    assert letter.subject == "Limite de perte journalière atteinte: FTMO 100K"
    assert "Prendre acte" in letter.body
    assert "Niveau 3 · FTMO 100K" in letter.body


def test_everything_that_is_named_or_refused_has_french_words() -> None:
    """What pages take from registries and errors; whoever adds one is told here that its French is missing."""
    named = {one.title for one in rules.values()} | {one.headline for one in rules.values()}
    named |= {" ".join((one.measure.__doc__ or "").split()) for one in rules.values()}
    named |= {ask.help for one in rules.values() for ask in one.asks.values()}
    named |= {text for one in kpis.values() for text in (one.name, one.meaning, one.family)}
    named |= {text for one in connectors.values() for text in (one.title, one.about)}
    named |= set(scripted.said())
    named |= {" ".join((one.__doc__ or "").split()) for one in refusals(AetherisError) if is_a_traders(one)}
    with language.speaking("fr"):
        lacking = {text for text in named if text and translation.gettext(text) == text}
    assert {text for text in lacking if set(WORDS.findall(text)) - ALIKE} == set()


def refusals(of: type[AetherisError]) -> Iterator[type[AetherisError]]:
    for one in of.__subclasses__():
        yield one
        yield from refusals(one)


def is_a_traders(error: type[AetherisError]) -> bool:
    """Errors on pages of traders; those of commands, of the start and of the desk are told to staff, in English."""
    return error.__module__ in (
        "accounts.errors", "armor.errors", "armor.delivery.errors", "trading.errors", "trading.reading.errors",
        "trading.connectors", "armor.whatif", "armor.rulesets", "analytics.benchmarks",
    ) and error.__name__ not in ("PasswordNotRight", "SecondStepNeeded")  # fmt: skip


@pytest.mark.parametrize(("english", "french"), [
    ("no losing trade", "aucun trade perdant"),
    ("fewer than 30 trades", "moins de 30 trades"),
    ("The file a.csv is empty. Export the statement again and check that it has a size above zero.",
     "Le fichier a.csv est vide. Exportez de nouveau le relevé et vérifiez que sa taille est au-dessus de zéro."),
    ("the broker says the balance is 1.00, the journal says 2.50: a deposit, a withdrawal or trades that are missing "
     "here, so the equity is not known for certain",
     "le courtier dit un solde de 1.00, le journal dit 2.50 : un dépôt, un retrait ou des trades manquent ici, le "
     "capital n\u2019est donc pas connu avec certitude"),
    ("'Buy!' is neither buy nor sell; correct the row or export it again",
     "'Buy!' n\u2019est ni buy ni sell ; corrigez la ligne ou exportez de nouveau"),
    ("Something nobody ever translated.", "Something nobody ever translated."),
])  # fmt: skip
def test_what_was_worded_in_english_is_said_again_in_french(english: str, french: str) -> None:
    assert retold(english) == english
    with language.speaking("fr"):
        assert retold(english) == french

"""I walk the main road in a real browser: sign in, import, look, lose, be stopped, acknowledge, go on."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor.models import Breach
from tests.factories import PASSWORD, account_of
from tests.hands import hand_of, write_by_sql
from tests.processes import Product, cookie_of
from tests.trading.golden import SAMPLES

STATEMENT = SAMPLES / "mt5" / "hedging_fees.html"  # 2025; net 365.80 in 2 trades, one more stands open
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
REPORTS = """
    document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))
"""
pytestmark = [
    pytest.mark.usefixtures("real_db"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as told, sync_playwright() as playwright:
        told.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's own loop runs in this thread
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person at one browser; whatever the browser complained of is kept."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))
        page.on("requestfailed", lambda request: self._failed(request))
        page.goto(f"{self.address}{path}")
        return page

    def _hear(self, kind: str, text: str) -> None:
        left_early = "WebSocket is closed before the connection is established" in text
        if kind in ("error", "warning") and not left_early:
            self.complaints.append(f"{kind}: {text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # what we left ourselves
            self.complaints.append(f"{request.url}: {request.failure}")


@pytest.fixture
def visit(browser: Browser, product: Product) -> Iterator[Any]:
    """A new visitor, signed in as `user` where one is given."""
    visitors: list[Visitor] = []

    def arrive(user: User | None = None, **how: Any) -> Visitor:
        context = browser.new_context(base_url=product.url, **how)
        context.set_default_timeout(30_000)
        context.add_init_script(REPORTS)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": cookie_of(user), "url": product.url}])
        visitors.append(Visitor(context, product.url))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    """Level 1 at 750 lost in a day, 2 at 900, 3 at 1 000."""
    return account_of(ana, account_name="FTMO 100K", risk_limit=1000)


@pytest.fixture
def token(product: Product, ana: User) -> str:
    return product.token_of(ana)


@pytest.fixture
def lose(product: Product, guarded: TradingAccount, token: str) -> Any:
    """A losing trade by the API."""

    def trade(loss: int) -> float:
        now = clock.now()
        status, told = product.ask("POST", "/api/v1/trades", {
            "account": str(guarded.id), "symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1",
            "exit_price": "1.09", "entry_time": (now - timedelta(minutes=5)).isoformat(), "exit_time": now.isoformat(),
            "pnl": str(-loss),
        }, token)  # fmt: skip
        assert status == 201, told
        return time.monotonic()

    return trade


def live(page: Page) -> Page:
    """Once the page hears: what is written now must come by the socket."""
    expect(page.locator("[data-state]")).to_contain_text("Live")
    return page


def until_true(page: Page, said: str) -> None:
    """Wait for a JavaScript expression. Not `wait_for_function`: it evals within the page, which our policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate(said):
        assert time.monotonic() < deadline, f"not true within 20 s: {said}"
        page.wait_for_timeout(50)


def stop_screen(page: Page) -> Any:
    return page.locator("#standing > dialog[data-level='3']")


def sideways(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


# The main road ------------------------------------------------------------------------------------------


def test_sign_in_import_look_lose_be_stopped_acknowledge_and_go_on(
    visit: Any, guarded: TradingAccount, lose: Any
) -> None:
    visitor = visit()
    page = visitor.open("/")
    page.get_by_label("Email").fill(guarded.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    page.goto(f"{visitor.address}/import/")
    page.get_by_label("File", exact=True).set_input_files(STATEMENT)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("3 new trades in FTMO 100K")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Net profit")).to_contain_text("365.80")

    page.goto(f"{visitor.address}/?period=all")
    figures = page.locator("#live-kpis article")
    expect(figures).to_have_count(10)
    for name, value in (("P/L", "+$366"), ("Trades", "2"), ("Win rate", "50.0%"), ("Expectancy", "+$183")):
        figure = figures.filter(has=page.get_by_role("heading", name=name, exact=True))
        expect(figure.locator(".kpi__v > span").first).to_have_text(value)
    expect(page.locator("#live-strip")).to_contain_text("$1,000")

    live(page)
    page.evaluate("window.sameDocument = true")
    lose(1250)
    screen = stop_screen(page)
    expect(screen).to_be_visible()
    button = screen.get_by_role("button", name="I have stopped trading")
    expect(button).to_be_disabled()  # for three seconds
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(screen).to_be_visible()
    expect(screen.get_by_role("heading", level=1)).to_contain_text("Daily loss limit reached")
    expect(screen).to_contain_text("$1,250")
    assert page.evaluate("window.sameDocument")  # it came without a reload
    expect(page.locator("#live-strip")).to_contain_text("−$1,250")  # and the figures behind it moved along

    expect(button).to_be_enabled(timeout=15_000)
    button.click()
    expect(page.locator("#standing > dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)
    with acting_as(guarded.user):
        assert not Breach.objects.filter(dismissed_at=None).exists()


def test_a_trade_by_plain_sql_stops_the_open_page_in_under_two_seconds(visit: Any, guarded: TradingAccount) -> None:
    page = live(visit(guarded.user).open("/"))
    with hand_of("migrator", tenant=guarded.user_id) as owner:
        write_by_sql(owner, guarded, -1200)
    began = time.monotonic()
    stop_screen(page).wait_for(state="visible")
    assert time.monotonic() - began < 2


# Three levels -------------------------------------------------------------------------------------------


def test_level_1_is_a_toast_that_can_be_dismissed(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    page = live(visit(guarded.user).open("/"))
    lose(800)
    toast = page.locator(".toasts > article")
    expect(toast).to_contain_text("FTMO 100K at 80% of daily loss")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_title("(!) Dashboard · Aetheris")
    toast.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toasts > article")).to_have_count(0)
    with acting_as(guarded.user):
        assert Breach.objects.get().dismissed_at is not None


def test_level_2_is_a_modal_that_asks_for_a_break_or_a_reason(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    page = live(visit(guarded.user).open("/"))
    lose(950)
    modal = page.locator("#standing > dialog[data-level='2']")
    expect(modal).to_be_visible()
    expect(modal).to_contain_text("$950 of $1,000 used")
    page.keyboard.press("Escape")
    expect(modal).to_be_visible()
    modal.get_by_role("button", name="Continue anyway").click()
    expect(modal).to_be_visible()  # not without a reason
    modal.get_by_label("Why this trade?").fill("News is over")
    modal.get_by_role("button", name="Continue anyway").click()
    expect(page.locator("#standing > dialog")).to_have_count(0)
    with acting_as(guarded.user):
        assert Breach.objects.get(breach_level=2).acknowledged_note == "News is over"


def test_a_graver_alert_comes_before_a_lesser_one(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    page = live(visit(guarded.user).open("/"))
    lose(950)
    expect(page.locator("dialog[data-level='2'][open]")).to_be_visible()
    lose(100)
    expect(stop_screen(page)).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_acknowledging_in_one_tab_closes_the_other_and_another_browser(
    visit: Any, guarded: TradingAccount, lose: Any
) -> None:
    visitor, elsewhere = visit(guarded.user), visit(guarded.user)
    pages = [live(visitor.open("/")), live(visitor.open("/armor/")), live(elsewhere.open("/"))]
    lose(1000)
    for page in pages:
        page.bring_to_front()
        expect(stop_screen(page)).to_be_visible()
    stop_screen(pages[0]).get_by_role("button", name="I have stopped trading").click()
    for page in pages:
        expect(page.locator("#standing > dialog")).to_have_count(0)


# Truth is the server ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "level", "button"), [(1250, 3, "I have stopped trading"), (950, 2, "I take a break")])
def test_a_standing_alert_stands_in_the_page_itself_and_closes_by_a_plain_form(
    visit: Any, guarded: TradingAccount, lose: Any, loss: int, level: int, button: str
) -> None:
    lose(loss)
    page = visit(guarded.user, java_script_enabled=False).open("/journal/")
    standing = page.locator(f"#standing > dialog[data-level='{level}'][open]")
    expect(standing).to_be_visible()
    page.reload()
    expect(standing).to_be_visible()
    standing.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_page_opened_after_the_breach_shows_it_and_holds_it(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    lose(1250)
    page = visit(guarded.user).open("/")
    expect(stop_screen(page)).to_be_visible()
    expect(stop_screen(page)).to_contain_text("Reached")
    page.reload()
    expect(stop_screen(page)).to_be_visible()


def test_a_stranger_sees_no_alert_of_anas(visit: Any, guarded: TradingAccount, lose: Any, cy: User) -> None:
    page = live(visit(cy).open("/"))
    lose(1250)
    page.wait_for_timeout(1_500)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "FTMO 100K" not in page.content()


# Every page ---------------------------------------------------------------------------------------------

NAMED = ["journal", "import", "armor", "analytics", "flow", "oracle", "galaxie", "tax", "settings"]
PAGES = ["/", *(f"/{name}/" for name in NAMED)]


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_no_page_scrolls_sideways_or_complains(visit: Any, guarded: TradingAccount, width: int) -> None:
    """`visit` fails the test on any console error or breach of the content policy."""
    import_by_page(visit, guarded)
    visitor = visit(guarded.user, viewport={"width": width, "height": 800})
    page = visitor.open("/")
    too_wide = {}
    for path in PAGES:
        page.goto(f"{visitor.address}{path}")
        if (over := sideways(page)) > 0:
            too_wide[path] = over
    assert too_wide == {}


@pytest.mark.parametrize("width", [1440, 390, 320])
@pytest.mark.parametrize("loss", [950, 1250])
def test_an_alert_fits_every_screen(visit: Any, guarded: TradingAccount, lose: Any, width: int, loss: int) -> None:
    lose(loss)
    page = visit(guarded.user, viewport={"width": width, "height": 700}).open("/")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    assert sideways(page) <= 0
    assert dialog.evaluate("(d) => d.scrollWidth - d.clientWidth") <= 0
    for button in dialog.get_by_role("button").all():
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


IN_SIGHT = """[...document.querySelectorAll('.toasts > article, .toasts > article button')]
    .map((part) => part.getBoundingClientRect()).every(({ left, right }) => left >= 0 && right <= innerWidth)"""


def test_a_first_warning_fits_every_screen_and_leaves_the_page_to_work_on(
    visit: Any, guarded: TradingAccount, lose: Any
) -> None:
    visitor = visit(guarded.user, viewport={"width": 1440, "height": 700}, reduced_motion="reduce")  # it stands at once
    page = live(visitor.open("/"))
    lose(800)
    toast = page.locator(".toasts > article")
    expect(toast).to_be_visible()
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        until_true(page, IN_SIGHT)
        assert sideways(page) <= 0
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)


def test_the_sign_in_page_fits_and_does_not_complain(visit: Any) -> None:
    for width in (1440, 390, 320):
        page = visit(viewport={"width": width, "height": 700}).open("/sign-in/")
        assert sideways(page) <= 0


def import_by_page(visit: Any, account: TradingAccount, file: Path = STATEMENT) -> None:
    page = visit(account.user).open("/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("new trades in")).to_be_visible()

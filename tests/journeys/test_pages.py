"""I use the trader's pages in a real browser: by pointer, by keyboard alone, without script, while trades arrive."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from tests.factories import account_of, trade_in
from tests.journeys import test_breach as road
from tests.journeys.test_breach import STATEMENT, live, sideways, stop_screen, until_true
from trading.models import Trade, TradeReview

pytestmark = road.pytestmark
browser, visit, guarded, token, lose = road.browser, road.visit, road.guarded, road.token, road.lose

LONG = "A very long name for an account that somebody typed without thinking of small screens"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDEST = """[...document.querySelectorAll('main *')]
    .filter((e) => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
SEEN = """() => ({
    name: document.activeElement.textContent.trim() || document.activeElement.ariaLabel || '',
    box: document.activeElement.getBoundingClientRect().toJSON(),
})"""


@pytest.fixture
def traded(guarded: TradingAccount) -> TradingAccount:
    """Wins, losses, a zero, an open one, three currencies, long and right-to-left names."""
    euro, yen = account_of(guarded.user, currency="EUR", account_name=LONG), account_of(guarded.user, currency="JPY")
    now = clock.now()
    with acting_as(guarded.user):
        User.objects.filter(pk=guarded.user_id).update(last_name="Unbroken" * 8)
    told: list[tuple[TradingAccount, dict[str, Any]]] = [
        (guarded, {"pnl": Decimal(200), "initial_risk": 100, "mae": 40, "mfe": 250, "setup": "Breakout"}),
        (guarded, {"pnl": Decimal(-50), "side": "short", "stop_loss": Decimal("1.3"), "trade_notes": "Too early"}),
        (guarded, {"pnl": Decimal("-0.000001"), "symbol": "ZERO"}),
        (euro, {"pnl": Decimal("1234.5"), "symbol": "دولار"}),
        (yen, {"pnl": Decimal(99_999), "symbol": "X" * 60, "setup": "Y" * 120}),
        (guarded, {"pnl": None, "gross_pnl": None, "exit_price": None, "exit_time": None, "symbol": "OPEN1"}),
    ]  # fmt: skip
    for n, (account, fields) in enumerate(told):
        start = now - timedelta(days=2, minutes=10 + n)
        fields.setdefault("gross_pnl", fields["pnl"])
        trade_in(account, entry_time=start, **({"exit_time": start + timedelta(minutes=5)} | fields))
    return guarded


def first(account: TradingAccount) -> Trade:
    with acting_as(account.user):
        return Trade.objects.get(setup="Breakout")


def addresses(account: TradingAccount) -> list[str]:
    trade = first(account).id
    return [
        "/", "/journal/", f"/journal/?peek={trade}", "/journal/?symbol=NONE", "/journal/?side=short&result=loss",
        f"/trades/{trade}/", f"/trades/{trade}/edit/", "/trades/new/", "/find/?q=eur", "/flow/", "/settings/",
        "/settings/accounts/new/", f"/settings/accounts/{account.id}/", f"/settings/accounts/{account.id}/firm/",
        "/offline/", "/no-such-page/", "/import/", "/armor/", "/oracle/",
    ]  # fmt: skip


# Everybody can use them ---------------------------------------------------------------------------------


def faults(page: Page) -> list[str]:
    """What axe-core finds, one line for each rule and the first place it is broken."""
    found = Axe().run(page, options={"runOnly": AA, "resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


@pytest.mark.parametrize(("look", "width"), [("dark", 1440), ("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_on_any_page(visit: Any, traded: TradingAccount, look: str, width: int) -> None:
    """`visit` fails the test on any breach of the content policy as well."""
    visitor = visit(traded.user, color_scheme=look, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page, found = visitor.open("/"), {}
    for path in addresses(traded):
        if path != "/no-such-page/":  # a 404 is a console error of its own
            page.goto(f"{visitor.address}{path}")
            if faulty := faults(page):
                found[path] = faulty
    assert found == {}


@pytest.mark.parametrize(("width", "spoken"), [(1440, "en"), (390, "en"), (320, "en"), (320, "fr")])
def test_no_page_scrolls_sideways_whatever_its_names(
    visit: Any, traded: TradingAccount, width: int, spoken: str
) -> None:
    """Nor in French, whose words are a fifth longer."""
    with acting_as(traded.user):
        User.objects.filter(pk=traded.user_id).update(locale=spoken)
    visitor = visit(traded.user, viewport={"width": width, "height": 800})
    page, wide = visitor.open("/"), {}
    for path in addresses(traded):
        if path != "/no-such-page/":
            page.goto(f"{visitor.address}{path}")
            if (over := sideways(page)) > 0:
                wide[path] = (over, page.evaluate(WIDEST))
    assert wide == {}


def test_the_journal_works_without_script(visit: Any, traded: TradingAccount) -> None:
    page = visit(traded.user, java_script_enabled=False, viewport={"width": 1440, "height": 900}).open("/journal/")
    page.locator("#live-trades tbody tr", has_text="Breakout").get_by_role("link").click()
    panel = page.locator("#live-peek")
    expect(panel).to_contain_text("+$200.00")
    panel.get_by_label("Note").fill("Without script")
    panel.get_by_role("radio", name="4").check(force=True)
    panel.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Saved EURUSD")
    expect(page.locator("#live-peek textarea")).to_have_value("Without script")
    with acting_as(traded.user):
        assert TradeReview.objects.get().rating == 4


# While trades arrive ------------------------------------------------------------------------------------


def test_a_trade_by_the_api_moves_the_journal_and_loses_nothing_that_is_being_typed(
    visit: Any, traded: TradingAccount, lose: Any
) -> None:
    trade = first(traded)
    visitor = visit(traded.user, viewport={"width": 1440, "height": 900})
    page = live(visitor.open(f"/journal/?account={traded.id}&peek={trade.id}"))
    page.evaluate("window.sameDocument = true")
    heard: list[int] = []
    page.on("response", lambda reply: heard.append(len(reply.body())) if reply.request.headers.get("x-live") else None)
    page.locator("#live-trades [data-pick]").nth(1).check()
    note = page.locator("#peek-notes")
    note.click()
    note.press_sequentially("I was ab")
    lose(30)
    expect(page.locator("#live-summary")).to_contain_text("+$120")  # 200 - 50 - 30
    expect(page.locator("#live-trades tbody tr").nth(1)).to_contain_text("−$30.00")
    expect(page.locator("#live-trades tbody tr")).to_have_count(5)
    expect(page.locator("#live-trades [data-pick-all]")).to_be_visible()
    note.press_sequentially("out to")
    expect(note).to_have_value("I was about to")
    expect(note).to_be_focused()
    assert page.locator("#live-trades [data-pick]:checked").count() == 1
    assert page.evaluate("window.sameDocument")
    page.locator("#live-peek").get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Saved")
    with acting_as(traded.user):
        assert Trade.objects.get(pk=trade.pk).trade_notes == "I was about to"
    assert page.evaluate("window.sameDocument")
    assert heard
    assert min(heard) < 20_000  # regions, not pages


def test_somebody_elses_change_is_told_and_typed_words_stay(visit: Any, traded: TradingAccount) -> None:
    trade = first(traded)
    visitor = visit(traded.user)
    page = live(visitor.open(f"/trades/{trade.id}/"))
    page.locator("#trade-notes").fill("Mine")
    with acting_as(traded.user):
        Trade.objects.filter(pk=trade.pk).update(trade_notes="Theirs")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#live-review [role=alert]")).to_contain_text("changed meanwhile")
    expect(page.locator("#trade-notes")).to_have_value("Mine")
    visitor.complaints.clear()  # the browser notes the refusal
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#said")).to_contain_text("Saved")
    with acting_as(traded.user):
        assert Trade.objects.get(pk=trade.pk).trade_notes == "Mine"


def test_cards_strip_and_calendar_of_the_dashboard_move_with_a_trade(
    visit: Any, traded: TradingAccount, lose: Any
) -> None:
    page = live(visit(traded.user).open(f"/?account={traded.id}"))
    page.evaluate("window.sameDocument = true")
    before = page.locator("#live-calendar").inner_text()
    lose(40)
    expect(page.locator("#live-strip")).to_contain_text("−$40")
    expect(page.locator("#live-calendar .today")).to_contain_text("−40")
    expect(page.locator("#live-kpis")).to_contain_text("+$110")
    assert page.locator("#live-calendar").inner_text() != before
    assert page.evaluate("window.sameDocument")


def test_analytics_move_with_a_trade_and_nothing_chosen_unfolded_or_scrolled_is_lost(
    visit: Any, traded: TradingAccount, lose: Any
) -> None:
    """A chart's reader stays on the point that was read; a form half chosen keeps its choice while the rest moves."""
    visitor = visit(traded.user, viewport={"width": 390, "height": 800})
    overview = live(visitor.open(f"/analytics/?account={traded.id}"))
    compare = live(visitor.open(f"/analytics/compare/?account={traded.id}&by=side"))
    for page in (overview, compare):
        page.evaluate("window.sameDocument = true")
    overview.locator("#chart-results").press("Home")
    expect(overview.locator("#chart-results")).to_have_attribute("aria-valuenow", "0")
    overview.locator("section", has=overview.locator("#chart-equity")).locator("summary").click()
    months = overview.get_by_role("region", name="Monthly return in percent")
    months.evaluate("(region) => region.scrollTo(90, 0)")
    compare.get_by_label("Cut by").select_option("symbol")
    lose(30)
    compare.bring_to_front()
    expect(compare.locator("#live-tab tbody tr", has_text="Long")).to_contain_text("3")
    expect(compare.get_by_label("Cut by")).to_have_value("symbol")
    overview.bring_to_front()
    expect(overview.locator("#live-subtitle")).to_contain_text("4 trades")
    expect(overview.locator("#chart-results")).to_have_attribute("aria-valuenow", "0")
    expect(overview.get_by_role("region", name="Equity and drawdown as a table")).to_be_visible()
    assert months.evaluate("(region) => region.scrollLeft") == 90
    assert overview.evaluate("window.sameDocument")
    assert compare.evaluate("window.sameDocument")


# By keyboard --------------------------------------------------------------------------------------------


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until the focus stands on what is called so, and is seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(SEEN)
        if seen["name"].startswith(name):
            assert seen["box"]["height"] > 0
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_import_journal_trade_acknowledge_by_keyboard_alone(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    page = live(visit(guarded.user, viewport={"width": 1440, "height": 900}).open("/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("import")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Import a statement")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import trades")).to_be_visible()
    page.get_by_label("File", exact=True).set_input_files(STATEMENT)  # the system's own dialog is nobody's page
    page.get_by_label("File", exact=True).focus()
    tab_to(page, "Import")
    page.keyboard.press("Enter")
    expect(page.get_by_text("new trades in")).to_be_visible()
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("g")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    live(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#live-peek")).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator("#peek-notes")).to_be_focused()
    page.keyboard.type("By keys")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved")

    lose(1250)
    expect(stop_screen(page)).to_be_visible()
    expect(stop_screen(page).get_by_role("button", name="I have stopped trading")).to_be_enabled(timeout=10_000)
    tab_to(page, "I have stopped trading")
    page.keyboard.press("Enter")
    expect(page.locator("#standing > dialog")).to_have_count(0)
    with acting_as(guarded.user):
        assert Trade.objects.filter(trade_notes="By keys").count() == 1


def test_a_day_on_flow_by_keyboard_alone(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    """Ticked, rated, planned and begun by keys; a trade moves tape and plan while a note is being typed."""
    page = live(visit(guarded.user, viewport={"width": 1440, "height": 900}).open("/"))
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Aether Flow")).to_be_visible()
    page.locator("#done-0").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="1").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Trades at most").focus()
    page.keyboard.type("3")
    tab_to(page, "Save the plan")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("saved")
    expect(page.locator("#done-0")).to_be_checked()
    expect(page.locator("[name=mood][value='2']")).to_be_checked()
    tab_to(page, "Start session")
    page.keyboard.press("Enter")
    expect(page.locator("[data-since]")).to_be_visible()
    live(page)
    note = page.get_by_label("How it went")
    note.press_sequentially("Slow")
    lose(40)
    expect(page.locator("#live-tape")).to_contain_text("−$40.00")
    expect(page.locator("#live-against")).to_contain_text("1")
    expect(note).to_have_value("Slow")


def test_single_keys_are_silent_in_fields_and_when_switched_off(visit: Any, traded: TradingAccount) -> None:
    visitor = visit(traded.user)
    page = visitor.open("/journal/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#filter-q")).to_be_focused()
    page.keyboard.type("gj?n")
    expect(page.locator("#filter-q")).to_have_value("gj?n")
    page.goto(f"{visitor.address}/settings/")
    page.get_by_label("Single keys").uncheck()
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_the_palette_finds_ones_own_trades(visit: Any, traded: TradingAccount) -> None:
    page = visit(traded.user).open("/flow/")
    page.keyboard.press("Control+k")
    page.keyboard.type("breako")
    hit = page.locator("#palette li", has_text="EURUSD long")
    expect(hit).to_be_visible()
    while "EURUSD" not in (page.locator("#palette [aria-selected=true]").text_content() or ""):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#live-trade")).to_contain_text("+$200.00")


# Without a network --------------------------------------------------------------------------------------


def test_a_page_asked_for_without_a_network_says_so_and_shows_no_figure(visit: Any, traded: TradingAccount) -> None:
    visitor = visit(traded.user)
    page = visitor.open("/journal/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until_true(page, "navigator.serviceWorker.controller !== null")
    visitor.context.set_offline(True)
    page.goto(f"{visitor.address}/flow/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert "EURUSD" not in page.content()
    visitor.context.set_offline(False)
    visitor.complaints.clear()  # a browser without a network complains rightly

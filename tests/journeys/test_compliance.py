"""I sit at the compliance desk in a real browser as reviewer, approver and auditor, and let axe look at every page."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User
from compliance.aml import importing
from tests.compliance.staff import handed_in, staff
from tests.factories import person
from tests.hands import by_the_service, hand_of, look
from tests.journeys.test_breach import CHROMIUM, QUIET, REPORTS
from tests.processes import Product, cookie_of

SDN = Path(__file__).parents[1] / "compliance" / "lists" / "sdn.xml"
SHOTS = os.environ.get("AETHERIS_SHOTS")
pytestmark = [
    pytest.mark.usefixtures("real_db"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as told, sync_playwright() as playwright:
        told.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Seat:
    """One of the staff at the desk; whatever the browser complains about is kept."""

    def __init__(self, browser: Browser, product: Product, user: User) -> None:
        self.product, self.user = product, user
        self.context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 1024})
        self.context.add_init_script(REPORTS)
        self.context.add_cookies([{"name": "sessionid", "value": cookie_of(user), "url": product.url}])
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda told: self.complaints.append(str(told)))

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.product.url}{path}")
        return self.page

    def decide(self, model: str, table: str) -> None:
        """Agree to the one row of this kind, as its second person."""
        row = look(f"SELECT id FROM {table}")[0]["id"]
        self.look(f"/admin/compliance/{model}/{row}/change/", f"desk-{model}")
        self.page.get_by_role("button", name="Decide").click()
        expect(self.page.get_by_text("Approved:")).to_be_visible()

    def look(self, path: str, name: str) -> None:
        """Open it, let axe look, keep a picture where one is wanted."""
        self.go(path)
        found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert self.complaints == [], path
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_case_goes_through_the_hands_of_reviewer_and_approver_while_an_auditor_looks_on(
    browser: Browser, product: Product, ana: User
) -> None:
    case = handed_in(ana)
    reviewer, approver, auditor = (Seat(browser, product, staff(role)) for role in ("reviewer", "approver", "auditor"))
    page = f"/admin/compliance/kyccase/{case.pk}/change/"
    reviewer.go(page).get_by_role("button", name="Take this case").click()
    expect(reviewer.page.get_by_text("The case is yours.")).to_be_visible()
    reviewer.look(page, "desk-kyc")
    reviewer.page.locator("[name=reassign-to]").select_option(label="reviewer@desk.example, reviewer")
    reviewer.page.locator("[name=reassign-why]").fill("my own country")
    reviewer.page.get_by_role("button", name="Reassign").click()
    expect(reviewer.page.get_by_text("The case is with reviewer@desk.example")).to_be_visible()
    reviewer.page.locator("[name=propose-reason]").fill("passport and address agree")
    reviewer.page.get_by_role("button", name="Propose an outcome").click()
    expect(reviewer.page.get_by_text("A second person decides.")).to_be_visible()
    expect(reviewer.page.get_by_role("button", name="Decide")).to_have_count(0)
    auditor.go(page)
    expect(auditor.page.get_by_role("region", name="What you may do here")).to_have_count(0)
    approver.go(page).get_by_role("button", name="Decide").click()
    expect(approver.page.get_by_text("Approved: verified.")).to_be_visible()
    assert look("SELECT kyc_status FROM users WHERE id = %s", ana.pk) == [{"kyc_status": "verified"}]


def test_a_list_and_a_hit_wait_for_a_second_person(browser: Browser, product: Product) -> None:
    alike = person("v@example.com", first_name="Wiktor", last_name="Korolenko")
    boss, reviewer, approver = (
        Seat(browser, product, staff(role)) for role in ("administrator", "reviewer", "approver")
    )
    boss.go("/admin/compliance/watchlist/").locator("[name=import-file]").set_input_files(str(SDN))
    boss.page.get_by_role("button", name="Import a list").click()
    expect(boss.page.get_by_text("It waits for a second person")).to_be_visible()
    approver.decide("watchlist", "watch_lists")
    with by_the_service():
        importing.screen()
    hit = look("SELECT id FROM screening_hits WHERE subject_id = %s", alike.pk)[0]["id"]
    reviewer.go(f"/admin/compliance/hit/{hit}/change/").locator("[name=answer-answer]").select_option("cleared")
    reviewer.page.locator("[name=answer-why]").fill("born in another year, another face")
    reviewer.page.get_by_role("button", name="Answer").click()
    expect(reviewer.page.get_by_text("A second of the desk decides.")).to_be_visible()
    expect(reviewer.page.get_by_role("button", name="Decide")).to_have_count(0)
    reviewer.look("/admin/compliance/decision/?waits=1", "desk-waits")
    approver.decide("hit", "screening_hits")
    assert look("SELECT state, resolved_by_id FROM screening_hits WHERE id = %s", hit) == [
        {"state": "cleared", "resolved_by_id": approver.user.pk}
    ]


PAGES = [
    ("/admin/", "desk-index"), ("/admin/compliance/auditentry/review/", "desk-review"),
    ("/admin/compliance/chaincheck/reports/", "desk-reports"), ("/admin/compliance/kyccase/", "desk-cases"),
    ("/admin/compliance/watchlist/", "desk-lists"), ("/admin/compliance/auditentry/", "desk-trail"),
    ("/admin/compliance/deskrole/", "desk-roles"),
    ("/admin/compliance/decision/?waits=1", "desk-waiting"),
]  # fmt: skip


def test_every_page_of_the_desk_is_clean_for_axe_and_under_the_strict_policy(
    browser: Browser, product: Product, ana: User
) -> None:
    handed_in(ana)
    boss = staff("administrator")
    with hand_of("superuser") as sql:
        sql.execute("INSERT INTO aml_cases (subject_id, title, due_at) VALUES (%s, 'Mirrors', now())", [ana.pk])
    seat = Seat(browser, product, boss)
    for path, name in PAGES:
        seat.look(path, name)
    entry = look("SELECT max(id) * 1000 + 1 AS n FROM audit.records")[0]["n"]
    seat.look(f"/admin/compliance/auditentry/{entry}/change/", "desk-entry")
    case = look("SELECT id FROM aml_cases")[0]["id"]
    reviewer = Seat(browser, product, staff("reviewer"))
    reviewer.look(f"/admin/compliance/amlcase/{case}/change/", "desk-case")
    reviewer.look(f"/admin/compliance/auditentry/review/?entry={entry}", "desk-panel")


def test_a_persons_own_pages_are_clean_for_axe(browser: Browser, product: Product, ana: User) -> None:
    seat = Seat(browser, product, ana)
    for path, name in (("/settings/identity/", "identity"), ("/settings/data/", "data")):
        seat.look(path, name)

"""I open every page of a trader as it is delivered, gzipped and named by its content, at three widths."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.database import ROOT
from tests.journeys.test_breach import browser, guarded, pytestmark, visit
from tests.journeys.test_pages import WIDEST, addresses, faults, first, traded
from tests.processes import Product, on_this_database, running
from trading.models import Import

__all__ = ["browser", "guarded", "pytestmark", "traded", "visit"]
WIDTHS, PARTS = (1440, 390, 320), 5
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "page_budgets.json").read_text())
TOLD = os.environ.get("PAGES_TOLD", "")  # a file for what was measured
WEIGHT = """async () => {
    const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
    for (let n = 0; !seen() && n < 400; n++) await new Promise((go) => setTimeout(go, 50));
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return {
        bytes: all.reduce((sum, one) => sum + one.transferSize, 0),
        paint: seen().startTime,
    };
}"""
CUT = """[...document.querySelectorAll('.card :is(td, th, dd, .p, .kpi__v > *)')]
    .filter((e) => e.offsetParent && !e.closest('.scroll, .sr')
        && e.getBoundingClientRect().right > e.closest('.card').getBoundingClientRect().right + 1)
    .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""  # figures a long name pushed out of their card
STRANGERS = ("/sign-in/", "/register/", "/password/reset/", "/sign-in/link/", "/offline/")


@pytest.fixture(scope="module")
def product(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    collected = str(tmp_path_factory.mktemp("static"))
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0", "-i", "admin", "-i", "rest_framework"],
        cwd=ROOT, env=on_this_database("app") | {"STATIC_ROOT": collected}, check=True,
    )  # fmt: skip
    with running(tmp_path_factory.mktemp("product"), STATIC_ROOT=collected) as product:
        yield product


def pages(account: TradingAccount) -> dict[str, str]:
    """Each page under the name its budget has."""
    trade, told = first(account).id, {"account": account.id}
    with acting_as(account.user):
        job = Import.objects.create(account=account, user=account.user, kind="file", name="week.csv", state="failed",
                                    error="Row 3: the date cannot be read.")  # fmt: skip
    named = [
        "/", "/journal/", "/journal/?symbol=NONE", "/trades/new/", "/find/?q=eur", "/flow/", "/armor/",
        "/armor/webhooks/", "/armor/what-if/", "/armor/settings/", "/import/", "/import/columns/", "/connections/",
        "/connections/?q=markets", "/connections/?kind=ibkr_flex", "/settings/", "/settings/accounts/new/",
        "/settings/security/", "/settings/identity/", "/settings/data/", "/oracle/", "/galaxie/", "/tax/",
        "/analytics/", "/analytics/setups/", "/analytics/timing/", "/analytics/excursion/", "/analytics/discipline/",
        "/analytics/compare/", "/analytics/kpis/",
    ]  # fmt: skip
    filled = {
        "/journal/?peek={trade}": f"/journal/?peek={trade}", "/trades/{trade}/": f"/trades/{trade}/",
        "/trades/{trade}/edit/": f"/trades/{trade}/edit/", "/imports/{import}/": f"/imports/{job.id}/",
        "/settings/accounts/{account}/": "/settings/accounts/{account}/".format(**told),
        "/settings/accounts/{account}/firm/": "/settings/accounts/{account}/firm/".format(**told),
    }  # fmt: skip
    return {path: path for path in named} | filled


def looked_at(page: Page, *, axe: bool = True) -> list[str]:
    """What is wrong at any of the widths; the page is laid out anew, not loaded anew."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            wrong.append(f"{width}: sideways {page.evaluate(WIDEST)}")
        wrong += [f"{width}: cut off {piece}" for piece in page.evaluate(CUT)]
        if axe and width != 390:
            wrong += [f"{width}: {fault}" for fault in faults(page)]
    return wrong


def weight(page: Page) -> dict[str, float]:
    """What came over the network for it, and when something was seen."""
    return dict(page.evaluate(WEIGHT))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_clean_at_every_width_and_within_its_weight(
    visit: Any, traded: TradingAccount, part: int
) -> None:
    """The first page brings styles and scripts along; the browser asks for none of them again."""
    visitor = visit(traded.user, viewport={"width": 1440, "height": 900}, reduced_motion="reduce",
                    service_workers="block")  # what a worker hands on has no size of its own  # fmt: skip
    visitor.context.set_default_timeout(60_000)
    page, wrong, seen = visitor.open("/flow/"), {}, addresses(traded)
    measured = {"first": weight(page)}
    for name, path in list(pages(traded).items())[part::PARTS]:
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(f"{visitor.address}{path}")
        assert answer is not None
        assert answer.status == 200, path
        measured[name] = weight(page)
        if found := looked_at(page, axe=path not in seen):  # those are looked at by axe in test_pages
            wrong[name] = found
    visitor.complaints[:] = [said for said in visitor.complaints if "blocked by Playwright" not in said]
    if TOLD:
        Path(f"{TOLD}.{part}").write_text(json.dumps(measured, indent=1))
    assert wrong == {}
    assert {name: told["bytes"] for name, told in measured.items() if told["bytes"] > BUDGETS[name] * 1024} == {}


def test_pages_of_a_stranger_and_of_mishaps_are_clean_at_every_width(visit: Any) -> None:
    visitor = visit(color_scheme="light", reduced_motion="reduce")
    page, wrong = visitor.open("/sign-in/"), {}
    broken = render_to_string("500.html")
    page.route("**/broken/", lambda route: route.fulfill(body=broken, content_type="text/html"))
    for path in (*STRANGERS, "/broken/"):
        page.goto(f"{visitor.address}{path}")
        if found := looked_at(page):
            wrong[path] = found
    assert wrong == {}


def test_what_is_not_there_or_not_allowed_is_told_in_the_shell(visit: Any, ana: User) -> None:
    visitor = visit(ana, viewport={"width": 390, "height": 900})
    page = visitor.open("/")
    for path in ("/no-such-page/", "/trades/00000000-0000-0000-0000-000000000000/"):
        answer = page.goto(f"{visitor.address}{path}")
        assert answer is not None
        assert answer.status == 404
        assert looked_at(page) == []
    page.goto(f"{visitor.address}/settings/")
    visitor.context.clear_cookies(name="csrftoken")  # as another site's form would come: without our own token
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not allowed", level=1)).to_be_visible()
    assert page.locator("header small[data-live]").count() == 0  # nor takes it the words of the page it stands for
    assert looked_at(page) == []
    visitor.complaints.clear()  # a browser notes every 404 and 403 as an error of the page

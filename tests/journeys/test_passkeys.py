"""A passkey in a real browser: added, signed in with, shown as second step and again, removed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from tests.factories import PASSWORD
from tests.journeys.test_breach import CHROMIUM
from tests.journeys.test_compliance import browser
from tests.processes import Product

__all__ = ["browser"]
pytestmark = [
    pytest.mark.usefixtures("real_db"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]
PATIENCE = 30_000
HOME = re.compile(r"^http://[^/]+/$")
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(browser, product: Product) -> Iterator[Page]:  # type: ignore[no-untyped-def]
    """With a virtual device, at the name a passkey can be for: an address in digits is no name."""
    context: BrowserContext = browser.new_context(base_url=f"http://localhost:{product.port}")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda told: complaints.append(str(told)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    refused = "400 (Bad Request)"  # the browser notes that a key which is gone was refused
    assert [told for told in complaints if refused not in told] == []
    context.close()


def by_password(page: Page, user: User) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/sign-out/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/sign-in/")


def test_a_passkey_from_its_making_to_its_end(page: Page, ana: User) -> None:
    by_password(page, ana)
    page.wait_for_url(HOME)
    page.goto("/settings/security/passkeys/add/")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("main li code")).to_have_count(10, timeout=PATIENCE)
    sign_out(page)

    page.goto("/sign-in/passkey/?next=/settings/security/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("rowheader", name="Laptop")).to_be_visible(timeout=PATIENCE)
    sign_out(page)

    by_password(page, ana)
    page.wait_for_url("**/sign-in/passkey/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(HOME)

    page.goto("/settings/security/")
    page.get_by_role("button", name="Remove Laptop").click()
    expect(page.get_by_role("rowheader", name="Laptop")).to_have_count(0, timeout=PATIENCE)
    sign_out(page)
    page.goto("/sign-in/passkey/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="did not open the door")).to_be_visible(timeout=PATIENCE)

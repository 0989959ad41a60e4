"""I walk the guard's pages in a real browser: pause, snooze, webhooks, settings; with script and without."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import TradingAccount
from aetheris.db.tenancy import acting_as
from armor.models import AlertSettings, Breach, Cooling, Snooze, WebhookEndpoint
from tests.hands import hand_of
from tests.journeys.test_breach import (
    browser,
    guarded,
    live,
    lose,
    pytestmark,
    sideways,
    token,
    until_true,
    visit,
)

__all__ = ["browser", "guarded", "lose", "pytestmark", "token", "visit"]
PICTURES = os.environ.get("PICTURES", "")
UNGUARDED = "fields => fields.forEach(field => field.removeAttribute('required'))"


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_break_counts_down_on_every_page(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    page = live(visit(guarded.user).open("/"))
    lose(950)
    modal = page.locator("#standing > dialog[data-level='2']")
    modal.get_by_role("button", name="I take a break").click()
    expect(modal).to_have_count(0)
    banner = page.locator("#live-coolings .banner")
    expect(banner).to_contain_text("FTMO 100K is cooling until")
    expect(banner.locator("[data-until]")).to_have_text(re.compile(r"^1[45]:\d\d left$|^14:\d\d left$"))
    page.goto("/armor/")
    expect(page.locator("#live-states")).to_contain_text("Cooling until")
    picture(page, "cooling")
    with acting_as(guarded.user):
        assert Cooling.objects.count() == 1


def test_going_on_without_a_reason_is_not_taken(visit: Any, guarded: TradingAccount, lose: Any) -> None:
    """Past the browser's own check of the form, too."""
    lose(950)
    page = visit(guarded.user, java_script_enabled=False).open("/armor/")
    page.locator("#standing textarea").evaluate_all(
        "fields => fields.forEach(field => field.removeAttribute('required'))"
    )
    page.get_by_role("button", name="Continue anyway").click()
    expect(page.get_by_text("Say why you go on trading")).to_be_visible()
    with acting_as(guarded.user):
        assert Breach.objects.filter(dismissed_at=None).count() == 2


@pytest.mark.parametrize("script", [True, False])
def test_level_1_is_snoozed_and_says_until_when(visit: Any, guarded: TradingAccount, lose: Any, script: bool) -> None:
    lose(800)
    page = visit(guarded.user, java_script_enabled=script).open("/armor/")
    row = page.locator("#live-alerts [data-row]")
    row.locator("summary", has_text="Snooze").click()
    row.get_by_role("button", name="1 hour").click()
    expect(row).to_contain_text("Snoozed until")
    with acting_as(guarded.user):
        assert Snooze.objects.count() == 1
        assert Breach.objects.filter(dismissed_at=None).count() == 1


def test_a_snoozed_alert_comes_back_when_its_time_is_over_on_whatever_page(
    visit: Any, guarded: TradingAccount, lose: Any
) -> None:
    lose(800)
    page = live(visit(guarded.user).open("/armor/"))
    row = page.locator("#live-alerts [data-row]")
    row.locator("summary", has_text="Snooze").click()
    row.get_by_role("button", name="1 hour").click()
    until_true(page, "sessionStorage.getItem('snoozed') !== null")
    with hand_of("superuser") as sql:  # an hour later
        sql.execute("SET session_replication_role = replica")
        sql.execute("UPDATE armor_snoozes SET until = now() - interval '1 second'")
    page.evaluate("""() => {
        const [number] = Object.keys(JSON.parse(sessionStorage.getItem('snoozed')));
        sessionStorage.setItem('snoozed', JSON.stringify({[number]: new Date().toISOString()}));
    }""")
    page.goto("/settings/")
    expect(page.locator(".toasts [data-alert]")).to_contain_text("80%")
    assert page.evaluate("sessionStorage.getItem('snoozed')") == "{}"


@pytest.mark.parametrize("width", [1440, 390])
def test_an_endpoint_is_added_tested_and_its_secret_seen_once(visit: Any, guarded: TradingAccount, width: int) -> None:
    visitor = visit(guarded.user, viewport={"width": width, "height": 900})
    page = visitor.open("/armor/webhooks/")
    expect(page.get_by_text("Nobody is told yet")).to_be_visible()
    page.get_by_label("Address").fill("http://127.0.0.1/")
    page.get_by_role("button", name="Add endpoint").click()
    expect(page.locator(".error")).to_contain_text("cannot be told anything")
    visitor.complaints.clear()  # the browser notes every refused form
    page.get_by_label("Address").fill("https://203.0.113.9.nip.example/hook/T0K3N")
    page.get_by_label("Name").fill("Desk")
    page.get_by_role("button", name="Add endpoint").click()
    secret = page.get_by_label("Signing secret").input_value()
    assert secret.startswith("whsec_")
    picture(page, f"webhook-added-{width}")
    page.goto("/armor/webhooks/")
    assert secret not in page.content()
    assert "T0K3N" not in page.content()
    page.get_by_role("button", name="Send a test Desk").click()
    expect(page.locator("#live-deliveries tbody tr")).to_have_count(1)
    picture(page, f"webhooks-{width}")
    assert sideways(page) <= 0
    page.locator("summary", has_text="Remove").click()
    page.get_by_role("button", name="Remove it for good").click()
    expect(page.get_by_text("Nobody is told yet")).to_be_visible()
    with acting_as(guarded.user):
        assert WebhookEndpoint.objects.filter(deleted_at=None).count() == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_how_one_hears_is_chosen(visit: Any, guarded: TradingAccount, width: int) -> None:
    page = visit(guarded.user, viewport={"width": width, "height": 900}).open("/armor/settings/")
    page.get_by_label("Level 2: a limit is near").check()
    page.get_by_label("Sound: one, two or three falling notes").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-sound", "1")
    page.get_by_label("A cooling takes, in minutes").fill("30")
    page.get_by_label("Close every open position").check()
    page.get_by_role("button", name="Save FTMO 100K").click()
    expect(page.get_by_text("FTMO 100K was saved.")).to_be_visible()
    picture(page, f"alert-settings-{width}")
    assert sideways(page) <= 0
    with acting_as(guarded.user):
        assert AlertSettings.objects.get().mail_levels == [2, 3]

"""I check that the pages print what was drawn, and nothing a strict policy would refuse."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from aetheris.charts.card import Card
from aetheris.charts.risk import RiskStrip

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FORBIDDEN = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
BREACH = {
    "id": "b43", "number": 43, "level": 3, "rule": "max_daily_loss", "account_id": "a2",
    "account_name": "Ana's <Futures>",
    "title": "Daily loss limit reached", "body": "Ana's <Futures> is at −$836 against a limit of −$800.",
    "value": "-836.20",
    "limit": "-800", "currency": "USD", "at": "2026-11-20T16:12:00Z", "at_label": "17:12", "trading_day": "2026-11-20",
    "dismissed": False, "acknowledge_url": "/alerts/b43/dismiss", "series": [[540, 0], [1032, -836.2]],
    "loss_today": "-836.20", "used_percent": "104.5", "left_to_max": "1664", "resets_label": "23:00 Paris",
}  # fmt: skip


def page(name, **context):
    shell = {
        "nav": [],
        "user": {"name": "Ana", "initials": "A", "note": ""},
        "accounts": [],
        "standing": [],
        "period_links": [],
    }
    shell |= {"socket_url": "/ws/realtime/", "last_number": 42} | context.pop("shell", {})
    return render_to_string(name, {"shell": shell, **context}, RequestFactory().get("/"))


@pytest.mark.parametrize("name", PAGES)
def test_no_template_holds_inline_style_or_script(name):
    get_template(name)
    assert not FORBIDDEN.search((TEMPLATES / name).read_text())


def test_a_standing_level_3_is_in_the_page_itself_and_can_be_acknowledged_without_script():
    html = page("later.html", title="Oracle", shell={"standing": [BREACH]})
    dialog = html[html.index('<dialog class="l3"') : html.index("</dialog>")]
    assert " open" in dialog[:400]
    assert "Stop. Daily loss limit reached." in dialog
    assert 'action="/alerts/b43/dismiss"' in dialog
    assert "<b>−$836</b>" in dialog
    assert "<b>Ana&#x27;s &lt;Futures&gt;</b>" in dialog
    assert "104.5%" in dialog
    assert 'role="slider"' in dialog  # the day chart


def test_a_figure_without_value_shows_a_dash_and_its_reason():
    card = Card(key="sharpe", name="Sharpe", icon="sharpe", reason="needs 20 trading days, you have 7")
    html = page("dashboard.html", cards=[card], strip=RiskStrip(left_label=None, reason="none is set"))
    assert "needs 20 trading days, you have 7" in html
    assert "No trades yet" in html
    assert "No daily limit" in html


def test_the_page_of_last_resort_needs_no_context():
    assert "Something broke on our side" in render_to_string("500.html")

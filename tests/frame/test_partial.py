"""I ask an open page again and get only what changed."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from aetheris.partial import digest, known, regions
from tests.factories import trade_in


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def test_regions_are_cut_out_whole() -> None:
    page = (
        '<main><div id="a">x<div>y</div><br></div><p id="b">z</p>\n<div id="c"><svg><path d="M0"/></svg></div></main>'
    )
    assert regions(page, ["a", "c", "missing"]) == {
        "a": '<div id="a">x<div>y</div><br></div>', "c": '<div id="c"><svg><path d="M0"/></svg></div>',
    }  # fmt: skip


@given(st.lists(st.sampled_from(["<div>", "</div>", "text\n", "<b>é</b>", '<p id="in">', "</p>", "<br>"])))
def test_a_region_is_a_piece_of_the_page_and_begins_with_its_own_tag(pieces: list[str]) -> None:
    page = f'<main>{"".join(pieces)}<section id="own">s</section></main>'
    for id, html in regions(page, ["own", "in"]).items():
        assert html in page
        assert f'id="{id}"' in html.split(">")[0]


def test_a_masked_token_is_no_change() -> None:
    form = '<form><input type="hidden" name="csrfmiddlewaretoken" value="{}"></form>'
    assert digest(form.format("one")) == digest(form.format("two"))
    assert digest("<p>1</p>") != digest("<p>2</p>")


@pytest.mark.parametrize("header", ["", "<script>", "a b", "1x", "x" * 200, "=", ",,,"])
def test_what_is_no_region_is_not_asked_for(header: str) -> None:
    assert known(header) == {}


def test_an_unchanged_page_sends_nothing_and_a_new_trade_only_its_regions(
    page: Client, anas_account: TradingAccount
) -> None:
    trade_in(anas_account, symbol="EURUSD")
    whole = page.get("/journal/")
    first = page.get("/journal/", headers={"X-Live": "live-summary,live-trades,live-nav"})
    assert b"<!doctype" not in first.content
    assert set(known(first["X-Live-Regions"])) == {"live-summary", "live-trades", "live-nav"}
    again = page.get("/journal/", headers={"X-Live": first["X-Live-Regions"]})
    assert again.content == b""
    trade_in(anas_account, symbol="GBPUSD")
    changed = page.get("/journal/", headers={"X-Live": first["X-Live-Regions"]})
    assert b"GBPUSD" in changed.content
    assert b'id="live-nav"' not in changed.content
    assert len(changed.content) < len(whole.content) / 2


def test_a_page_that_does_not_ask_is_whole(page: Client) -> None:
    answer = page.get("/journal/")
    assert answer.content.strip().endswith(b"</html>")
    assert "X-Live-Regions" not in answer

"""A stranger at every door: each page and each desk of the router, not a list of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from accounts.models import User
from aetheris.db.tenancy import acting_as
from armor.models import Breach
from tests.factories import account_of, trade_in

# These ask for nobody.
OPEN = {
    "/sign-in/", "/sign-in/passkey/", "/sign-in/link/", "/sign-in/link/1/", "/sign-out/", "/register/",
    "/verify/1/", "/password/reset/", "/password/reset/1/", "/healthz", "/readyz", "/worker.js", "/offline/",
}  # fmt: skip
ELSEWHERE = ("/api/",)  # walked by the API's own tests


def addresses(patterns: list[Any], prefix: str = "/", known: tuple[str, ...] = ()) -> Iterator[tuple[str, bool]]:
    """(address, whether it names a row) of every pattern; rows are named by an id that is a stranger's."""
    for pattern in patterns:
        text, named = _filled(pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + text)
        elif isinstance(pattern, URLPattern) and not (prefix + text).startswith(ELSEWHERE):
            yield prefix + text, named


def _filled(pattern: Any) -> tuple[str, bool]:
    text, route = "", str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        value = str(THEIRS) if isinstance(converter, UUIDConverter) else "1"
        kind = next(kind for kind in ("uuid", "path", "int", "str", "slug") if f"<{kind}:{name}>" in route)
        route = route.replace(f"<{kind}:{name}>", value)
        text = value if kind == "uuid" else text  # a word names a thing of the product, not somebody's row
    if route.startswith("^") or "(?P" in route:
        route = route.strip("^$").replace("(?P<app_label>auth|accounts)", "accounts")
    return route, bool(text)


THEIRS = UUID("00000000-0000-7000-8000-00000000c0de")
WALKED = sorted(set(addresses(get_resolver().url_patterns)))


def test_the_walk_sees_the_whole_house() -> None:
    seen = {address for address, _ in WALKED}
    assert {"/", "/journal/", "/import/", "/armor/", "/oracle/", "/admin/accounts/user/"} <= seen
    assert f"/alerts/{THEIRS}/dismiss/" in seen
    assert len(seen) > 30


@pytest.mark.parametrize(("address", "named"), WALKED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_signing_in(client: Client, db: None, address: str, named: bool, method: str) -> None:
    answer = getattr(client, method)(address)
    if address in OPEN:
        assert answer.status_code in (200, 302, 400, 405, 503)
    else:
        assert answer.status_code in (302, 403, 404, 405), answer.status_code
        assert answer.get("Location", "/sign-in/").startswith(("/sign-in/", "/admin/login/")) or address == "/sign-out/"


@pytest.mark.parametrize(("address", "named"), WALKED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_trader_is_shown_nothing_of_the_desk_and_no_strangers_row(
    client: Client, cy: User, ana: User, address: str, named: bool, method: str
) -> None:
    theirs = account_of(ana, id=THEIRS, account_name="Anas treasure", risk_limit=10)
    trade_in(theirs, id=THEIRS, symbol="ANASYMBOL")
    with acting_as(ana):
        Breach.objects.create(
            id=THEIRS, account=theirs, user=ana, number=1, breach_type="max_daily_loss", breach_level=3,
            breach_value=1, breach_limit=1, trading_day="2026-11-20",
        )  # fmt: skip
    with acting_as(cy):
        client.force_login(cy)
    answer = getattr(client, method)(address)
    told = answer.content.decode(errors="replace")
    assert "treasure" not in told
    assert "ANASYMBOL" not in told
    if address.startswith("/admin/") and address != "/admin/":
        assert answer.status_code in (302, 403, 404, 405), answer.status_code
    elif named:
        assert answer.status_code in (404, 405), answer.status_code
    with acting_as(ana):
        assert Breach.objects.get(pk=THEIRS).dismissed_at is None

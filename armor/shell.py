"""I am the frame around every page: where one can go, and every alert that nobody has acknowledged."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.charts import words
from armor import lifecycle, selectors
from armor.delivery import mails
from armor.words import city

NAV: list[tuple[str, list[tuple[str, str, str, str]]]] = [
    ("", [
        ("dashboard", "Dashboard", "/", "nav-dashboard"),
        ("journal", "Journal", "/journal/", "nav-journal"),
        ("analytics", "Analytics", "/analytics/", "nav-analytics"),
    ]),
    ("Aether", [
        ("flow", "Aether Flow", "/flow/", "nav-aether-flow"),
        ("armor", "Aether Armor", "/armor/", "nav-aether-armor"),
        ("oracle", "Oracle", "/oracle/", "nav-oracle"),
        ("galaxie", "Galaxie 3D", "/galaxie/", "nav-galaxie-3d"),
    ]),
    ("Office", [
        ("tax", "Tax Engine", "/tax/", "nav-tax-engine"),
        ("settings", "Settings", "/settings/", "nav-settings"),
    ]),
]  # fmt: skip
PERIODS = {"today": "Today", "7d": "7D", "30d": "30D", "ytd": "YTD", "all": "All"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """For a signed-in trader; nobody else has a shell."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.path.startswith("/admin"):
        return {}
    accounts = TradingAccount.objects.filter(deleted_at=None).order_by("created_at")
    scope = request.GET.get("account") or None
    period = request.GET.get("period") if request.GET.get("period") in PERIODS else "30d"
    standing = [
        selectors.alert(breach, whole=breach.breach_level == 3, zone=user.timezone) for breach in selectors.standing()
    ]
    open_alerts = selectors.breaches().filter(dismissed_at=None, snoozed_until=None).count()
    now = clock.now().astimezone(ZoneInfo(user.timezone))
    heard = mails.settings_of(user)
    cooling, spoken = lifecycle.cooling_until(now), get_language() or "en"
    return {
        "shell": {
            "nav": _nav(request.path, open_alerts, scope),
            "user": {
                "name": user.name, "initials": _initials(user.name),
                "note": _("Compliance") if user.is_staff else _("Trader"),
            },
            "open_alerts": open_alerts,
            "coolings": [
                {"account_name": a.account_name, "until": cooling[a.id]} for a in accounts if a.id in cooling
            ],
            "sound": heard.sound,
            "vibration": heard.vibration,
            "accounts": [
                {"id": str(a.id), "name": a.account_name, "current": str(a.id) == scope} for a in accounts
            ],
            "scope_account": scope,
            "period": period,
            "period_links": [
                {"label": label, "url": f"?{_query(request, period=key)}", "current": key == period}
                for key, label in PERIODS.items()
            ],
            "standing": standing,
            "socket_url": "/ws/realtime/" + ("" if spoken == "en" else f"?language={spoken}"),
            "last_number": selectors.last_number(),
            "now_label": f"{words.day(now, year=True)}, {now:%H:%M}",
            "zone": city(user.timezone),
            "timezone": user.timezone,
            "import_url": "/import/",
            "logout_url": "/sign-out/",
        }
    }  # fmt: skip


def _nav(path: str, open_alerts: int, scope: str | None) -> list[dict[str, Any]]:
    return [
        {
            "heading": heading,
            "entries": [
                {
                    "key": key, "label": label, "url": f"{url}?account={scope}" if scope else url, "icon": icon,
                    "count": open_alerts if key == "armor" else 0,
                    "current": path == url if url == "/" else path.startswith(url),
                }
                for key, label, url, icon in entries
            ],
        }
        for heading, entries in NAV
    ]  # fmt: skip


def _query(request: HttpRequest, **changed: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "cursor"}
    return urlencode(kept | changed)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"

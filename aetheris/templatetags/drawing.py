"""I let templates place icons, find doors, and draw the day a limit broke."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from aetheris import scripted
from aetheris.charts import words
from aetheris.charts.daychart import DayChart, draw_day
from aetheris.charts.usebar import UseBar, draw_use

register = template.Library()

_FIGURE = re.compile(  # $1,250.50, 80%; 1\u202f250,50\u202f$, 80\u202f%
    r"[\u2212+]?\$[\d,]+(?:\.\d+)?|[\u2212+]?\d[\d\u202f]*(?:,\d+)?\u202f[$%]|[\d,]+(?:\.\d+)?%"
)
_ICONS = {1: "armor-warning", 2: "armor-fire", 3: "armor-shield-alert"}


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """One symbol of the sprite, always beside text, therefore hidden from screen readers."""
    symbol = f"{static('img/sprite.svg')}#{name}"
    return format_html('<svg class="i i--{}" aria-hidden="true"><use href="{}"/></svg>', size, symbol)


@register.simple_tag(takes_context=True)
def door(context: template.Context, key: str) -> str:
    """The address of one page of the sidebar, by its key; empty when the shell has no such page."""
    groups = (context.get("shell") or {}).get("nav", ())
    entries = (entry for group in groups for entry in group["entries"])
    return next((entry["url"] for entry in entries if entry["key"] == key), "")


@register.simple_tag
def script_words() -> SafeString:
    """What the scripts say, in the reader's language: data, which no policy minds."""
    found = scripted.book()
    return json_script(found, "words") if found else SafeString("")


_LINE: dict[str, str | int | None] = {
    "\v": '</th><td class="num">',
    "\t": '</td><td class="num">',
    "\n": '</td></tr><tr><th scope="row">',
}


@register.filter
def newest_first(rows: Sequence[Sequence[str]]) -> SafeString:
    """Days and their two figures as the lines of a table. They are escaped all at once, and hold no white space that
    breaks a line: a loop in the template takes twenty times as long."""
    text = escape("\n".join(f"{day}\v{one}\t{other}" for day, one, other in reversed(rows)))
    cells = text.translate(str.maketrans(_LINE))
    return format_html('<tr><th scope="row">{}</td></tr>', mark_safe(cells)) if rows else SafeString("")  # noqa: S308


@register.filter
def alert_icon(alert: Mapping[str, Any]) -> str:
    return "armor-check" if alert.get("dismissed") else _ICONS.get(alert.get("level") or 1, "armor-warning")


@register.filter
def headline(title: str) -> str:
    """“Daily loss limit reached” → “Stop. Daily loss limit reached.”"""
    text = title if title.startswith("Stop") else f"Stop. {title}"
    return text if text.endswith(".") else f"{text}."


@register.filter
def told(alert: Mapping[str, Any] | None) -> SafeString:
    """What happened, with the account's name and every sum in bold; everything else is escaped."""
    body, name = (alert or {}).get("body") or "", (alert or {}).get("account_name") or ""
    found = re.compile(f"{re.escape(name)}|{_FIGURE.pattern}") if name else _FIGURE
    pieces: list[str] = []
    end = 0
    for match in found.finditer(body):
        bold = "<b>{}</b>" if match.group() == name else '<span class="nowrap"><b>{}</b></span>'
        pieces += [body[end : match.start()], format_html(bold, match.group())]
        end = match.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, body[end:]]))


@register.filter
def amount(alert: Mapping[str, Any] | None, key: str) -> str:
    """{{ alert|amount:"left_to_max" }}: one of its sums, in its own currency."""
    return words.money((alert or {}).get(key), (alert or {}).get("currency") or "USD")


@register.filter
def used(alert: Mapping[str, Any] | None) -> UseBar | None:
    """How much of its limit an alert has used, with ticks where its own `levels` lie."""
    share, limit = (alert or {}).get("used_percent"), abs(float((alert or {}).get("limit") or 0))
    if alert is None or not share or not limit:
        return None
    return draw_use(float(share) / 100, [abs(float(at)) / limit for _, at in alert.get("levels") or [[3, limit]]])


@register.filter
def day_chart(alert: Mapping[str, Any]) -> DayChart | None:
    """The day chart of a level 3 alert that carries `series`; `levels` are [[level, loss], …].

    Only a daily rule's levels are sums of this day; those of a maximum loss would lie far below the picture.
    """
    series = alert.get("series") or ()
    levels = (alert.get("levels") or [[3, alert["limit"]]]) if alert.get("rule") == "max_daily_loss" else ()
    return draw_day(
        [_moment(at) for at, _ in series],
        [float(value) for _, value in series],
        [(int(level), -abs(float(at))) for level, at in levels],
        currency=alert.get("currency") or "USD",
        name=alert.get("account_name") or _("the account"),
    )


def _moment(at: str | float) -> tuple[str, float]:
    """(clock label, minutes) of an ISO moment in the reader's zone, or of minutes since midnight."""
    if isinstance(at, str):
        local = timezone.localtime(datetime.fromisoformat(at))
        return f"{local:%H:%M}", local.timestamp() / 60
    return f"{int(at) // 60 % 24:02d}:{int(at) % 60:02d}", float(at)

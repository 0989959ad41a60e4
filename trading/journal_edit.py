"""I take what is written into the journal: a trade's review, a tag for many, a name for filters."""

import csv
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.selectors import accounts, reader
from trading import reviewing, selectors
from trading.errors import ChangedMeanwhile
from trading.journal_filters import asked, narrowed, query
from trading.journal_page import shown
from trading.models import Trade
from trading.trade_edit import STALE, standing
from trading.trade_words import peeked

SETUP_MOST, NOTES_MOST, TAG_MOST, TAGS_MOST = 200, 20_000, 80, 50
COLUMNS = ("id", "account", "symbol", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "pnl",
           "gross_pnl", "commissions", "swap", "currency", "duration_ms", "mfe", "mae", "stop_loss", "take_profit",
           "initial_risk", "setup", "tags", "rating", "trade_notes")  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r")


@require_POST
@login_required
def review(request: HttpRequest, id: Any) -> HttpResponse:
    """Kept against the version that was read; when it is stale, the page comes back with what was typed."""
    trade = standing(id)
    typed = _typed(request.POST)
    if typed["errors"]:
        return _again(request, trade, typed, status=422)
    version = request.POST.get("version", "")
    try:
        reviewing.review_trade(
            trade=trade, version=int(version) if version.isdigit() else None, rating=typed["rating"],
            values={"setup": typed["setup"] or None, "tags": typed["tags"], "trade_notes": typed["notes"]},
        )  # fmt: skip
    except ChangedMeanwhile:
        typed["errors"] = [str(STALE)]
        return _again(request, trade, typed, status=412)
    messages.success(request, _("Saved {} of {}.").format(trade.symbol, trade.account.account_name))
    return redirect(_back(request, trade))


def _typed(form: QueryDict) -> dict[str, Any]:
    setup, notes = form.get("setup", "").strip(), form.get("notes", "").strip().replace("\r\n", "\n")
    tags = list(dict.fromkeys(word.strip() for word in form.get("tags", "").split(",") if word.strip()))
    rating = form.get("rating", "")
    errors = []
    if len(setup) > SETUP_MOST:
        errors.append(_("A setup has at most {} characters; this one has {}.").format(SETUP_MOST, len(setup)))
    if len(notes) > NOTES_MOST:
        errors.append(_("A note has at most {} characters; this one has {}.").format(NOTES_MOST, len(notes)))
    if len(tags) > TAGS_MOST or any(len(tag) > TAG_MOST for tag in tags):
        errors.append(_("At most {} tags of {} characters each, with commas between.").format(TAGS_MOST, TAG_MOST))
    if any("\x00" in text for text in (setup, notes, *tags)):
        errors.append(_("A character in this text cannot be kept. Remove it and save again."))
    return {"setup": setup, "tags": tags, "tags_text": form.get("tags", ""), "notes": notes, "errors": errors,
            "rating": int(rating) if rating in ("1", "2", "3", "4", "5") else None}  # fmt: skip


def _again(request: HttpRequest, trade: Trade, typed: dict[str, Any], *, status: int) -> HttpResponse:
    """The same page as if it were read, with the panel open on this trade; or this form alone, for a trade's own."""
    if request.POST.get("page") == "trade":
        peek = peeked(trade, ZoneInfo(reader(request).timezone)) | typed
        return render(request, "journal/review_again.html", {"peek": peek}, status=status)
    asking = QueryDict(request.POST.get("back", "")[:2000], mutable=True)
    asking["peek"] = str(trade.pk)
    request.GET = asking  # type: ignore[assignment]
    return shown(request, status=status, **typed)


def _back(request: HttpRequest, trade: Trade) -> str:
    if request.POST.get("page") == "trade":
        return f"/trades/{trade.pk}/"
    kept = QueryDict(request.POST.get("back", "")[:2000], mutable=True)
    kept["peek"] = str(trade.pk)
    return f"/journal/?{kept.urlencode()}#peek"


@require_POST
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "").strip()[:60]
    filters = query(asked(QueryDict(request.POST.get("query", "")[:1000])))
    if not name or not filters or "\x00" in name + filters:
        messages.warning(request, _("Nothing was saved: set at least one filter and give it a name."))
    elif len(reviewing.saved_views()) >= reviewing.VIEWS_MOST:
        messages.warning(request, _("{} views are kept at most. Remove one first.").format(reviewing.VIEWS_MOST))
    else:
        reviewing.save_view(user=reader(request), name=name, query=filters)
        messages.success(request, _("These filters are kept as “{}”.").format(name))
    return redirect(f"/journal/?{filters}")


@require_POST
@login_required
def drop_view(request: HttpRequest, id: Any) -> HttpResponse:
    if not reviewing.drop_view(view_id=id):
        raise Http404
    messages.success(request, _("The view was removed; no trade was touched."))
    return redirect("/journal/")


@login_required
def journal_file(request: HttpRequest) -> HttpResponse:
    """The filtered set as CSV: decimals as kept, moments in UTC, no cell a spreadsheet would run."""
    found = narrowed(selectors.journal(), asked(request.GET), list(accounts())).select_related("account", "review")
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="journal.csv"'
    writer = csv.writer(reply)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(trade, name) for name in COLUMNS] for trade in found.iterator(chunk_size=2000))
    return reply


def _cell(trade: Trade, name: str) -> str:
    review = getattr(trade, "review", None)
    told: dict[str, Any] = {
        "account": trade.account.account_name, "currency": trade.account.currency, "tags": "; ".join(trade.tags),
        "rating": review.rating if review else None,
    }  # fmt: skip
    value = told[name] if name in told else getattr(trade, name)
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    text = f"{value.normalize():f}" if hasattr(value, "normalize") and not isinstance(value, str) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text

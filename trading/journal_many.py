"""I take what is done to many ticked trades at once: a tag, a setup, out of every figure and back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from trading import reviewing, selectors
from trading.journal_edit import SETUP_MOST, TAG_MOST
from trading.journal_filters import is_id
from trading.journal_page import PAGE
from trading.models import Trade


@require_POST
@login_required
def tag_many(request: HttpRequest) -> HttpResponse:
    tag = request.POST.get("tag", "").strip()
    if not _ids(request) or not tag or "," in tag or len(tag) > TAG_MOST or "\x00" in tag:
        messages.warning(request, _("Nothing was tagged: tick trades and write one tag without a comma."))
        return redirect(_list(request))
    remove = request.POST.get("action") == "remove"
    count = reviewing.tag_trades(trades=_ticked(request), tag=tag, remove=remove)
    said = (ngettext("“{}” taken off {} trade.", "“{}” taken off {} trades.", count) if remove
            else ngettext("“{}” put on {} trade.", "“{}” put on {} trades.", count))  # fmt: skip
    messages.success(request, said.format(tag, count))
    return redirect(_list(request))


@require_POST
@login_required
def set_setup(request: HttpRequest) -> HttpResponse:
    setup = request.POST.get("setup", "").strip()
    if not _ids(request) or not setup or len(setup) > SETUP_MOST or "\x00" in setup:
        said = _("Nothing was changed: tick trades and write a setup of at most {} characters.").format(SETUP_MOST)
        messages.warning(request, said)
        return redirect(_list(request))
    count = reviewing.set_setup(trades=_ticked(request), setup=setup)
    said = ngettext("Setup “{}” set on {} trade.", "Setup “{}” set on {} trades.", count)
    messages.success(request, said.format(setup, count))
    return redirect(_list(request))


@require_POST
@login_required
def delete_many(request: HttpRequest) -> HttpResponse:
    if not (gone := reviewing.delete_trades(trades=_ticked(request).select_related("account"))):
        messages.warning(request, _("Nothing was deleted: tick trades first."))
        return redirect(_list(request))
    said = ngettext("{} trade was deleted: it is out of every figure.",
                    "{} trades were deleted: they are out of every figure.", len(gone))  # fmt: skip
    back = urlencode([("trade", str(id)) for id in gone])
    messages.success(request, said.format(len(gone)), extra_tags=f"undo /journal/restore/?{back}")
    return redirect(_list(request))


@require_POST
@login_required
def restore_many(request: HttpRequest) -> HttpResponse:
    """The ids stand in the address, as the message of their deletion wrote it."""
    ids = [id for id in request.GET.getlist("trade")[: PAGE * 2] if is_id(id)]
    count = reviewing.restore_trades(trade_ids=ids)
    said = ngettext("{} trade is back in every figure.", "{} trades are back in every figure.", count)
    messages.success(request, said.format(count))
    return redirect("/journal/")


def _ids(request: HttpRequest) -> list[str]:
    return [id for id in request.POST.getlist("trade")[: PAGE * 2] if is_id(id)]


def _ticked(request: HttpRequest) -> QuerySet[Trade]:
    return selectors.trades().filter(pk__in=_ids(request)).select_for_update(of=("self",))


def _list(request: HttpRequest) -> str:
    back = "/journal/?" + QueryDict(request.POST.get("back", "")[:2000]).urlencode()
    return back if url_has_allowed_host_and_scheme(back, None) else "/journal/"

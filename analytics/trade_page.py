"""I show one trade: what happened, what was planned, how far it went, who changed it, which rules it broke."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.selectors import reader
from aetheris.api.export import table
from aetheris.charts import words
from aetheris.retelling import retold
from analytics.journal import note_emotion
from analytics.models import EmotionLog
from analytics.models.emotion_log import EmotionLogBias
from armor import selectors as armor
from trading import selectors
from trading.models import Trade
from trading.pictures import MOST, pictures_of
from trading.trade_edit import standing
from trading.trade_picture import drawn, rows
from trading.trade_plan import against_plan, executions, own_fields
from trading.trade_trail import told
from trading.trade_words import peeked

BIASES = {
    "FOMO": "FOMO", "REVENGE": "Revenge", "OVERCONFIDENCE": "Overconfidence", "LOSS_AVERSION": "Loss aversion",
    "ANCHORING": "Anchoring",
}  # fmt: skip


@login_required
def trade_page(request: HttpRequest, id: UUID) -> HttpResponse:
    trade, user = standing(id), reader(request)
    zone = ZoneInfo(user.timezone)
    return render(request, "trade.html", {
        "peek": peeked(trade, zone), "trade": trade, "plan": against_plan(trade), "fills": executions(trade, zone),
        "picture": drawn(trade, zone), "raw": own_fields(trade), "trail": told(selectors.history(trade.pk), zone),
        "breaches": [armor.alert(breach, zone=user.timezone) for breach in _breaches(trade)],
        "emotions": [BIASES[log.bias_detected] for log in EmotionLog.objects.filter(trade=trade).order_by("id")],
        "biases": BIASES.items(), "pictures": list(pictures_of(trade)), "pictures_most": MOST,
        "costs": [words.money(value, trade.account.currency, 2) for value in (trade.commissions, trade.swap)],
    })  # fmt: skip


@login_required
def executions_file(request: HttpRequest, id: UUID) -> HttpResponse:
    reply = HttpResponse(table(rows(standing(id))), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="executions-{id}.csv"'
    return reply


def _breaches(trade: Trade) -> list[Any]:
    """Those judged on this trade, as their evidence names it."""
    named = Q(evidence__trade_id=str(trade.pk)) | Q(evidence__trade_ids__contains=[str(trade.pk)])
    return list(armor.breaches().filter(named, account_id=trade.account_id)[:20])


@require_POST
@login_required
def emotion(request: HttpRequest, id: UUID) -> HttpResponse:
    trade, bias = standing(id), request.POST.get("bias", "")
    if bias in EmotionLogBias.values:
        note_emotion(user=reader(request), values={"trade": trade, "bias_detected": bias, "pnl_attributed": trade.pnl})
        messages.success(request, _("{} noted on {}.").format(retold(BIASES[bias]), trade.symbol))
    else:
        messages.warning(request, _("Choose what you noticed."))
    return redirect(f"/trades/{id}/")

"""I take screenshots laid beside a trade, show them to their owner, and take them away again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from aetheris.errors import AetherisError
from trading import pictures
from trading.models import TradePicture
from trading.picturing import MOST_BYTES
from trading.trade_edit import standing

CAPTION_MOST = 200


@require_POST
@login_required
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    trade, sent = standing(id), request.FILES.get("picture")
    caption = request.POST.get("caption", "").replace("\x00", "").strip()[:CAPTION_MOST]
    if not isinstance(sent, UploadedFile):
        messages.warning(request, _("Choose a picture first: JPEG, PNG or WEBP."))
        return redirect(f"/trades/{id}/#pictures")
    try:
        pictures.add_picture(trade=trade, content=sent.read(MOST_BYTES + 1), caption=caption)
    except AetherisError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The picture is kept, sealed, without the data its file carried."))
    return redirect(f"/trades/{id}/#pictures")


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    picture = TradePicture.objects.filter(pk=id, trade__deleted_at=None).first()
    if picture is None:
        raise Http404
    reply = HttpResponse(pictures.opened(picture), content_type="image/jpeg")
    reply["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reply["Content-Disposition"] = 'inline; filename="picture.jpg"'
    return reply


@require_POST
@login_required
def remove(request: HttpRequest, id: UUID) -> HttpResponse:
    picture = pictures.remove_picture(picture_id=id)
    if picture is None:
        raise Http404
    messages.success(request, _("The picture was removed."))
    return redirect(f"/trades/{picture.trade_id}/#pictures")

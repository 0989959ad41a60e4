"""I am a person's own pages about who they are and what is kept about them."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import stepup
from accounts.selectors import reader
from aetheris.errors import AetherisError
from compliance.forms import SayingWho, Sending
from compliance.kyc import applying
from compliance.models import DataExport, ErasureRequest, KycCase, KycDocument
from compliance.privacy import asking, exports
from compliance.vault import viewing


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """The case as it stands, and its next step."""
    user, failure, form = reader(request), "", None
    if request.method == "POST":
        try:
            form = _step(request, request.POST.get("step", ""))
            if form is None:
                return redirect("identity")
        except AetherisError as refusal:
            failure = refusal.message
    case = applying.current_case(user)
    is_draft = case is None or case.state == "draft"
    told = {
        "case": case, "is_draft": is_draft, "failure": failure, "kyc_status": user.get_kyc_status_display(),
        "documents": KycDocument.objects.filter(case=case, withdrawn_at=None) if case else [],
        "missing": applying.missing(case) if case else [],
        "who": form if isinstance(form, SayingWho) else SayingWho(initial=_said(case)),
        "sending": form if isinstance(form, Sending) else Sending(),
    }  # fmt: skip
    return render(request, "compliance/identity.html", told, status=422 if failure or form is not None else 200)


def _step(request: HttpRequest, step: str) -> Any:
    """The form again where it has errors; nothing when the step was taken."""
    user, case = reader(request), applying.current_case(reader(request))
    if step == "who":
        who = SayingWho(request.POST)
        if not who.is_valid():
            return who
        told = who.cleaned_data
        applying.open_case(user=user, country=told["country"], account_type=told["account_type"], profile=who.profile())
        return None
    if case is None:
        raise Http404
    if step == "hand-in":
        applying.hand_in(case=case)
        return None
    sending = Sending(request.POST, request.FILES)
    if not sending.is_valid():
        return sending
    given = sending.cleaned_data
    if given["file"].size > viewing.MOST_BYTES:
        raise viewing.FileNotShown(why=f"it has {given['file'].size:,} bytes")
    applying.add_document(case=case, kind=given["kind"], name=given["file"].name, content=given["file"].read(),
                          expires_on=given["expires_on"])  # fmt: skip
    return None


def _said(case: KycCase | None) -> dict[str, Any]:
    if case is None:
        return {}
    try:
        return {**applying.profile_of(case), "country": case.country, "account_type": case.account_type}
    except AetherisError:
        return {"country": case.country, "account_type": case.account_type}


@login_required
@require_POST
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    document = KycDocument.objects.filter(pk=id, withdrawn_at=None).select_related("case").first()
    if document is None:
        raise Http404
    applying.withdraw_document(document=document)
    return redirect("identity")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """A copy of everything, or the wish to be erased; both after the second factor."""
    user, failure = reader(request), ""
    if request.method == "POST":
        try:
            stepup.require(request)
            if request.POST.get("wish") == "erase":
                asking.ask(user=user)
            else:
                exports.ask(user=user)
            return redirect("exports")
        except AetherisError as refusal:
            failure = refusal.message
    copies = DataExport.objects.filter(user_id=user.pk).order_by("-created_at")[:5]
    told = {
        "copies": [(copy, exports.link(copy) if copy.state == "ready" else "") for copy in copies], "failure": failure,
        "erasure": ErasureRequest.objects.filter(user_id=user.pk).order_by("-created_at").first(),
    }  # fmt: skip
    return render(request, "compliance/data.html", told, status=403 if failure else 200)

"""I am the desk of KYC: the queue, the checklist, the documents as pictures, the decision of two."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from aetheris import clock
from aetheris.errors import AetherisError
from compliance import readings
from compliance.desk.acts import Act, Nothing, Reason
from compliance.desk.assigning import handing
from compliance.desk.people import SubjectDesk, emails
from compliance.desk.waiting import Waiting, Waits
from compliance.kyc import applying, checklist, deciding
from compliance.models import CaseNote, Decision, KycCase, KycDocument
from compliance.models.decision import Outcome, Verdict
from compliance.models.kyc import CaseState
from compliance.models.roles import APPROVING, WORKING
from compliance.vault import files, viewing

TEXT = forms.Textarea(attrs={"rows": 3})


class Proposal(forms.Form):
    outcome = forms.ChoiceField(choices=[("verified", "Verified"), ("rejected", "Rejected")])
    reason = forms.CharField(
        widget=TEXT, max_length=4000, min_length=10, help_text="For the file; the person does not see it."
    )
    told = forms.CharField(widget=TEXT, max_length=1000, required=False, label="What the person is told")


class Verdicts(forms.Form):
    verdict = forms.ChoiceField(choices=Verdict.choices)
    note = forms.CharField(widget=TEXT, max_length=4000, required=False)


def take(request: HttpRequest, case: KycCase, told: dict[str, Any]) -> str:
    deciding.take(case=case, by=request.user)  # type: ignore[arg-type]
    return "The case is yours."


def ask(request: HttpRequest, case: KycCase, told: dict[str, Any]) -> str:
    deciding.ask_for_more(case=case, told=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "The person is asked for more; the case is a draft again."


def propose(request: HttpRequest, case: KycCase, told: dict[str, Any]) -> str:
    deciding.propose(case=case, outcome=Outcome(told["outcome"]), reason=told["reason"], told=told["told"],
                     by=request.user)  # type: ignore[arg-type]  # fmt: skip
    return "Proposed. A second person decides."


def escalate(request: HttpRequest, case: KycCase, told: dict[str, Any]) -> str:
    deciding.escalate(case=case, reason=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Escalated. Somebody else decides, within twelve hours."


def decide(request: HttpRequest, case: KycCase, told: dict[str, Any]) -> str:
    made = deciding.decide(case=case, verdict=Verdict(told["verdict"]), note=told["note"], by=request.user)  # type: ignore[arg-type]
    return f"{made.get_verdict_display()}: {made.get_outcome_display().lower()}."


def in_review(case: KycCase) -> bool:
    return case.state == CaseState.IN_REVIEW


def is_proposed(case: KycCase) -> bool:
    return in_review(case) and Decision.objects.filter(case_id=case.pk, verdict=None).exists()


def may_be_proposed(case: KycCase) -> bool:
    return in_review(case) and not is_proposed(case)


@admin.register(KycCase)
class KycDesk(Waiting, SubjectDesk):
    about = "user"
    list_display = ["person", "state", "country", "account_type", "submitted_at", "due_at", "waits", "review_again_on"]
    list_filter = ["state", Waits, "account_type", "country"]
    search_fields = ["user__email"]
    ordering = ["due_at", "-created_at"]
    fields = [
        "person",
        "state",
        "country",
        "account_type",
        "submitted_at",
        "due_at",
        "assigned",
        "review_again_on",
        "told",
    ]
    acts = [
        Act("take", "Take this case", WORKING, take, Nothing, when=lambda c: c.state in ("submitted", "in_review")),
        Act("ask", "Ask for more", WORKING, ask, Reason, when=may_be_proposed),
        Act("propose", "Propose an outcome", WORKING, propose, Proposal, when=may_be_proposed),
        Act("escalate", "Escalate", WORKING, escalate, Reason, when=in_review),
        Act("decide", "Decide", APPROVING, decide, Verdicts, when=is_proposed),
        handing(in_review),
    ]

    @admin.display(description="assigned to")
    def assigned(self, case: KycCase) -> str:
        return emails().get(case.assigned_to, "nobody yet")

    def beside(self, request: HttpRequest, case: KycCase) -> dict[str, Any]:
        today, shown = clock.now().date(), applying.shown(case)
        needed = checklist.needed(case.country, case.account_type)
        try:
            profile: Any = applying.profile_of(case)
        except AetherisError as gone:
            profile = {"unreadable": gone.message}
        return {
            "beside": "admin/compliance/kyc_case.html",
            "checklist": [(item, checklist.is_met(item, shown, today)) for item in needed],
            "documents": KycDocument.objects.filter(case_id=case.pk).order_by("created_at"),
            "profile": profile,
            "today": today,
            **story(case.pk),
        }  # fmt: skip

    # Documents ----------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.page)
        name = "compliance_kyccase_page"
        return [path("<uuid:id>/document/<uuid:document>/<int:page>/", view, name=name), *super().get_urls()]

    def page(self, request: HttpRequest, id: Any, document: Any, page: int) -> HttpResponse:
        """One page of a document, drawn anew: the file itself never leaves the vault."""
        found = KycDocument.objects.filter(pk=document, case_id=id, withdrawn_at=None, erased_at=None).first()
        if found is None or found.wrapped_key is None or not self.has_view_permission(request):
            raise Http404
        readings.note("KYC document", {"document": str(document), "page": page})
        try:
            content = files.get(found.user_id, found.pk, bytes(found.wrapped_key))
            picture = viewing.look(content, page)
        except AetherisError as refusal:
            return HttpResponse(refusal.message, status=refusal.status, content_type="text/plain; charset=utf-8")
        answer = HttpResponse(picture.jpeg, content_type="image/jpeg")
        answer["Cache-Control"] = "no-store"
        answer["Content-Disposition"] = "inline"
        return answer


def story(case_id: Any) -> dict[str, Any]:
    """Decisions and notes of a case, with who made them."""
    names = emails()
    decisions = [(d, names.get(d.proposed_by_id), names.get(d.decided_by_id)) for d in
                 Decision.objects.filter(case_id=case_id).order_by("created_at")]  # fmt: skip
    notes = [(n, names.get(n.author_id)) for n in CaseNote.objects.filter(case_id=case_id).order_by("created_at")]
    return {"decisions": decisions, "notes": notes}

"""I am the desk of money laundering: lists, hits with their reasons, alerts, cases."""

import json
import sys
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from compliance import decisions, readings
from compliance.aml import cases, clearing, importing, payments
from compliance.aml.world import rules
from compliance.desk.acts import Act, Nothing, Reason
from compliance.desk.assigning import handing
from compliance.desk.kyc import TEXT, Verdicts, story
from compliance.desk.people import SubjectDesk, emails
from compliance.desk.waiting import Waiting, Waits
from compliance.desk.work import WorkDesk
from compliance.models import AmlCase, BehaviourAlert, Hit, ListedParty, Payment, WatchList
from compliance.models.decision import NoteKind, Outcome, Verdict
from compliance.models.roles import APPROVING, RUNNING, WORKING


class ListFile(forms.Form):
    file = forms.FileField()


class PaymentFile(forms.Form):
    file = forms.FileField(help_text="CSV: paid_at, email, direction (in or out), amount, currency, reference")


class Answer(forms.Form):
    answer = forms.ChoiceField(
        choices=[("cleared", "Another person (a second of us decides)"), ("confirmed", "It is them")]
    )
    why = forms.CharField(widget=TEXT, max_length=4000, min_length=10)


class Note(forms.Form):
    text = forms.CharField(widget=TEXT, max_length=4000, min_length=3)
    link = forms.CharField(max_length=200, required=False, help_text="table:id of what it points at")


class Proposal(forms.Form):
    outcome = forms.ChoiceField(choices=[("passed", "Passed"), ("review", "Stays under review"),
                                         ("rejected", "Rejected"), ("reported", "Reported")])  # fmt: skip
    reason = forms.CharField(widget=TEXT, max_length=4000, min_length=10)


def import_list(request: HttpRequest, row: None, told: dict[str, Any]) -> str:
    made = importing.import_list(content=told["file"].read(), name=told["file"].name, by=request.user)  # type: ignore[arg-type]
    return (
        f"{made.entries} entries of {made.get_source_display()}: {made.changes}. It waits for a second person; until "
        "then the list before it counts."
    )


def import_payments(request: HttpRequest, row: None, told: dict[str, Any]) -> str:
    new, known = payments.import_payments(content=told["file"].read(), name=told["file"].name, by=request.user)  # type: ignore[arg-type]
    return f"{new} payments are new, {known} were known. The worker looks at them within a quarter of an hour."


def answer(request: HttpRequest, hit: Hit, told: dict[str, Any]) -> str:
    if told["answer"] == "confirmed":
        cases.confirm_hit(hit=hit, why=told["why"], by=request.user)  # type: ignore[arg-type]
        return "A case was made of it."
    clearing.clear_hit(hit=hit, why=told["why"], by=request.user)  # type: ignore[arg-type]
    return "Proposed: another person. A second of the desk decides."


def make_case(request: HttpRequest, alert: BehaviourAlert, told: dict[str, Any]) -> str:
    case = cases.open_case(subject_id=alert.subject_id, title=alert.sentence[:200], by=request.user)  # type: ignore[arg-type]
    return f"It is in the case “{case.title}”, rated {case.rating}."


def dismiss(request: HttpRequest, alert: BehaviourAlert, told: dict[str, Any]) -> str:
    clearing.dismiss_alert(alert=alert, why=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Proposed. A second person decides."


def take(request: HttpRequest, case: AmlCase, told: dict[str, Any]) -> str:
    cases.take(case=case, by=request.user)  # type: ignore[arg-type]
    return "The case is yours."


def note(request: HttpRequest, case: AmlCase, told: dict[str, Any]) -> str:
    kind = NoteKind.LINK if told["link"] else NoteKind.NOTE
    decisions.note(case_id=case.pk, kind=kind, text=told["text"], link=told["link"], by=request.user)  # type: ignore[arg-type]
    return "Noted."


def rate(request: HttpRequest, case: AmlCase, told: dict[str, Any]) -> str:
    return f"Rated {cases.rate(case=case)}."


def escalate(request: HttpRequest, case: AmlCase, told: dict[str, Any]) -> str:
    cases.escalate(case=case, reason=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Escalated; somebody else decides."


def propose(request: HttpRequest, case: AmlCase, told: dict[str, Any]) -> str:
    cases.propose(case=case, outcome=Outcome(told["outcome"]), reason=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Proposed. A second person decides."


def decide(request: HttpRequest, row: Any, told: dict[str, Any]) -> str:
    made = decisions.decide(case_id=row.pk, verdict=Verdict(told["verdict"]), note=told["note"], by=request.user)  # type: ignore[arg-type]
    return f"{made.get_verdict_display()}: {made.get_outcome_display().lower()}."


def lives(case: AmlCase) -> bool:
    return case.state in cases.LIVING


def is_proposed(row: Any) -> bool:
    return decisions.waits(row.pk)


def is_open(row: Any) -> bool:
    """Nobody has answered, and no answer waits."""
    return row.state == "open" and not is_proposed(row)


DECIDE = Act("decide", "Decide", APPROVING, decide, Verdicts, when=is_proposed)


@admin.register(Payment)
class PaymentDesk(SubjectDesk):
    list_display = ["person", "direction", "amount", "currency", "paid_at", "reference"]
    list_filter = ["direction", "currency"]
    search_fields = ["subject__email", "reference"]
    ordering = ["-paid_at"]
    fields = ["person", "direction", "amount", "currency", "paid_at", "reference", "source", "created_at"]
    list_acts = [Act("import", "Import payments", RUNNING, import_payments, PaymentFile)]


@admin.register(WatchList)
class ListDesk(Waiting):
    list_display = ["source", "file_name", "published_on", "entries", "created_at", "activated_at", "waits"]
    list_filter = ["source", Waits]
    ordering = ["-created_at"]
    fields = [
        "source", "file_name", "sha256", "published_on", "entries", "changes", "imported", "created_at", "activated_at",
        "screened_at",
    ]  # fmt: skip
    acts = [DECIDE]
    list_acts = [Act("import", "Import a list", RUNNING, import_list, ListFile)]

    @admin.display(description="imported by")
    def imported(self, row: WatchList) -> str:
        return emails().get(row.imported_by_id, "at the machine")

    def beside(self, request: HttpRequest, row: WatchList) -> dict[str, Any]:
        gone = importing.leaving(row)
        told = {"leaving": gone[:100], "leaving_count": gone.count()}
        return {"beside": "admin/compliance/list.html", **told, **story(row.pk)}


@admin.register(ListedParty)
class PartyDesk(WorkDesk):
    list_display = ["reference", "first_name", "is_person", "watch_list"]
    search_fields = ["reference"]
    ordering = ["-id"]
    fields = ["reference", "names", "is_person", "birth_dates", "countries", "programmes", "watch_list"]

    @admin.display(description="name")
    def first_name(self, party: ListedParty) -> str:
        return str(party.names[0])


@admin.register(Hit)
class HitDesk(Waiting, SubjectDesk):
    list_display = ["person", "listed_name", "source", "score", "state", "waits", "created_at"]
    list_filter = ["state", Waits, "source"]
    search_fields = ["subject__email"]
    ordering = ["-score"]
    fields = ["person", "listed_name", "source", "reference", "score", "reasons", "state", "resolution", "resolved_at"]
    acts = [Act("answer", "Answer", WORKING, answer, Answer, when=is_open), DECIDE]

    def beside(self, request: HttpRequest, hit: Hit) -> dict[str, Any]:
        return {"beside": "admin/compliance/story.html", **story(hit.pk)}

    @admin.display(description="why")
    def reasons(self, hit: Hit) -> str:
        words = ", ".join(f"{mine} ~ {theirs} {score}" for mine, theirs, score in hit.why.get("words", ()))
        return (
            f"name {hit.why.get('name')} ({words}); birth {hit.why.get('birth date')}; country {hit.why.get('country')}"
        )


@admin.register(BehaviourAlert)
class AlertDesk(Waiting, SubjectDesk):
    list_display = ["rule", "person", "sentence", "state", "waits", "created_at"]
    list_filter = ["state", Waits, "rule"]
    search_fields = ["subject__email"]
    ordering = ["-created_at"]
    fields = ["rule", "meaning", "person", "sentence", "evidence", "state", "resolution", "created_at"]
    acts = [
        Act("case", "Make it a case", WORKING, make_case, Nothing, when=is_open),
        Act("dismiss", "Propose to dismiss", WORKING, dismiss, Reason, when=is_open),
        DECIDE,
    ]

    def beside(self, request: HttpRequest, alert: BehaviourAlert) -> dict[str, Any]:
        return {"beside": "admin/compliance/story.html", **story(alert.pk)}

    @admin.display(description="what the rule looks for")
    def meaning(self, alert: BehaviourAlert) -> str:
        return str(sys.modules[rules[alert.rule].__module__].__doc__) if alert.rule in rules else "a rule of the past"


@admin.register(AmlCase)
class CaseDesk(Waiting, SubjectDesk):
    list_display = ["title", "person", "state", "rating", "due_at", "waits", "created_at"]
    list_filter = ["state", Waits, "rating"]
    search_fields = ["subject__email"]
    ordering = ["due_at"]
    fields = ["title", "person", "state", "rating", "weighed", "due_at", "assigned", "created_at", "closed_at"]
    acts = [
        Act("take", "Take this case", WORKING, take, Nothing, when=lives),
        Act("note", "Add a note or a link", WORKING, note, Note),
        handing(lives),
        Act("rate", "Rate again", WORKING, rate, Nothing, when=lives),
        Act("escalate", "Escalate", WORKING, escalate, Reason, when=lives),
        Act(
            "propose", "Propose an outcome", WORKING, propose, Proposal, when=lambda c: lives(c) and not is_proposed(c)
        ),
        DECIDE,
    ]

    @admin.display(description="assigned to")
    def assigned(self, case: AmlCase) -> str:
        return emails().get(case.assigned_to_id, "nobody yet")

    @admin.display(description="factors")
    def weighed(self, case: AmlCase) -> str:
        return "; ".join(f"{f['points']:+d} {f['why']}" for f in case.factors) or "none"

    def beside(self, request: HttpRequest, case: AmlCase) -> dict[str, Any]:
        return {
            "beside": "admin/compliance/aml_case.html",
            "alerts": BehaviourAlert.objects.filter(case_id=case.pk).order_by("created_at"),
            "hits": Hit.objects.filter(case_id=case.pk).order_by("-score"),
            **story(case.pk),
        }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.draft)
        return [path("<uuid:id>/report-draft.json", view, name="compliance_amlcase_draft"), *super().get_urls()]

    def draft(self, request: HttpRequest, id: Any) -> HttpResponse:
        case = AmlCase.objects.filter(pk=id).first()
        if case is None or not self.has_view_permission(request):
            raise Http404
        readings.note("SAR draft", {"case": str(id)})
        answer = HttpResponse(
            json.dumps(cases.report_draft(case), indent=1, default=str), content_type="application/json"
        )
        answer["Content-Disposition"] = f'attachment; filename="sar-draft-{id}.json"'
        return answer

"""I am the desk of privacy: erasures that two people agree to, and holds that stop them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from compliance.desk.acts import Act, Nothing, Reason
from compliance.desk.kyc import Verdicts
from compliance.desk.people import SubjectDesk, emails
from compliance.desk.waiting import Waiting, Waits
from compliance.models import DataExport, ErasureRequest, LegalHold
from compliance.models.decision import Verdict
from compliance.models.roles import APPROVING, WORKING
from compliance.privacy import asking


class Holding(forms.Form):
    email = forms.EmailField(label="Whose")
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), min_length=10, max_length=4000)

    def clean_email(self) -> User:
        found = User.objects.only("id", "email").filter(email__iexact=self.cleaned_data["email"]).first()
        if found is None:
            raise forms.ValidationError("Nobody here has this e-mail.")
        return found


def propose(request: HttpRequest, row: ErasureRequest, told: dict[str, Any]) -> str:
    asking.propose(request=row, reason=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Proposed. A second person decides."


def decide(request: HttpRequest, row: ErasureRequest, told: dict[str, Any]) -> str:
    made = asking.decide(request=row, verdict=Verdict(told["verdict"]), note=told["note"], by=request.user)  # type: ignore[arg-type]
    return f"{made.get_verdict_display()}. `manage.py erase_approved` carries out what is approved."


def hold(request: HttpRequest, row: None, told: dict[str, Any]) -> str:
    asking.hold(subject=told["email"], reason=told["reason"], by=request.user)  # type: ignore[arg-type]
    return "Held. Nothing about this person is erased or thinned out until a second person lifts it."


def lift(request: HttpRequest, row: LegalHold, told: dict[str, Any]) -> str:
    asking.lift(hold=row, by=request.user)  # type: ignore[arg-type]
    return "Lifted."


@admin.register(ErasureRequest)
class ErasureDesk(Waiting, SubjectDesk):
    about = "user"
    list_display = ["person", "state", "due_at", "waits", "created_at", "done_at"]
    list_filter = ["state", Waits]
    ordering = ["due_at"]
    fields = ["person", "state", "due_at", "created_at", "done_at", "report"]
    acts = [
        Act("propose", "Propose erasure", WORKING, propose, Reason, when=lambda r: asking.may_be_proposed(r)),
        Act("decide", "Decide", APPROVING, decide, Verdicts, when=lambda r: asking.is_proposed(r)),
    ]


@admin.register(LegalHold)
class HoldDesk(SubjectDesk):
    list_display = ["person", "reason", "created_at", "lifted_at"]
    ordering = ["-created_at"]
    fields = ["person", "reason", "placed", "created_at", "lifted_at"]
    acts = [Act("lift", "Lift this hold", APPROVING, lift, Nothing, when=lambda row: row.lifted_at is None)]
    list_acts = [Act("hold", "Place a hold", WORKING, hold, Holding)]

    @admin.display(description="placed by")
    def placed(self, row: LegalHold) -> str:
        return emails().get(row.placed_by_id, "")


@admin.register(DataExport)
class CopyDesk(SubjectDesk):
    """That a copy was made; never the copy."""

    about = "user"
    list_display = ["person", "state", "created_at", "ready_at", "expires_at"]
    ordering = ["-created_at"]
    fields = ["person", "state", "size_bytes", "created_at", "ready_at", "expires_at"]

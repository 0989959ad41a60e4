"""I take what a person says of themselves and the documents they send."""

from typing import Any

from django import forms

from accounts.models.account import AccountType
from compliance.models.kyc import DocumentKind


class SayingWho(forms.Form):
    legal_name = forms.CharField(max_length=200, label="Full legal name")
    birth_date = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    nationality = forms.RegexField(r"^[A-Za-z]{2}$", max_length=2, label="Nationality", help_text="Two letters: FR, US")
    country = forms.RegexField(r"^[A-Za-z]{2}$", max_length=2, label="Country you live in", help_text="Two letters")
    address = forms.CharField(max_length=400, label="Address")
    account_type = forms.ChoiceField(choices=AccountType.choices, label="What you trade")

    def profile(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "legal_name": told["legal_name"], "birth_date": told["birth_date"].isoformat(),
            "nationality": told["nationality"].upper(), "address": told["address"],
        }  # fmt: skip


class Sending(forms.Form):
    kind = forms.ChoiceField(choices=DocumentKind.choices, label="What it is")
    expires_on = forms.DateField(required=False, label="Runs out on", widget=forms.DateInput(attrs={"type": "date"}))
    file = forms.FileField(help_text="JPEG, PNG, WEBP or PDF, at most 10 MB")

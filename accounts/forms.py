"""I am the forms at the door: each field says what a password manager and a screen reader need to know."""

from typing import Any

from django import forms


def _email(**told: Any) -> forms.EmailField:
    kind = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}
    return forms.EmailField(label="Email", max_length=254, widget=forms.EmailInput(kind), **told)


def _password(label: str, *, new: bool) -> forms.CharField:
    kind = {"autocomplete": "new-password" if new else "current-password"}
    rule = "At least 12 characters, of any kind; none that is known from a breach." if new else ""
    return forms.CharField(label=label, max_length=1024, strip=False, widget=forms.PasswordInput(kind), help_text=rule)


class Entry(forms.Form):
    """The names of the fields are those that password managers have stored."""

    login = _email()
    password = _password("Password", new=False)


class Code(forms.Form):
    code = forms.CharField(
        label="Authentication code", max_length=20, help_text="The code changes every 30 seconds. Pasting works.",
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )  # fmt: skip


class RecoveryCode(forms.Form):
    code = forms.CharField(label="Recovery code", max_length=20, widget=forms.TextInput({"autocomplete": "off"}))


class Mail(forms.Form):
    email = _email()


class Registration(forms.Form):
    email = _email()
    password = _password("Password", new=True)
    first_name = forms.CharField(
        label="First name (optional)", max_length=150, required=False,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )  # fmt: skip


class NewPassword(forms.Form):
    password = _password("New password", new=True)


class PasswordChange(forms.Form):
    current = _password("Current password", new=False)
    password = _password("New password", new=True)


class Again(forms.Form):
    password = _password("Password", new=False)


class Passkey(forms.Form):
    """What the browser answers, put here by its script."""

    answer = forms.CharField(
        max_length=20_000, widget=forms.HiddenInput, error_messages={"required": "No passkey was shown."}
    )


class NewPasskey(Passkey):
    name = forms.CharField(
        label="Name", max_length=60, help_text="To tell this one from others: “Phone”, “Office laptop”.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ["name", "answer"]


class Nothing(forms.Form):
    """Only a button."""

"""I am the page of one's own security: password, passkeys, authenticator app, recovery codes, sign-ins, API keys."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import admission, entering, forms, joining, keys, mails, passkeys, second, stepup
from accounts.selectors import reader
from accounts.views.gate import gate, onward, shown, wanted, with_next
from aetheris import clock

HERE = "/settings/security/"
View = Callable[..., HttpResponse]


def fresh(view: View) -> View:
    """First the second factor, then this page."""

    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not stepup.is_fresh(request):
            back = request.path if request.method == "GET" else HERE
            return redirect(f"/settings/security/again/?next={back}")
        return view(request, *args, **kwargs)

    return guarded


@login_required
def security(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    return shown(
        request, "security", has_totp=second.has_totp(user), passkeys=passkeys.mine(user),
        sign_ins=entering.living(user, clock.now()), here=request.session.get(entering.NAME),
        keys=keys.mine().filter(revoked_at=None),
    )  # fmt: skip


@sensitive_post_parameters()
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """A fresh code, or the password of someone who has no second factor."""
    user = reader(request)
    needs_code, spare = second.is_on(user), request.GET.get("spare") == "1"
    if needs_code and not spare and not second.has_totp(user):
        return redirect(with_next(request, "/settings/security/again/passkey/"))

    def work(given: dict[str, Any]) -> HttpResponse:
        admission.again(request, user, code=given.get("code", ""), password=given.get("password", ""))
        stepup.note(request.session)
        return onward(request)

    form = forms.RecoveryCode if spare else forms.Code if needs_code else forms.Again
    return gate(request, "again", form, work, next=wanted(request) or HERE, needs_code=needs_code, spare=spare,
                has_passkey=passkeys.has(user))  # fmt: skip


@sensitive_post_parameters()
@fresh
def password(request: HttpRequest) -> HttpResponse:
    def work(given: dict[str, Any]) -> HttpResponse:
        joining.change(user=reader(request), current=given["current"], password=given["password"],
                       here=request.session)  # fmt: skip
        messages.success(request, "Your password is changed. Every other sign-in was ended.")
        return redirect(HERE)

    return gate(request, "password", forms.PasswordChange, work)


@fresh
def totp(request: HttpRequest) -> HttpResponse:
    """Set up an app: the picture, the secret in words, then its first code."""
    user = reader(request)
    if second.has_totp(user):
        return redirect(HERE)
    secret, address = second.pending(user)

    def work(given: dict[str, Any]) -> HttpResponse:
        codes = second.confirm(user, given["code"])
        entering.end(user, "second factor set up", but=request.session)
        stepup.note(request.session)
        mails.send("second_factor", user, what="An authenticator app is asked for from now on.")
        return shown(request, "recovery_codes", codes=codes)

    return gate(request, "totp", forms.Code, work, secret=secret, qr=second.qr(address))


@require_POST
@fresh
def without_totp(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    if second.remove(user):
        mails.send("second_factor", user, what="The authenticator app is not asked for any more.")
        messages.success(request, "The authenticator app is not asked for any more.")
    return redirect(HERE)


@require_POST
@fresh
def recovery_codes(request: HttpRequest) -> HttpResponse:
    return shown(request, "recovery_codes", codes=second.fresh_codes(reader(request)))


@require_POST
@login_required
def end_sign_in(request: HttpRequest, id: str) -> HttpResponse:
    if not entering.end(reader(request), "ended from afar", only=id):
        raise Http404
    return redirect(HERE)


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    entering.end(reader(request), "ended from afar", but=request.session)
    return redirect(HERE)

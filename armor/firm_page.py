"""I let a trader put an account under a prop firm's published programme."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import stepup
from accounts.selectors import accounts
from aetheris.errors import AetherisError
from armor import programmes, services
from armor.models import PropFirmTemplate


@login_required
@require_http_methods(["GET", "POST"])
def firm_page(request: HttpRequest, id: UUID) -> HttpResponse:
    account = accounts().filter(pk=id).first()
    if account is None:
        raise Http404
    published = PropFirmTemplate.objects.filter(is_published=True).order_by("firm_name", "program", "phase")
    failure, status = "", 200
    if request.method == "POST":
        chosen = next((one for one in published if str(one.pk) == request.POST.get("template")), None)
        try:
            if chosen is None:
                failure, status = _("Choose a programme from the list."), 422
            else:
                if (account.prop_firm_rules or {}).get("template_id") or programmes.would_loosen(account, chosen):
                    stepup.require(request)  # it may allow more than what the account is held to now
                waits = services.choose_programme(account=account, template=chosen)
                told = _("{} will be held to {} from its next session on.") if waits else _("{} is now held to {}.")
                messages.success(request, told.format(account.account_name, chosen))
                return redirect(f"/settings/accounts/{id}/")
        except AetherisError as refusal:
            failure, status = refusal.message, refusal.status
    shown = {"account": account, "programmes": published, "failure": failure}
    return render(request, "settings/firm.html", shown, status=status)

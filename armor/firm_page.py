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
from armor import services
from armor.models import PropFirmTemplate


@login_required
@require_http_methods(["GET", "POST"])
def firm_page(request: HttpRequest, id: UUID) -> HttpResponse:
    account = accounts().filter(pk=id).first()
    if account is None:
        raise Http404
    programmes = PropFirmTemplate.objects.filter(is_published=True).order_by("firm_name", "program", "phase")
    failure, status = "", 200
    if request.method == "POST":
        chosen = next((one for one in programmes if str(one.pk) == request.POST.get("template")), None)
        try:
            if chosen is None:
                failure, status = _("Choose a programme from the list."), 422
            else:
                if account.prop_firm_rules:
                    stepup.require(request)  # another programme may allow more than the one it is under
                services.put_under(account=account, template=chosen)
                messages.success(request, _("{} is now held to {}.").format(account.account_name, chosen))
                return redirect(f"/settings/accounts/{id}/")
        except AetherisError as refusal:
            failure, status = refusal.message, refusal.status
    shown = {"account": account, "programmes": programmes, "failure": failure}
    return render(request, "settings/firm.html", shown, status=status)

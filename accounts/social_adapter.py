"""I take over from allauth once a provider has said who somebody is."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from accounts import social
from accounts.models.sign_in import Way
from accounts.views.entering import let_in_or_ask
from accounts.views.gate import shown
from aetheris.errors import AetherisError


class SocialAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A second factor is asked for here too; where they wanted to go was kept with the flow's state."""
        try:
            user = social.person_behind(sociallogin)
        except AetherisError as refused:
            raise ImmediateHttpResponse(shown(request, "refused", status=403, words=str(refused))) from None
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET["next"] = sociallogin.state.get("next") or ""  # type: ignore[misc]
        raise ImmediateHttpResponse(let_in_or_ask(request, user, Way(sociallogin.account.provider)))

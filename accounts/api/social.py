"""I send a browser to sign in with Google or GitHub."""

from django.http import Http404, HttpResponseRedirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts import social
from accounts.errors import ProviderNotSet
from aetheris.api.permissions import Open
from aetheris.api.resources import Door, resource

NAME = OpenApiParameter("provider", OpenApiTypes.STR, "path", enum=list(social.NAMES))


@resource("auth/social/(?P<provider>[a-z]{1,20})")
class Social(Open, Door):
    """To the page where a browser goes on to the provider and comes back signed in; 409 if it is not set up here."""

    throttle_scope = "sign_in"

    @extend_schema(parameters=[NAME], responses={302: OpenApiResponse(description="To the page, in `Location`.")})
    def get(self, request: Request, provider: str) -> HttpResponseRedirect:
        if provider not in social.NAMES:
            raise Http404
        if not social.is_offered(provider):
            raise ProviderNotSet(provider=social.NAMES[provider])
        return HttpResponseRedirect(f"/sign-in/with/{provider}/")

"""I list one's own sign-ins, living and ended, and end them from afar."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import entering, stepup
from accounts.models import SignIn
from accounts.selectors import reader
from aetheris.api.resources import Collection, resource

ENDED = {204: OpenApiResponse(description="Ended, with its tokens and open lines.")}


class SignInShape(serializers.ModelSerializer[SignIn]):
    current = serializers.SerializerMethodField()

    class Meta:
        model = SignIn
        fields = ["id", "way", "is_program", "address", "agent", "created_at", "seen_at", "ended_at", "ended_because",
                  "current"]  # fmt: skip
        read_only_fields = fields

    def get_current(self, one: SignIn) -> bool:
        session = stepup.sign_in_of(self.context["request"])
        return session is not None and session.get(entering.NAME) == str(one.pk)


@resource("auth/sessions")
class Sessions(ListModelMixin, Collection):
    """Sign-ins, newest first: the history, and what still lets somebody in (`?ended=false`)."""

    serializer_class = SignInShape
    key_scope = None
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[SignIn]:
        mine = SignIn.objects.all()
        told = self.request.query_params.get("ended", "")
        return mine.filter(ended_at__isnull=told == "false") if told in ("true", "false") else mine

    @extend_schema(responses=ENDED)
    def destroy(self, request: Request, id: str) -> Response:
        """End one sign-in."""
        if not entering.end(reader(request._request), "ended from afar", only=id) and not self._known(id):
            raise Http404
        return Response(status=204)

    def _known(self, id: str) -> bool:
        return SignIn.objects.filter(pk=id).exists()

    @extend_schema(operation_id="auth_sessions_end_others", responses=ENDED)
    def destroy_all(self, request: Request) -> Response:
        """End every sign-in but this one."""
        entering.end(reader(request._request), "ended from afar", but=stepup.sign_in_of(request))
        return Response(status=204)

"""I start a sync of everything an account is connected to, and tell how far any job is."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from aetheris.api.resources import Door, id_in, resource
from trading import selectors
from trading.api.shapes import JobShape
from trading.syncing import begin_sync


@resource(f"brokers/sync/{id_in('id')}")
class Sync(Door):
    """POST with an account's id begins; GET with the job's id tells how far it is."""

    @extend_schema(request=None, responses={202: JobShape})
    def post(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        return Response(JobShape(begin_sync(account=account)).data, status=202)

    @extend_schema(responses=JobShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(JobShape(get_object_or_404(selectors.imports(), pk=id)).data)

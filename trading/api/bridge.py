"""I take what a terminal pushes, by its connection's own token and nothing else."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Door, id_in, resource
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from trading import selectors
from trading.pushing import owner_of, take


class PushRefused(AetherisError):
    """No connection here knows that token. Issue a new one on the page of connections."""

    code = "push_refused"
    status = 401


class PushShape(serializers.Serializer[Any]):
    trades = serializers.ListField(child=serializers.DictField(), required=False)
    standing = serializers.DictField(required=False, allow_null=True)


class PushedShape(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    updated = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    reading = serializers.BooleanField()


@resource(f"bridge/{id_in('connection')}/push")
class Push(Door):
    """Trades and the account's standing from a terminal. `Authorization: Bearer <push token>`; the same trade again
    changes nothing, so a client that is unsure sends it once more."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=PushShape, responses=PushedShape, auth=[])
    def post(self, request: Request, connection: str) -> Response:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        owner = owner_of(_id(connection), token) if kind == "Bearer" and token else None
        if owner is None:
            raise PushRefused
        shape = PushShape(data=request.data)
        shape.is_valid(raise_exception=True)
        with acting_as(owner, label="bridge"):
            found = selectors.connections().select_related("account").filter(pk=connection).first()
            if found is None:
                raise PushRefused
            done = take(connection=found, told=cast(dict[str, Any], request.data))
        told = {name: getattr(done.written, name) for name in ("new", "updated", "duplicate")}
        return Response(told | {"reading": done.reading})


def _id(word: str) -> UUID:
    """An address takes what looks like an id; not all of that is one."""
    try:
        return UUID(word)
    except ValueError:
        raise PushRefused from None

"""I export and import the rule set a trader writes for an account, and tell of newer versions of a firm's."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts import stepup
from aetheris.api.resources import Door, id_in, resource
from aetheris.api.versions import check_version, with_version
from armor import rulesets, services
from armor.ruleset import faults


class ResetShape(serializers.Serializer[Any]):
    zone = serializers.CharField(required=False)
    at = serializers.CharField(required=False, help_text="HH:MM")


class RuleSetShape(serializers.Serializer[Any]):
    """Every limit names its `rule`; `GET rules` lists what each one asks for."""

    format = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    reset = ResetShape(required=False, allow_null=True)
    limits = serializers.ListField(child=serializers.DictField())


class OwnRulesShape(RuleSetShape):
    firm = serializers.DictField(allow_null=True)
    next = serializers.DictField(allow_null=True, help_text="a looser set, and from when it holds")


@resource(f"accounts/{id_in('id')}/rules")
class AccountRules(Door):
    """The trader's own rule set. A tighter one holds at once; a looser one asks for a fresh second factor and holds
    from the account's next session on."""

    key_scope = "manage"
    versioned = True

    @extend_schema(responses=OwnRulesShape)
    def get(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        return with_version(rulesets.exported(account), account.version)

    @extend_schema(request=RuleSetShape, responses=OwnRulesShape)
    def put(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        check_version(request, account.version)
        told = {name: value for name, value in dict(request.data).items() if name not in ("version", "firm", "next")}
        refuse_faults(told)
        if rulesets.would_loosen(account, told):
            stepup.require(request)
        account = services.keep_rules(account=account, told=told)
        return with_version(rulesets.exported(account), account.version)


def refuse_faults(told: Any) -> None:
    """Every field that cannot stand, by its place."""
    if found := faults(told):
        raise serializers.ValidationError({
            fault.field or "rules": [ErrorDetail(fault.message, fault.code)] for fault in found
        })  # fmt: skip


class AskShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField()
    help = serializers.CharField()
    needed = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())


class RuleShape(serializers.Serializer[Any]):
    rule = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(["floor", "conduct", "objective"])
    unit = serializers.CharField()
    reaches = serializers.ListField(child=serializers.IntegerField(), help_text="the levels it can reach")
    meaning = serializers.CharField()
    asks = AskShape(many=True)


@resource("rules")
class Rules(Door):
    """Every rule a limit may name, what it means, which levels it reaches and what it asks for."""

    @extend_schema(responses=RuleShape(many=True))
    def get(self, request: Request) -> Response:
        return Response(rulesets.catalogue())

"""I show prop firms' published programmes to everyone, and put an account under one of them."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts import stepup
from accounts.api.accounts import AccountShape
from aetheris.api.permissions import Open
from aetheris.api.resources import Collection, Door, id_in, resource
from aetheris.api.versions import check_version, with_version
from armor import programmes, rulesets, services
from armor.models import PropFirmTemplate


class TemplateShape(serializers.ModelSerializer[PropFirmTemplate]):
    confidence = serializers.SerializerMethodField(help_text="high, medium or low: how well the sources agree")
    unsure = serializers.SerializerMethodField(help_text="what the firm's public pages leave open")
    effective_from = serializers.SerializerMethodField()
    effective_until = serializers.SerializerMethodField()

    def get_confidence(self, template: PropFirmTemplate) -> str | None:
        return template.rules.get("confidence")

    def get_unsure(self, template: PropFirmTemplate) -> list[str]:
        return list(template.rules.get("unsure", []))

    def get_effective_from(self, template: PropFirmTemplate) -> str | None:
        return template.rules.get("effective_from")

    def get_effective_until(self, template: PropFirmTemplate) -> str | None:
        return template.rules.get("effective_until")

    class Meta:
        model = PropFirmTemplate
        fields = [
            "id", "firm_name", "program", "phase", "version", "max_daily_loss", "max_trailing_dd", "min_trading_days",
            "max_loss_per_trade", "profit_target", "rules", "source_url", "verified_on", "confidence", "unsure",
            "effective_from", "effective_until", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class TemplateFilter(FilterSet):
    firm_name = CharFilter(lookup_expr="iexact")
    program = CharFilter(lookup_expr="iexact")
    phase = CharFilter(lookup_expr="iexact")


def published() -> QuerySet[PropFirmTemplate]:
    return PropFirmTemplate.objects.filter(is_published=True)


@resource("templates")
class Templates(Open, ListModelMixin, RetrieveModelMixin, Collection):
    """Prop firms' programmes as data, each with its source and the day it was read."""

    serializer_class = TemplateShape
    filterset_class = TemplateFilter
    ordering = "firm_name"
    ordering_fields = ["firm_name", "program", "verified_on", "created_at"]

    def get_queryset(self) -> QuerySet[PropFirmTemplate]:
        return published()


class Choice(serializers.Serializer[Any]):
    template = serializers.UUIDField()


class HeldShape(serializers.Serializer[Any]):
    held = serializers.DictField(allow_null=True, help_text="the version this account was put under")
    newer = serializers.DictField(allow_null=True, help_text="the newest published one, where that is another")
    changes = serializers.ListField(child=serializers.DictField(), help_text="field, held, newer")


@resource(f"accounts/{id_in('id')}/template")
class AccountTemplate(Door):
    """Hold an account to a programme. The account keeps this version, whatever the firm publishes later.

    Leaving one programme for another asks for a fresh second factor, since the other may allow more; so does one that
    begins a guarded account's day at another hour. What would guard it less is answered with 202: it waits in
    limit-changes for the account's next session."""

    key_scope = "manage"

    @extend_schema(responses=HeldShape)
    def get(self, request: Request, id: str) -> Response:
        return Response(rulesets.newer(get_object_or_404(people.accounts(), pk=id)))

    @extend_schema(request=Choice, responses={200: AccountShape, 202: AccountShape})
    def post(self, request: Request, id: str) -> Response:
        account = get_object_or_404(people.accounts(), pk=id)
        check_version(request, account.version)
        given = Choice(data=request.data)
        given.is_valid(raise_exception=True)
        template = published().filter(pk=given.validated_data["template"]).first()
        if template is None:
            raise NotFound
        if (account.prop_firm_rules or {}).get("template_id") or programmes.would_loosen(account, template):
            stepup.require(request)
        waits = services.choose_programme(account=account, template=template)
        return with_version(AccountShape(account).data, account.version, status=202 if waits else 200)

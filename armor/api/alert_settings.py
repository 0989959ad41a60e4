"""I am how the asker wants to hear of alerts."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from aetheris.api.resources import Door, resource
from armor.delivery import mails
from armor.models import AlertSettings


class SettingsShape(serializers.ModelSerializer[AlertSettings]):
    mail_levels = serializers.ListField(
        child=serializers.ChoiceField([2, 3]), required=False, help_text="Which levels come by e-mail: 3 unless set."
    )
    sound = serializers.BooleanField(required=False)
    vibration = serializers.BooleanField(required=False)

    class Meta:
        model = AlertSettings
        fields = ["mail_levels", "sound", "vibration"]


@resource("alert-settings")
class AlertSettingsDoor(Door):
    """E-mail by level; sound and vibration of open pages, off unless chosen."""

    key_scope = "manage"

    @extend_schema(responses=SettingsShape)
    def get(self, request: Request) -> Response:
        return Response(SettingsShape(mails.settings_of(_user(request))).data)

    @extend_schema(request=SettingsShape, responses=SettingsShape)
    def patch(self, request: Request) -> Response:
        shape = SettingsShape(data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        return Response(SettingsShape(mails.set_settings(_user(request), shape.validated_data)).data)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user

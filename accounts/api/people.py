"""I shape a person as the API shows them to themselves."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from rest_framework import serializers

from accounts.models import User
from aetheris.api.model_shape import ModelShape


class MyselfShape(ModelShape[User]):
    mfa_enabled = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            "id", "email", "first_name", "last_name", "kyc_status", "aml_status", "role", "status", "timezone",
            "locale", "base_currency", "mfa_enabled", "last_login", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_mfa_enabled(self, user: User) -> bool:
        return bool(is_mfa_enabled(user))


def myself(user: User) -> dict[str, Any]:
    return dict(MyselfShape(user).data)

"""I am a model's shape; what a model's fields look like is found out once, not for each request."""

from copy import deepcopy
from functools import cache
from typing import Any

from django.db.models import Model
from rest_framework import serializers


class ModelShape[Row: Model](serializers.ModelSerializer[Row]):
    """For shapes whose fields follow from their class alone, as all but those with arguments of their own do."""

    def get_fields(self) -> dict[str, Any]:
        return deepcopy(_fields(type(self)))


@cache
def _fields(shape: type[ModelShape[Any]]) -> dict[str, Any]:
    return super(ModelShape, shape()).get_fields()

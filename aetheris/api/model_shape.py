"""I am a model's shape; what a model's fields look like is found out once, not for each request."""

from copy import deepcopy
from functools import cache
from typing import Any

from django.db.models import Model
from rest_framework import serializers


class ModelShape[Row: Model](serializers.ModelSerializer[Row]):
    """For shapes whose fields follow from their class alone, and what they tell from the row alone: whoever asks, they
    are told by one reader, whose fields nobody changes."""

    def get_fields(self) -> dict[str, Any]:
        return deepcopy(_fields(type(self)))

    def to_representation(self, instance: Row) -> dict[str, Any]:
        return super(ModelShape, _reader(type(self))).to_representation(instance)


@cache
def _fields(shape: type[ModelShape[Any]]) -> dict[str, Any]:
    return super(ModelShape, shape()).get_fields()


@cache
def _reader(shape: type[ModelShape[Any]]) -> ModelShape[Any]:
    reader = shape()
    assert reader.fields  # bound before two threads could begin to
    return reader

"""I am what every table's rows share: a time-ordered id and the moment they were written."""

from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from uuid_utils import compat

MOST_MONEY = Decimal(10) ** 12


def uuid7() -> UUID:
    """A UUID version 7, rising with time within this process."""
    return compat.uuid7()


class Uuid7(models.Func):
    """The same in SQL, so that a plain INSERT works too."""

    template = "law.uuid7()"
    output_field = models.UUIDField()


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, db_default=Uuid7(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class ChangingRow(Row):
    """A row that may change; the database keeps the moment of the last change."""

    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


def money(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=20, decimal_places=8, **options)  # type: ignore[arg-type]


def price(**options: object) -> models.DecimalField:
    """A price or a quantity."""
    return models.DecimalField(max_digits=28, decimal_places=12, **options)  # type: ignore[arg-type]


def numbers(*columns: str, name: str) -> models.CheckConstraint:
    """Each is a number or not told. A numeric column would keep NaN, above every number, and no sum ends well then."""
    below = {f"{column}__lt": MOST_MONEY for column in columns}
    return models.CheckConstraint(condition=models.Q(**below), name=name)


def one_of(column: str, words: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """An enum: text that is one of the words."""
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": words.values}), name=name)

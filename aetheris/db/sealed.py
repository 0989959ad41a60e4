"""I am a text column whose values are sealed, and open only in the row they were written to, when they are asked for.

The field is django-cryptography's; its format is not used, since it has no key id and opens wherever it is copied to.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django_cryptography.fields import EncryptedMixin

from aetheris.db.keyring import keyring


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the database holds it; printed, it says nothing."""

    body: bytes = field(repr=False)

    def __str__(self) -> str:
        return "[secret]"


class OpensOnAsking(DeferredAttribute):
    """The attribute of a sealed column: it is opened each time it is read, with its row's own id."""

    field: Any

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        return keyring().unseal(value.body, self.field.place_in(instance))

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(EncryptedMixin, models.TextField):  # type: ignore[misc]
    """Text in Python, sealed bytes in the database; it can be asked whether it is null, and nothing else."""

    base_class = models.TextField
    wasinstance = True
    descriptor_class = OpensOnAsking

    def place_in(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}.{self.column}.{instance.pk}"

    def pre_save(self, instance: models.Model, add: bool) -> Sealed | None:
        """Seal what was set; what was only read goes back as it came."""
        value = instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(keyring().seal(str(value), self.place_in(instance)))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed with its row: set it on the instance and save that.")
        return connection.Database.Binary(value.body)

    get_db_prep_save = get_db_prep_value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def clone(self) -> Any:
        _, _, args, kwargs = self.deconstruct()
        return type(self)(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As Django's own fields: the name of this class, not of the library's maker of classes."""
        name, _, args, kwargs = models.Field.deconstruct(self)
        return name, "aetheris.db.sealed.SealedTextField", args, kwargs

    def value_to_string(self, obj: models.Model) -> str:
        return "[secret]"

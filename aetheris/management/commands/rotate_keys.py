"""I seal every secret anew with the newest key, row by row, while the product runs; broken off, I go on next time."""

import sys
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.utils.module_loading import import_string

from aetheris.db.everybody import everybody
from aetheris.db.keyring import key_id, keyring
from aetheris.db.sealed import Sealed, SealedTextField
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError


class Command(BaseCommand):
    help = "Re-seal every secret with the first key of AETHERIS_KEYS (run as the service: AETHERIS_ROLE=service)."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        try:
            for place, person in enumerate(people := everybody(), start=1):
                with acting_as(person, label="rotate_keys", reason="sealing key rotated"):
                    done += sum(_rotate(model, fields) for model, fields in sealed_models())
                if sys.stderr.isatty():
                    self.stderr.write(f"{place} of {len(people)} people, {done} secrets", ending="\r")
        except AetherisError as refusal:
            raise CommandError(refusal.message) from None
        newest = keyring().newest.hex()
        self.stdout.write(f"{done} secrets sealed anew; all of them now open with key {newest}.")
        for told in _elsewhere():
            self.stdout.write(told)


def _elsewhere() -> Iterator[str]:
    """What an app keeps under the master key elsewhere than in sealed columns; it names its function in `rotates`."""
    for config in apps.get_app_configs():
        if name := getattr(config, "rotates", ""):
            try:
                yield import_string(name)()
            except AetherisError as refusal:
                raise CommandError(refusal.message) from None


def sealed_models() -> Iterator[tuple[type[models.Model], list[SealedTextField]]]:
    """Every table that holds a secret; nobody keeps a list of them."""
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]
        if fields and not model._meta.proxy:
            yield model, fields


def _rotate(model: type[models.Model], fields: list[SealedTextField]) -> int:
    newest, count = keyring().newest, 0
    for row in model._default_manager.select_for_update().order_by("pk"):
        stale = [field for field in fields if _is_stale(row.__dict__.get(field.attname), newest)]
        for field in stale:
            setattr(row, field.attname, getattr(row, field.attname))
        if stale:
            row.save(update_fields=[field.name for field in stale])
            count += len(stale)
    return count


def _is_stale(value: Any, newest: bytes) -> bool:
    return isinstance(value, Sealed) and key_id(value.body) != newest

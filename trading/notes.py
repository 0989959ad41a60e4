"""I read what a ring of an import stands for: how far it has come, for the sockets of its owner."""

from collections.abc import Iterable
from uuid import UUID

from aetheris.db.tenancy import acting_as
from aetheris.readers import Message, reads
from trading.models import Import


@reads("sync")
def sync(user_id: UUID, words: list[str]) -> Iterable[Message]:
    with acting_as(user_id):
        found = Import.objects.filter(pk=words[0]).first()
    return [] if found is None else [
        {"type": "SYNC", "id": str(found.id), "account_id": str(found.account_id), "data": told(found)}
    ]  # fmt: skip


def told(of: Import) -> dict[str, object]:
    return {
        "job_id": str(of.id), "kind": of.kind, "state": of.state, "done": of.done, "total": of.total, "name": of.name,
        "counts": {"new": of.trades_new, "updated": of.trades_updated, "duplicate": of.trades_duplicate,
                   "error": of.trades_error},
        "error": of.error,
    }  # fmt: skip

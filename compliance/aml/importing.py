"""I import a list, say what changes by it, and hold everybody against what counts."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from aetheris import clock
from aetheris.db.router import door
from compliance.aml import clearing, lists
from compliance.aml.matching import Index, Party, Person, matches
from compliance.models import Hit, ListedParty, WatchList
from compliance.models.lists import Source
from compliance.vault import keys

MOST = 5000


def import_list(*, content: bytes, name: str, by: User) -> WatchList:
    """It waits: who imported it proposes it, and a second person agrees before anybody is held against it."""
    listing = lists.read(content, name)
    before = {party.reference: party.digest for party in parties_of(newest(listing.source))}
    now = {party.reference: digest(party) for party in listing.parties}
    changes = {
        "added": len(now.keys() - before.keys()), "removed": len(before.keys() - now.keys()),
        "changed": sum(1 for reference, told in now.items() if before.get(reference, told) != told),
    }  # fmt: skip
    made = WatchList(
        source=listing.source, file_name=name[:200], sha256=sha256(content).hexdigest(), entries=len(now),
        published_on=listing.published_on, changes=changes, imported_by_id=by.pk,
    )  # fmt: skip
    made.save(force_insert=True)
    once = {party.reference: party for party in listing.parties}
    ListedParty.objects.bulk_create([_row(made, party) for party in once.values()], batch_size=MOST)
    clearing.activate_list(watch_list=made, by=by)
    return made


def newest(source: str) -> WatchList | None:
    """The one that counts: of those two people agreed to, the last that was imported."""
    return WatchList.objects.filter(source=source, activated_at__isnull=False).order_by("-created_at", "-id").first()


def parties_of(watch_list: WatchList | None) -> Iterable[ListedParty]:
    return ListedParty.objects.filter(watch_list=watch_list) if watch_list else ()


def leaving(watch_list: WatchList) -> QuerySet[ListedParty]:
    """Entries that count today and would not, or not as they are, if this list did: what a doctored file hides."""
    counting = newest(watch_list.source)
    if counting is None or counting.pk == watch_list.pk or watch_list.activated_at is not None:
        return ListedParty.objects.none()
    same = ListedParty.objects.filter(watch_list=watch_list, reference=OuterRef("reference"), digest=OuterRef("digest"))
    kept = ListedParty.objects.filter(watch_list=watch_list, reference=OuterRef("reference"))
    return (
        ListedParty.objects.filter(~Exists(same), watch_list=counting)
        .annotate(stays=Exists(kept)).order_by("stays", "reference")
    )  # fmt: skip


def screen() -> int:
    """Everybody against the newest list of every source; the number of new hits. The same entry asks once."""
    people = list(people_to_screen())
    found = 0
    for source in Source.values:
        if (watch_list := newest(source)) is None:
            continue
        index, digests = _index(watch_list)
        hits = [
            _hit(id, source, match, digests[match.party.reference])
            for id, person in people for match in matches(person, index)
        ]  # fmt: skip
        before = Hit.objects.count()
        Hit.objects.bulk_create(hits, ignore_conflicts=True, batch_size=MOST)
        found += Hit.objects.count() - before
        WatchList.objects.filter(pk=watch_list.pk).update(screened_at=clock.now())
    return found


def due() -> bool:
    """A newest list that nobody was held against yet."""
    return any((found := newest(source)) is not None and found.screened_at is None for source in Source.values)


def people_to_screen() -> Iterator[tuple[UUID, Person]]:
    """As they signed up, and as their KYC case says, which opens with their own key."""
    with connections[door.get()].cursor() as cursor:
        cursor.execute("SELECT person, first_name, last_name, case_id, profile, country FROM door.people_to_screen()")
        for id, first, last, case_id, profile, country in cursor.fetchall():
            told: dict[str, Any] = {}
            if profile is not None:
                with suppress(keys.KeyDestroyed, keys.NotOpened):
                    told = json.loads(keys.unseal(keys.of(id), bytes(profile), f"kyc_cases.profile.{case_id}"))
            names = {f"{first} {last}".strip(), str(told.get("legal_name") or "").strip()} - {""}
            for name in sorted(names):
                nation = told.get("nationality") or country or ""
                yield id, Person(name, str(told.get("birth_date") or ""), str(nation))


def _index(watch_list: WatchList) -> tuple[Index, dict[str, str]]:
    digests: dict[str, str] = {}
    parties = []
    for row in ListedParty.objects.filter(watch_list=watch_list, is_person=True).iterator():
        digests[row.reference] = row.digest
        parties.append(Party(row.reference, tuple(row.names), row.is_person, tuple(row.birth_dates),
                             tuple(row.countries), tuple(row.programmes)))  # fmt: skip
    return Index.of(parties), digests


def _hit(id: UUID, source: str, match: Any, of_entry: str) -> Hit:
    return Hit(subject_id=id, source=source, reference=match.party.reference, digest=of_entry,
               listed_name=match.name, score=match.score, why=match.why)  # fmt: skip


def digest(party: Party) -> str:
    told = [party.reference, party.names, party.is_person, party.birth_dates, party.countries, party.programmes]
    return sha256(json.dumps(told).encode()).hexdigest()


def _row(watch_list: WatchList, party: Party) -> ListedParty:
    return ListedParty(
        watch_list=watch_list, reference=party.reference, is_person=party.is_person, names=list(party.names),
        birth_dates=list(party.birth_dates), countries=list(party.countries), programmes=list(party.programmes),
        digest=digest(party),
    )  # fmt: skip

"""I keep a trader's recorded thoughts: measured, their sound encrypted, compared with their own earlier ones."""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from aetheris.db.rows import uuid7
from analytics import sounds, stress, voice
from analytics.errors import SoundGone, SoundRefused
from analytics.models import VocalNote
from analytics.stress import Spoken
from trading.models import Trade, TradingSession

COMPARED = 50


def notes() -> QuerySet[VocalNote]:
    return VocalNote.objects.order_by("-created_at")


def note_voice(
    *, user: User, content: bytes, session: TradingSession | None = None, trade: Trade | None = None,
    transcript: str = "",
) -> VocalNote:  # fmt: skip
    """A file that is left by a transaction that fails opens to nobody: its key goes with the row."""
    try:
        found = voice.heard(content)
    except voice.NotASound as wrong:
        raise SoundRefused(why=str(wrong)) from None
    usual = stress.usual(_before(user))
    rate = len(transcript.split()) * 60 / found.seconds if transcript.strip() else None
    name = uuid7()
    key = sounds.put(name, content)
    note = VocalNote.objects.create(
        id=name, user=user, session=session, trade=trade, audio_url=f"sounds/{name}", audio_key=key,
        audio_sha256=sha256(content).hexdigest(), duration_seconds=Decimal(f"{found.seconds:.3f}"),
        vss_score=_exact(stress.score(Spoken(found.pitch_hz, found.intensity_db, rate), usual), 2),
        vss_timeline=_timeline(found, usual), transcript=transcript or None, pitch_hz=_exact(found.pitch_hz, 2),
        speech_rate_wpm=_exact(rate, 2), intensity_db=_exact(found.intensity_db, 2),
    )  # fmt: skip
    note.refresh_from_db()
    return note


def opened(note: VocalNote) -> bytes:
    return sounds.get(note.pk, note.audio_key)


def all_of(person: UUID) -> Iterator[tuple[str, bytes]]:
    """File name and content of every sound of one's own that still opens, for a copy of everything."""
    for note in VocalNote.objects.filter(user_id=person, audio_key__isnull=False).order_by("id").iterator(chunk_size=5):
        with suppress(SoundGone):
            yield f"sounds/{note.pk}.wav", opened(note)


def _before(user: User) -> list[Spoken]:
    """The newest notes before this one."""
    rows = VocalNote.objects.filter(user=user).order_by("-created_at")
    figures = rows.values_list("pitch_hz", "intensity_db", "speech_rate_wpm")[:COMPARED]
    return [Spoken(*(None if figure is None else float(figure) for figure in row)) for row in figures]


def _timeline(found: voice.Voice, usual: Spoken | None) -> list[dict[str, float | int | None]]:
    """Second by second, of pitch and loudness alone: no transcript tells when each word was said."""
    scores = [(one.at, stress.score(Spoken(one.pitch_hz, one.intensity_db), usual)) for one in found.moments]
    return [{"t": at, "score": None if score is None else round(score, 2)} for at, score in scores]


def _exact(figure: float | None, places: int) -> Decimal | None:
    return None if figure is None else Decimal(f"{figure:.{places}f}")

"""Recorded thoughts over the API: measured, sealed, one's own."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics import sounds, vocal
from analytics.models import VocalNote
from tests.asking import Program
from tests.factories import trade_in
from tests.sounds import tone, wav

SOUND = wav(tone(2))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AETHERIS_SOUNDS", str(tmp_path))
    return tmp_path


def sent(program: Program, content: bytes = SOUND, **told: Any) -> Any:
    file = SimpleUploadedFile("note.wav", content, "audio/wav")
    bearer = {"Authorization": f"Bearer {program.access}"}
    return program.post("/api/v1/vocal-notes", {"file": file, **told}, headers=bearer)


def test_a_note_is_measured_and_its_sound_given_back_to_its_owner_alone(
    ana: User, cy: User, anas_account: TradingAccount
) -> None:
    trade = trade_in(anas_account)
    told = sent(Program(ana), trade=str(trade.id), transcript="I was in too early")
    assert told.status_code == 201, told.content
    note = told.json()
    assert (note["trade_id"], note["duration_seconds"], note["speech_rate_wpm"]) == (str(trade.id), "2.000", "150.00")
    assert float(note["pitch_hz"]) == pytest.approx(150, rel=0.01)
    assert (note["vss_score"], note["vss_timeline"]) == (None, [{"t": 0, "score": None}, {"t": 1, "score": None}])
    assert note["audio_sha256"] == sha256(SOUND).hexdigest()
    sound = Program(ana).ask("get", f"vocal-notes/{note['id']}/sound")
    assert (sound.content, sound["Content-Type"]) == (SOUND, "audio/wav")
    assert Program(cy).ask("get", f"vocal-notes/{note['id']}/sound").status_code == 404
    assert Program(cy).ask("get", "vocal-notes").json()["results"] == []


def test_after_five_notes_the_sixth_is_compared_with_them(ana: User) -> None:
    program = Program(ana)
    assert [sent(program).json()["vss_score"] for _ in range(6)] == [None] * 5 + ["50.00"]
    assert float(sent(program, wav(tone(2, share=0.2))).json()["vss_score"]) == pytest.approx(57.53, abs=0.1)


def test_the_sound_lies_encrypted_and_is_gone_with_its_key(ana: User, place: Path) -> None:
    note = sent(Program(ana)).json()
    (file,) = place.rglob("*.sealed")
    assert SOUND[100:200] not in file.read_bytes()
    with acting_as(ana):
        with connection.cursor() as cursor:
            cursor.execute("SELECT audio_key FROM vocal_notes")
            sealed = bytes(cursor.fetchone()[0])
        kept = VocalNote.objects.get()
        assert kept.audio_key.encode() not in sealed
        assert sounds.get(kept.pk, kept.audio_key) == SOUND
        VocalNote.objects.update(audio_key=None)
    gone = Program(ana).ask("get", f"vocal-notes/{note['id']}/sound")
    assert (gone.status_code, gone.json()["code"]) == (410, "sound_gone")


def test_a_damaged_or_swapped_file_is_told_as_gone(ana: User, place: Path) -> None:
    ids = [sent(Program(ana)).json()["id"] for _ in range(2)]
    first, second = (sounds.place(id) for id in ids)
    first.write_bytes(second.read_bytes())
    assert Program(ana).ask("get", f"vocal-notes/{ids[0]}/sound").status_code == 410


@pytest.mark.parametrize("content", [b"not a sound", wav(tone(0.1)), b"\0" * 100])
def test_what_is_no_recording_is_refused_and_nothing_is_kept(ana: User, place: Path, content: bytes) -> None:
    assert sent(Program(ana), content).status_code == 422
    assert list(place.rglob("*")) == []
    with acting_as(ana):
        assert not VocalNote.objects.exists()


def test_another_s_trade_does_not_exist(cy: User, anas_account: TradingAccount) -> None:
    assert sent(Program(cy), trade=str(trade_in(anas_account).id)).status_code == 404


def test_a_file_too_large_is_refused(ana: User) -> None:
    assert sent(Program(ana), b"\0" * (21 * 2**20)).status_code == 413


def test_a_copy_of_everything_holds_the_sounds_that_still_open(ana: User, bo: User) -> None:
    ids = [sent(Program(ana)).json()["id"] for _ in range(2)]
    with acting_as(ana):
        VocalNote.objects.filter(pk=ids[0]).update(audio_key=None)
        assert list(vocal.all_of(ana.pk)) == [(f"sounds/{ids[1]}.wav", SOUND)]
    with acting_as(bo):
        assert list(vocal.all_of(ana.pk)) == []

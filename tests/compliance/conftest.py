"""What the tests of the trail and of the desk share."""

from pathlib import Path

import pytest

from tests.compliance.sealed import anchored, trail


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and files of this test's own."""
    monkeypatch.setenv("AETHERIS_PERSON_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("AETHERIS_VAULT", str(tmp_path / "vault"))
    return tmp_path


__all__ = ["anchored", "trail", "vault"]

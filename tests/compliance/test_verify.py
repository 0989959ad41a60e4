"""The command that proves the trail: what it prints, how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import TradingAccount
from compliance.watched import watched
from tests.compliance.sealed import above_the_law, seal
from tests.hands import look
from trading.models import Trade


def run(*words: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", "--lag", "0", *words, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_trail_that_stands_is_told_in_one_line(trail: list[Trade]) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.startswith("The trail stands: ")
    assert out.count("\n") == 1


def test_each_finding_is_one_line_and_the_end_is_one(trail: list[Trade]) -> None:
    with above_the_law() as hand:
        hand.execute("UPDATE trades SET pnl = 7, symbol = 'X' WHERE id = ANY (%s)", [[t.id for t in trail[:2]]])
    code, out, err = run("--json")
    report = json.loads(out)
    assert code == 1
    assert len(err.splitlines()) == len(report["findings"]) == 2
    assert report["first"] == report["findings"][0]
    assert report["first"]["kind"] == "row altered"
    assert "pnl, symbol differ" in report["first"]["what"]


def test_no_value_of_any_row_is_in_what_it_prints(trail: list[Trade]) -> None:
    with above_the_law() as hand:
        hand.execute("UPDATE trades SET trade_notes = 'dear diary' WHERE id = %s", [trail[0].id])
    _, out, err = run("--json")
    assert "dear diary" not in out + err


def test_a_file_that_is_not_there_and_a_login_that_may_not_are_told(
    trail: list[Trade], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run("--archive", str(tmp_path / "none"))
    monkeypatch.setenv("AETHERIS_SEAL_KEY", "short")
    with pytest.raises(CommandError, match="64 digits"):
        run()


def test_sealing_by_hand_says_what_it_did(real_db: None, anchored: Path, anas_account: TradingAccount) -> None:
    out = StringIO()
    call_command("seal_audit", stdout=out)
    assert out.getvalue().startswith(("seal 1: ", "Nothing"))
    seal()
    out = StringIO()
    call_command("seal_audit", stdout=out)
    assert out.getvalue() == "Nothing to seal, or another sealer is at work.\n"


def test_the_checker_may_read_each_watched_table_but_for_its_secrets(real_db: None) -> None:
    hidden = look(
        "SELECT attrelid::regclass::text AS t, attname AS c FROM pg_attribute WHERE attrelid = ANY (%s::regclass[]) "
        "AND attnum > 0 AND NOT attisdropped "
        "AND NOT has_column_privilege('aetheris_sealer', attrelid, attnum, 'SELECT')",
        [*watched()],
    )
    assert {(row["t"], row["c"]) for row in hidden} == {(t, c) for t, secrets in watched().items() for c in secrets}

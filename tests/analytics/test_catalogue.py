"""The registry holds every KPI of the catalogue, each fully described."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from analytics.kpis import CATEGORIES, kpis
from analytics.report import ENGINE_VERSION, KpiUnknown, report, scalar_keys
from tests.analytics.accounts import ANA, sample

SPEC = Path(__file__).parents[3] / "shared" / "spec" / "kpis.json"


def test_there_are_449_of_them_in_five_categories():
    assert len(kpis) == 449
    assert Counter(kpi.category for kpi in kpis.values()) == {
        "Execution": 112,
        "Risk": 105,
        "Robustness": 63,
        "Temporal": 90,
        "Psychology": 79,
    }
    assert set(CATEGORIES) == {kpi.category for kpi in kpis.values()}


@pytest.mark.skipif(not SPEC.exists(), reason="the catalogue lies outside this checkout")
def test_registry_and_catalogue_name_the_same_things():
    catalogue = {row["key"]: row for row in json.loads(SPEC.read_text())}
    assert set(kpis) == set(catalogue)
    for kpi in kpis.values():
        row = catalogue[kpi.key]
        assert (kpi.unit, kpi.category, kpi.edge) == (row["unit"], row["category"], row["edge"])
        assert (kpi.formula, kpi.source) == (row["formula"], row["source"])


def test_every_kpi_says_what_it_means_and_when_it_has_no_value():
    for kpi in kpis.values():
        assert kpi.name and kpi.meaning and kpi.formula and kpi.source and kpi.rule and kpi.format, kpi.key
        assert kpi.better in {"higher", "lower", "neutral"}
        assert re.search(r"none |\b0\b|amount|trade", kpi.meaning), kpi.key


def test_no_two_kpis_share_a_name():
    names = Counter(kpi.name for kpi in kpis.values())
    assert [name for name, count in names.items() if count > 1] == []


def test_report_answers_everything_in_plain_json():
    answers = report(sample(ANA))
    assert len(answers.values) == 449
    shown = json.loads(json.dumps(answers.as_json(), allow_nan=False))
    assert shown["engine_version"] == ENGINE_VERSION
    assert shown["trades"] == 6 and shown["currency"] == "USD"
    assert shown["kpis"]["win_rate"] == {"value": 0.5, "unit": "frac"}
    assert all(type(cell["value"]) in (int, float, str) or cell["reason"] for cell in shown["kpis"].values())


def test_a_subset_answers_only_what_was_asked():
    fresh = sample(ANA)
    assert list(report(fresh, ["win_rate", "profit_factor"]).values) == ["win_rate", "profit_factor"]
    assert set(fresh.answers) == {"win_rate", "profit_factor"}


def test_scalar_keys_leave_out_only_the_resampled_ones():
    assert len(scalar_keys()) == 445


def test_unknown_key_is_refused_by_name():
    with pytest.raises(KpiUnknown, match="win_rat "):
        report(sample(ANA), ["win_rat "])


def test_engine_needs_no_django():
    import subprocess
    import sys

    code = "import sys, analytics.csv_sample, analytics.report as r; r.kpis.load(); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr

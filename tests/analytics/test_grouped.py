"""Many accounts in one pass give each account what it gets alone."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bench.load import columns
from analytics.grouped import grouped
from analytics.kpis import kpis
from analytics.report import report
from analytics.sample import Sample
from analytics.sample.columns import columns_of_rows
from tests.analytics.test_properties import accounts

RAW = (
    "pnl",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "entered",
    "exited",
    "commissions",
    "slippage",
    "mfe",
    "mae",
)


def stacked(samples):
    joined = {name: np.concatenate([getattr(one.columns, name) for one in samples]) for name in RAW}
    joined["initial_risk"] = np.concatenate([one.columns.risk for one in samples])
    return joined, np.repeat(np.arange(len(samples)), [one.n for one in samples])


def differences(samples, **options):
    together = grouped(*stacked(samples), [float(one.starting_balance) for one in samples], **options)
    for place, one in enumerate(samples):
        alone = report(one, together).values
        for key, values in together.items():
            expected, got = alone[key].value, values[place]
            if (expected is None) != bool(np.isnan(got)) or expected not in (
                None,
                pytest.approx(got, rel=1e-9, abs=1e-9),
            ):
                yield place, key, expected, got


def test_two_hundred_kpis_are_answered_and_all_are_in_the_catalogue():
    made = Sample.from_columns(columns(50), starting_balance=Decimal(1000))
    answered = grouped(*stacked([made]), [1000.0])
    assert len(answered) > 200
    assert set(answered) <= {kpi.key for kpi in kpis.values()}


@pytest.mark.parametrize("calendar", ["weekday252", "all365"])
@pytest.mark.parametrize("timezone", ["UTC", "America/New_York"])
def test_accounts_of_any_size_get_what_they_get_alone(calendar, timezone):
    told = {"calendar": calendar, "timezone": timezone}
    sizes = [500, 1, 2, 0, 37, 250, 999, 3]
    samples = [
        Sample.from_columns(columns(max(n, 1), seed), starting_balance=Decimal(50_000), **told)
        for seed, n in enumerate(sizes)
    ]
    samples[3] = samples[3].where(np.zeros(1, bool))
    assert list(differences(samples, **told)) == []


@settings(deadline=None, max_examples=25)
@given(st.lists(accounts, min_size=1, max_size=4), st.sampled_from([300, 20_000]))
def test_odd_accounts_get_what_they_get_alone(many, deposit):
    """Empty ones, single trades, all wins, all losses, break-evens, ruined ones (of 300)."""
    samples = [Sample(columns_of_rows(rows), Decimal(deposit)) for rows in many]
    assert list(differences(samples)) == []

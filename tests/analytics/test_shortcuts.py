"""The shortcuts for long columns give what the long way gives, to the last digit."""

import numpy as np
import pytest

from analytics.kpis.arithmetic.moments import by_digits, dot, median, picked, ranks
from analytics.kpis.arithmetic.selection import LONG, ONE_IN, placed
from analytics.kpis.ruin_and_exposure import PART, _pulls
from analytics.sample.columns import standing

DICE = np.random.default_rng(11)
SIZE = 3 * LONG + 5
COLUMNS = {
    "by chance": DICE.normal(0, 1, SIZE),
    "in order": np.arange(float(SIZE)),
    "backwards": -np.arange(float(SIZE)),
    "all the same": np.ones(SIZE),
    "two values": DICE.integers(0, 2, SIZE).astype(float),
    "long tail": DICE.exponential(1, SIZE) ** 9,
    "a sample that misleads": np.where(np.arange(SIZE) % ONE_IN == 0, 1e9, DICE.normal(0, 1, SIZE)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_the_middle_of_a_long_column_is_found_without_sorting_it(name: str) -> None:
    values, ordered = COLUMNS[name], np.sort(COLUMNS[name])
    for low in (0, 1, SIZE // 100, SIZE // 2 - 1, SIZE // 2, SIZE - 2):
        assert placed(values, low, low + 1) == (ordered[low], ordered[low + 1])
    assert median(values) == ordered[SIZE // 2]
    assert median(values[1:]) == np.median(values[1:])


@pytest.mark.parametrize("most", [3, 70_000, 2**40])
def test_whole_numbers_are_ranked_by_their_digits_as_by_comparing(most: int) -> None:
    """Negative ones too; those of 41 bits take three rounds."""
    whole = DICE.integers(-most, most, 5_000)
    assert np.array_equal(whole[by_digits(whole)], np.sort(whole))
    assert np.array_equal(ranks(whole), ranks(whole.astype(float)))
    assert by_digits(whole[:0]).size == 0


@pytest.mark.parametrize("size", [1, 7, PART, PART + 1, 3 * PART + 77])
def test_a_sum_in_parts_is_the_sum_to_the_last_digit(size: int) -> None:
    stakes = DICE.normal(0.1, 0.3, size).clip(-0.9)
    pulls = stakes / (1 + 0.37 * stakes)
    assert _pulls(stakes, 0.37) == (float(pulls.sum()), dot(pulls, pulls))


def test_a_mask_of_all_copies_nothing() -> None:
    values = np.arange(4.0)
    assert picked(values, values >= 0) is values
    assert picked(values, values > 1).tolist() == [2, 3]


def test_what_stands_at_or_below_is_counted_by_one_merge() -> None:
    """Of 1, 1, 4, 9: two at or below 1, two below 4, four at 9."""
    assert standing(np.array([1, 1, 4, 9]), np.array([0, 1, 3, 9])).tolist() == [0, 2, 2, 4]

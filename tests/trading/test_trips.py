"""I work a few sequences of fills by hand: through zero, scaled in and out, split, with the money a broker states."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from trading.trips import Effect, Fill, Method, Trips, build_trips

START = datetime(2025, 1, 1, tzinfo=UTC)


def fill(
    name: str, size: int, price: int, minute: int, *, effect: Effect = "net", worth: int | None = None, costs: int = 0
) -> Fill:
    """Above zero buys, below zero sells."""
    return Fill(
        name=name,
        book="A",
        symbol="X",
        buys=size > 0,
        quantity=Decimal(abs(size)),
        price=Decimal(price),
        at=START + timedelta(minutes=minute),
        effect=effect,
        worth=None if worth is None else Decimal(worth),
        costs=Decimal(costs),
    )


def closed(trips: Trips) -> list[tuple[str, str, Decimal, Decimal]]:
    return [(trip.name, trip.side, trip.quantity, trip.net) for trip in trips.closed]


def test_one_fill_goes_through_zero_and_shares_its_costs() -> None:
    """Long 2 at 100; sold 5 at 110 for 5 of costs: 2 × 10 − 2, and 3 short with 3 of costs, bought back at 105."""
    trips = build_trips([fill("a", 2, 100, 0), fill("b", -5, 110, 1, costs=5), fill("c", 3, 105, 2)])
    assert closed(trips) == [("a", "long", 2, 18), ("b", "short", 3, 12)]
    assert trips.open == [] and trips.unmatched == []


@pytest.mark.parametrize(
    ("method", "results"),
    [
        (Method.FIFO, [("a", "long", 1, 30), ("b/c", "long", 1, 10)]),
        (Method.LIFO, [("b", "long", 2, 20)]),
        (Method.AVERAGE, [("a/c", "long", 2, Decimal("33.333333333334"))]),
    ],
)
def test_method_decides_which_lot_a_fill_closes(
    method: Method, results: list[tuple[str, str, Decimal, Decimal]]
) -> None:
    """1 at 100 and 2 at 120, then 2 sold at 130."""
    trips = build_trips([fill("a", 1, 100, 0), fill("b", 2, 120, 1), fill("c", -2, 130, 2)], method)
    assert closed(trips) == results


def test_split_changes_the_size_and_not_the_money() -> None:
    """10 for 400 become 40; 20 sold at 15 bring 300 against 200."""
    trips = build_trips(
        [fill("a", 10, 40, 0), fill("s", 30, 1, 1, effect="split"), fill("b", -20, 15, 2, effect="close")]
    )
    assert closed(trips) == [("a/b", "long", 20, 100)]
    assert [(trip.quantity, trip.entry_price, trip.money) for trip in trips.open] == [(20, 10, 200)]


def test_split_falls_on_all_lots_by_their_size() -> None:
    """Two for one on lots of 1 and 3; a reverse split that leaves nothing is left aside."""
    lots = [fill("a", 1, 100, 0), fill("b", 3, 90, 1)]
    trips = build_trips([*lots, fill("s", 4, 1, 2, effect="split")])
    assert [(trip.name, trip.quantity, trip.entry_price) for trip in trips.open] == [("a", 2, 50), ("b", 6, 45)]
    trips = build_trips([*lots, fill("s", -4, 1, 2, effect="split")])
    assert [name for name, _ in [(one.name, left) for one, left in trips.unmatched]] == ["s"]


def test_what_a_broker_states_goes_before_quantity_times_price() -> None:
    """3 bought for 301 in all, 1 sold for 120 and 2 for 230: 120 − 100.33333333, 230 − 200.66666667."""
    trips = build_trips(
        [fill("a", 3, 100, 0, worth=301), fill("b", -1, 119, 1, worth=120), fill("c", -2, 115, 2, worth=230)]
    )
    assert sum(trip.gross for trip in trips.closed) == 49
    assert [f"{trip.gross:.2f}" for trip in trips.closed] == ["19.67", "29.33"]


@pytest.mark.parametrize(("effect", "left"), [("close", 2), ("through", 2)])
def test_fill_that_must_close_finds_nothing_and_opens_nothing(effect: Effect, left: int) -> None:
    trips = build_trips([fill("a", -2, 100, 0, effect=effect)])
    assert trips.open == [] and [(one.name, rest) for one, rest in trips.unmatched] == [("a", left)]


def test_fill_through_zero_opens_what_it_did_not_close() -> None:
    trips = build_trips([fill("a", 1, 100, 0), fill("b", -3, 110, 1, effect="through")])
    assert [(trip.name, trip.side, trip.quantity) for trip in trips.open] == [("b", "short", 2)]

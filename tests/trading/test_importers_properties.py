"""I hold the importers to laws that every file must obey."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trading.importers import read_statement
from trading.trips import Fill, Method, Trips, build_trips

HEADER = "symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl,commissions"
START = datetime(2025, 1, 1, tzinfo=UTC)
ZERO = Decimal(0)

untimed = settings(deadline=None, suppress_health_check=list(HealthCheck))  # a busy machine proves nothing wrong

amounts = st.decimals(min_value="0.01", max_value="5000", places=2)
sizes = st.integers(1, 40).map(Decimal)
costs = st.decimals(min_value="-1", max_value="9", places=3)


@st.composite
def fills(draw: st.DrawFn) -> list[Fill]:
    made = []
    for index in range(draw(st.integers(1, 40))):
        made.append(
            Fill(
                name=f"F{index:03}",
                book=draw(st.sampled_from(["A", "B"])),
                symbol="X",
                buys=draw(st.booleans()),
                quantity=draw(sizes),
                price=draw(amounts),
                at=START + timedelta(minutes=index),
                multiplier=Decimal(50),
                costs=draw(costs),
                swap=draw(costs),
            )
        )
    return made


def net_cash(trips: Trips) -> Decimal:
    """What the trips say has come in: results of the closed, minus what the open ones have paid or received."""
    closed = sum((trip.gross - trip.costs for trip in trips.closed), ZERO)
    for trip in trips.open:
        sign = -1 if trip.side == "long" else 1
        closed += sign * trip.quantity * trip.entry_price * trip.entry.multiplier - trip.costs
    return closed


def fill_cash(fill: Fill) -> Decimal:
    return (-1 if fill.buys else 1) * fill.quantity * fill.price * fill.multiplier - fill.costs


def positions(trips: Trips) -> Counter[str]:
    held: Counter[str] = Counter()
    for trip in trips.open:
        held[trip.entry.book] += int(trip.quantity) * (1 if trip.side == "long" else -1)
    return Counter({book: size for book, size in held.items() if size})


@untimed
@given(fills(), st.sampled_from([Method.FIFO, Method.LIFO, Method.SAME_SIZE]))
def test_trips_keep_net_cash_and_position_to_the_last_decimal(made: list[Fill], method: Method) -> None:
    trips = build_trips(made, method)
    held: Counter[str] = Counter()
    for fill in made:
        held[fill.book] += int(fill.quantity) * (1 if fill.buys else -1)
    assert net_cash(trips) == sum(map(fill_cash, made), ZERO)
    assert positions(trips) == Counter({book: size for book, size in held.items() if size})


@untimed
@given(fills())
def test_average_method_keeps_net_cash_to_the_rounding_of_prices(made: list[Fill]) -> None:
    trips = build_trips(made, Method.AVERAGE)
    assert abs(net_cash(trips) - sum(map(fill_cash, made), ZERO)) < Decimal("0.000001")


@untimed
@given(fills(), st.randoms())
def test_order_of_fills_in_the_file_changes_no_trip(made: list[Fill], chance: random.Random) -> None:
    shuffled = chance.sample(made, len(made))
    assert build_trips(made) == build_trips(shuffled)


@untimed
@given(fills(), st.integers(0, 40))
def test_more_history_adds_trips_and_renames_none(made: list[Fill], known: int) -> None:
    before, after = build_trips(made[:known]), build_trips(made)
    closed = {trip.name: trip for trip in after.closed}
    assert all(closed[trip.name] == trip for trip in before.closed)
    assert {trip.name for trip in before.open} <= set(closed) | {trip.name for trip in after.open}


@untimed
@given(fills())
def test_every_trip_has_its_own_name(made: list[Fill]) -> None:
    trips = build_trips(made)
    names = [trip.name for trip in (*trips.closed, *trips.open)]
    assert len(names) == len(set(names))


csv_row = st.tuples(
    st.sampled_from(["EURUSD", "GOLD"]), st.sampled_from(["long", "short"]), sizes, amounts, amounts, costs
)


@untimed
@given(st.lists(csv_row, min_size=1, max_size=12), st.randoms())
def test_shuffled_rows_of_generic_csv_are_the_same_trades(
    rows: list[tuple[object, ...]], chance: random.Random
) -> None:
    times = "2025-01-01 10:00:00,2025-01-01 11:00:00"
    lines = [f"{s},{side},{q},{p},{x},{times},{c},0.5" for s, side, q, p, x, c in rows]
    one = read_statement("\n".join([HEADER, *lines]).encode(), name="a.csv")
    other = read_statement("\n".join([HEADER, *chance.sample(lines, len(lines))]).encode(), name="b.csv")
    assert len(one.trades) == len(lines)
    assert {t.broker_trade_id: t.pnl for t in one.trades} == {t.broker_trade_id: t.pnl for t in other.trades}


def test_another_time_zone_keeps_the_identity_of_rows_without_id() -> None:
    content = f"{HEADER}\nDAX,long,1,10,11,2025-01-01 10:00:00,2025-01-01 11:00:00,1,0".encode()
    (one,) = read_statement(content, name="a").trades
    (other,) = read_statement(content, name="a", timezone="Asia/Tokyo").trades
    assert one.broker_trade_id == other.broker_trade_id
    assert one.entry_time - other.entry_time == timedelta(hours=9)


def test_hour_shown_twice_in_autumn_keeps_exit_after_entry() -> None:
    """26 October 2025, Prague: 02:50 summer time, then 02:10 winter time, twenty minutes later."""
    content = f"{HEADER}\nDAX,long,1,10,11,2025-10-26 02:50:00,2025-10-26 02:10:00,1,0".encode()
    (trade,) = read_statement(content, name="a", timezone="Europe/Prague").trades
    assert trade.exit_time is not None
    assert trade.exit_time - trade.entry_time == timedelta(minutes=20)


def test_mapping_names_the_columns_of_a_foreign_table() -> None:
    content = (
        b"Markt;Richtung;Stk;Ein;Aus;Auf;Zu;Netto\nDAX;long;2;100,5;101,5;31.01.2025 10:00;31.01.2025 11:00;1.234,50\n"
    )
    ours = ("symbol", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "pnl")
    mapping = dict(zip(ours, ("Markt", "Richtung", "Stk", "Ein", "Aus", "Auf", "Zu", "Netto"), strict=True))
    (trade,) = read_statement(content, name="depot.csv", mapping=mapping).trades
    assert (str(trade.entry_price), str(trade.pnl)) == ("100.5", "1234.50")


def test_date_order_nothing_decides_is_asked_for() -> None:
    content = f"{HEADER}\nDAX,long,1,10,11,02/03/2025 10:00,02/03/2025 11:00,1,0".encode()
    (error,) = read_statement(content, name="a").errors
    assert error.field == "entry_time" and "day first or month first" in error.reason
    (trade,) = read_statement(content, name="a", date_order="dmy").trades
    assert trade.entry_time.month == 3


@pytest.mark.parametrize("method", list(Method))
def test_partial_close_names_pieces_after_opening_and_closing(method: Method) -> None:
    def fill(name: str, buys: bool, size: int, price: int, minute: int) -> Fill:
        at = START + timedelta(minutes=minute)
        return Fill(name=name, book="A", symbol="X", buys=buys, quantity=Decimal(size), price=Decimal(price), at=at)

    trips = build_trips([fill("O", True, 10, 100, 0), fill("C", False, 4, 110, 1), fill("D", False, 6, 90, 2)], method)
    assert [(trip.name, trip.quantity, trip.gross) for trip in trips.closed] == [("O/C", 4, 40), ("O", 6, -60)]

"""I import files one after another, as a journal does, and hold them to what the whole history says."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trading.importers import read_statement
from trading.rows import Statement, TradeRow

HEADER = "orderId,Account,B/S,Contract,avgPrice,filledQty,Fill Time,Status"
START = datetime(2025, 3, 3, 9, 30)
Kept = dict[str, TradeRow]


def imported(kept: Kept, content: str) -> Statement:
    """Write a file's trades as the journal does: new ones are added, a known one changes only while it is open."""
    statement = read_statement(content.encode(), name="part.csv", known=kept.values())
    for trade in statement.trades:
        if trade.broker_trade_id not in kept or kept[trade.broker_trade_id].is_open:
            kept[trade.broker_trade_id] = trade
    return statement


def figures(trades: Kept) -> dict[str, tuple[object, ...]]:
    return {
        name: (trade.symbol, trade.side, trade.quantity, trade.entry_price, trade.exit_price, trade.pnl)
        for name, trade in trades.items()
    }


def order(number: int, side: str, quantity: int, price: str, minute: int) -> str:
    return f"{number},A,{side},MESU5,{price},{quantity},{START + timedelta(minutes=minute):%m/%d/%Y %H:%M:%S},Filled"


def test_open_position_is_closed_by_a_later_file_that_lacks_its_opening() -> None:
    """Bought 3 at 6000; sold 1 at 6010 in the second file, 2 at 6020 in the third: 50 and 200 dollars."""
    kept: Kept = {}
    imported(kept, f"{HEADER}\n{order(1, 'Buy', 3, '6000', 0)}")
    imported(kept, f"{HEADER}\n{order(2, 'Sell', 1, '6010', 1)}")
    assert {name: trade.quantity for name, trade in kept.items()} == {"1": 2, "1/2": 1}
    imported(kept, f"{HEADER}\n{order(3, 'Sell', 2, '6020', 2)}")
    assert {name: trade.pnl for name, trade in kept.items()} == {"1": 200, "1/2": 50}


def test_file_told_again_adds_nothing_and_leaves_nothing_open() -> None:
    kept: Kept = {}
    content = "\n".join([HEADER, order(1, "Buy", 3, "6000", 0), order(2, "Sell", 3, "6010", 1)])
    first = imported(kept, content)
    again = imported(kept, content)
    assert [trade.broker_trade_id for trade in again.trades] == [trade.broker_trade_id for trade in first.trades]
    assert len(kept) == 1 and not kept["1"].is_open


def test_fill_the_broker_corrected_is_told_with_its_new_figures_under_its_old_name() -> None:
    """Sold at 6020 instead of 6010: 3 × 20 points × 5 are 300."""
    kept: Kept = {}
    imported(kept, "\n".join([HEADER, order(1, "Buy", 3, "6000", 0), order(2, "Sell", 3, "6010", 1)]))
    corrected = "\n".join([HEADER, order(1, "Buy", 3, "6000", 0), order(2, "Sell", 3, "6020", 1)])
    (trade,) = read_statement(corrected.encode(), name="new.csv", known=kept.values()).trades
    assert (trade.broker_trade_id, trade.exit_price, trade.pnl) == ("1", 6020, 300)


def test_money_a_broker_states_goes_from_file_to_file() -> None:
    """Schwab books 2,000.00 for 50 shares at 39.99: that, and not 50 × 39.99, is what the sale is set against."""
    header = "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount"
    kept: Kept = {}
    imported(kept, f'{header}\n06/02/2025,Buy,ACME,ACME CORP,50,$39.99,,"-$2,000.00"')
    imported(kept, f'{header}\n06/20/2025,Sell,ACME,ACME CORP,50,$41.00,$0.05,"$2,049.95"')
    (trade,) = kept.values()
    assert (trade.gross_pnl, trade.pnl) == (50, Decimal("49.95"))


row = st.tuples(st.booleans(), st.integers(1, 6), st.integers(5_000, 5_100))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(row, min_size=1, max_size=25), st.lists(st.tuples(st.integers(0, 25), st.integers(0, 6)), max_size=4))
def test_files_one_after_another_with_any_overlap_make_the_whole_history(
    rows: list[tuple[bool, int, int]], cuts: list[tuple[int, int]]
) -> None:
    lines = [
        order(1000 + index, "Buy" if buys else "Sell", quantity, str(price), index)
        for index, (buys, quantity, price) in enumerate(rows)
    ]
    whole: Kept = {}
    imported(whole, "\n".join([HEADER, *lines]))
    kept: Kept = {}
    begin = 0
    for end, overlap in [*sorted(cuts), (len(lines), 3)]:
        part = lines[max(0, begin - overlap) : end]
        if part:
            assert imported(kept, "\n".join([HEADER, *part])).errors == ()
        begin = max(begin, min(end, len(lines)))
    assert figures(kept) == figures(whole)

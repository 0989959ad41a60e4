"""I import files one after another, as a journal does, and hold them to what the whole history says."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trading.golden import samples
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


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_any_file_imported_twice_is_imported_once(path: Path) -> None:
    """Splits of shares and trades left open among them."""
    content = path.read_bytes()
    first = read_statement(content, name=path.name)
    again = read_statement(content, name=path.name, known=first.trades)
    assert figures(by_name(again)) == figures(by_name(first))
    assert len(again.errors) == len(first.errors)


def by_name(statement: Statement) -> Kept:
    return {trade.broker_trade_id: trade for trade in statement.trades}


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


def flex(*executions: str) -> str:
    body = f'<FlexStatement accountId="U1"><AccountInformation currency="USD"/><Trades>{"".join(executions)}</Trades>'
    return f"<FlexQueryResponse>{body}</FlexStatement></FlexQueryResponse>"


def execution(number: int, quantity: int, price: str, minute: int, **told: str) -> str:
    """One dollar of commission; IBKR signs sales below zero."""
    own = {
        "accountId": "U1", "currency": "USD", "assetCategory": "STK", "symbol": "ABC", "conid": "7", "multiplier": "1",
        "dateTime": f"{START + timedelta(minutes=minute):%Y%m%d;%H%M%S}", "quantity": str(quantity),
        "tradePrice": price, "ibCommission": "-1", "ibCommissionCurrency": "USD", "ibExecID": f"e{number}",
    }  # fmt: skip
    return "<Trade " + " ".join(f'{name}="{value}"' for name, value in (own | told).items()) + "/>"


def test_flex_query_that_rolls_on_closes_what_an_earlier_one_opened() -> None:
    """10 bought at 100, 4 sold at 110 in the next query, 6 at 120 in the last; each commission falls on its part:
    4 × 10 − 0.40 − 1 = 38.60 and 6 × 20 − 0.60 − 1 = 118.40, which IBKR says too."""
    kept: Kept = {}
    imported(kept, flex(execution(1, 10, "100", 0, openCloseIndicator="O")))
    second = imported(kept, flex(execution(2, -4, "110", 1, openCloseIndicator="C", fifoPnlRealized="38.60")))
    assert {name: (trade.quantity, trade.commissions) for name, trade in kept.items()} == {
        "e1": (6, Decimal("0.6")), "e1/e2": (4, Decimal("1.4")),
    }  # fmt: skip
    third = imported(kept, flex(execution(3, -6, "120", 2, openCloseIndicator="C", fifoPnlRealized="118.40")))
    assert {name: trade.pnl for name, trade in kept.items()} == {"e1": Decimal("118.40"), "e1/e2": Decimal("38.60")}
    assert all(line.equal for part in (second, third) for line in part.reconciliation)


def test_flex_close_of_another_account_or_contract_closes_nothing() -> None:
    kept: Kept = {}
    imported(kept, flex(execution(1, 10, "100", 0)))
    for other in ({"accountId": "U2"}, {"conid": "8"}):
        closing = execution(2, -10, "110", 1, openCloseIndicator="C", **other)
        statement = imported(kept, flex(closing))
        assert "opening is not in the file" in statement.errors[0].reason
    assert kept["e1"].is_open


dollars = {"currency": "USD"}
euros = {"currency": "EUR", "ibCommissionCurrency": "EUR", "fxRateToBase": "1.0873"}
flex_row = st.tuples(st.integers(-6, 6).filter(bool), st.integers(90, 110), st.sampled_from([dollars, euros]))


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(flex_row, min_size=1, max_size=15), st.integers(0, 15), st.integers(0, 4))
def test_flex_queries_that_overlap_or_not_make_the_whole_history(
    rows: list[tuple[int, int, dict[str, str]]], cut: int, overlap: int
) -> None:
    """Two stocks, one in dollars and one in euros at the file's own rate."""
    told = [
        execution(number, quantity, str(price), number, symbol=f"AB{money['currency']}", conid="", **money)
        for number, (quantity, price, money) in enumerate(rows, 1)
    ]
    whole: Kept = {}
    imported(whole, flex(*told))
    kept: Kept = {}
    for part in (told[:cut], told[max(0, cut - overlap) :]):
        assert imported(kept, flex(*part)).errors == ()
    assert in_cents(kept) == in_cents(whole)


def in_cents(trades: Kept) -> dict[str, tuple[object, ...]]:
    return {name: tuple(round(value, 6) if isinstance(value, Decimal) else value for value in told)
            for name, told in figures(trades).items()}  # fmt: skip

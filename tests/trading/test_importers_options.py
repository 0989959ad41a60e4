"""I try what the person who uploads a file may add to it: method, point values, market, decimal mark, date order."""

import pytest

from tests.trading.golden import SAMPLES
from trading.importers import read_statement
from trading.reading.errors import WishUnknown

HEADER = "orderId,Account,B/S,Contract,avgPrice,filledQty,Fill Time,Status"
ORDERS = "\n".join(
    [
        HEADER,
        "1,A,Buy,MESU5,6000,1,07/14/2025 09:00:00,Filled",
        "2,A,Buy,MESU5,6010,1,07/14/2025 09:01:00,Filled",
        "3,A,Sell,MESU5,6020,1,07/14/2025 09:02:00,Filled",
    ]
).encode()


@pytest.mark.parametrize(
    ("method", "entry", "result"),
    [("fifo", "6000", "100"), ("lifo", "6010", "50"), ("average", "6005", "75")],
)
def test_method_chooses_the_lot_that_closes(method: str, entry: str, result: str) -> None:
    """Bought at 6000 and 6010, sold at 6020, 5 dollars a point: 20, 10 or 15 points."""
    closed = next(t for t in read_statement(ORDERS, name="o.csv", method=method).trades if not t.is_open)
    assert (f"{closed.entry_price:f}", f"{closed.pnl:.0f}") == (entry, result)


def test_unknown_contract_is_asked_for_and_read_once_it_is_told() -> None:
    content = (SAMPLES / "ninjatrader_executions" / "executions.csv").read_bytes()
    (error,) = read_statement(content, name="e.csv").errors
    assert (error.row, error.field) == (6, "symbol") and "QX 03-25" in error.reason
    assert read_statement(content, name="e.csv", multipliers={"qx": "7"}).errors == ()


def test_point_value_of_ones_own_goes_before_the_exchange() -> None:
    statement = read_statement(ORDERS, name="o.csv", multipliers={"MES": "50"})
    assert f"{statement.net:.0f}" == "1000"


def test_market_of_a_strategy_is_unknown_until_it_is_told() -> None:
    content = (SAMPLES / "tradingview_strategy" / "list_of_trades.csv").read_bytes()
    assert {trade.symbol for trade in read_statement(content, name="l.csv").trades} == {"UNKNOWN"}
    assert {trade.symbol for trade in read_statement(content, name="l.csv", symbol="=DAX").trades} == {"DAX"}


@pytest.mark.parametrize("wish", [{"method": "random"}, {"multipliers": {"ES": "many"}}])
def test_wish_that_is_not_known_is_refused_by_name(wish: dict[str, object]) -> None:
    with pytest.raises(WishUnknown, match=r"random|many"):
        read_statement(ORDERS, name="o.csv", **wish)  # type: ignore[arg-type]


def test_decimal_mark_settles_a_number_that_may_be_thousands() -> None:
    lines = "Symbol;Side;Qty;Fill Price;Status;Closing Time;Order ID\nXETR:ABC;Buy;1;1,250;Filled;2025-09-15 10:00:00;7"
    (error,) = read_statement(lines.encode(), name="t.csv").errors
    assert "thousands or decimals" in error.reason
    (trade,) = read_statement(lines.encode(), name="t.csv", decimal=",").trades
    assert f"{trade.entry_price}" == "1.250"


def test_date_order_is_asked_for_unless_the_file_proves_it() -> None:
    lines = "Instrument,Action,Time,Price,E/X,Quantity,Account\nAAPL,Buy,{},10,Entry,1,Sim"
    (error,) = read_statement(lines.format("5/6/2025 9:39").encode(), name="n.csv").errors
    assert "day first or month first" in error.reason
    (trade,) = read_statement(lines.format("5/6/2025 9:39").encode(), name="n.csv", date_order="dmy").trades
    assert trade.entry_time.month == 6
    (trade,) = read_statement(lines.format("5/6/2025 9:39:00 AM").encode(), name="n.csv").trades
    assert trade.entry_time.month == 5


def test_account_in_another_currency_refuses_what_the_file_cannot_convert() -> None:
    statement = read_statement(ORDERS, name="o.csv", currency="EUR")
    assert statement.trades == () and len(statement.errors) == 3
    assert "import it into an account in USD" in statement.errors[0].reason

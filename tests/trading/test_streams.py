"""I read long tables row by row, and they say what they say when read whole."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import TradingAccount
from tests.trading.golden import samples
from trading.importers import formats, read_statement
from trading.reading.flow import BATCH
from trading.rows import TradeRow
from trading.streaming import read_long

STREAMED = [path for path in samples() if path.parent.name in formats and formats[path.parent.name].streams]
HEAD = "Id,ContractName,EnteredAt,ExitedAt,EntryPrice,ExitPrice,Fees,PnL,Size,Type,TradeDay,TradeDuration,Commissions"


def account(currency: str = "USD") -> TradingAccount:
    return TradingAccount(currency=currency, day_timezone="UTC", account_name="Main")


def streamed(path: Path, currency: str = "USD", **wishes: object) -> tuple[list[TradeRow], list[int]]:
    """All trades, and in which pieces they came."""
    found: list[TradeRow] = []
    pieces: list[int] = []

    def take(rows: Sequence[TradeRow]) -> None:
        found.extend(rows)
        pieces.append(len(rows))

    told = read_long(path, name=path.name, account=account(currency), sink=take, **wishes)
    assert told is not None and told.rows_read == len(found) + len(told.errors)
    return found, pieces


@pytest.mark.parametrize("path", STREAMED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_table_read_in_a_stream_holds_what_it_holds_when_read_whole(path: Path) -> None:
    whole = read_statement(path.read_bytes(), name=path.name, currency="USD", timezone="UTC")
    once = {trade.broker_trade_id: trade for trade in reversed(streamed(path)[0])}  # the database takes the first
    assert list(reversed(once.values())) == list(whole.trades)


def test_formats_of_one_row_a_trade_are_streamed() -> None:
    assert {path.parent.name for path in STREAMED} >= {
        "generic_csv", "tradovate_performance", "topstepx", "match_trader", "ftmo_metrix",
    }  # fmt: skip


def test_no_more_than_a_batch_stands_in_memory(tmp_path: Path) -> None:
    """12,345 trades of 10.00 with 1.48 of fees; the sink is given each once, a batch at a time."""
    rows = (
        f"{n},MNQH6,03/02/2026 10:00:00 +00:00,03/02/2026 10:05:00 +00:00,20150.25,20155.25,1.48,10.00,1,Long,,,0"
        for n in range(12_345)
    )
    path = tmp_path / "trades.csv"
    path.write_text("\n".join([HEAD, *rows]))
    trades, pieces = streamed(path)
    assert len({trade.broker_trade_id for trade in trades}) == 12_345 == sum(pieces)
    assert max(pieces) == BATCH and {trade.pnl for trade in trades} == {trades[0].pnl}
    assert str(trades[0].pnl) == "8.52"


@pytest.mark.parametrize("method", ["fifo", "lifo", "average"])
def test_wishes_told_as_words_are_understood_as_when_read_whole(method: str) -> None:
    path = next(path for path in STREAMED if path.parent.name == "topstepx")
    told = {"method": method, "multipliers": {"MNQ": "2"}}
    whole = read_statement(path.read_bytes(), name=path.name, currency="USD", timezone="UTC", **told)  # type: ignore[arg-type]
    assert [replace(trade, raw={}) for trade in streamed(path, **told)[0]] == [
        replace(trade, raw={}) for trade in whole.trades
    ]


def test_a_table_of_fills_is_read_whole(tmp_path: Path) -> None:
    path = next(path for path in samples() if path.parent.name == "binance_futures")
    assert read_long(path, name=path.name, account=account("USDT"), sink=lambda rows: None) is None

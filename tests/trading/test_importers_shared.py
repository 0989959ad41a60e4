"""I read the real and the shaped broker files that lie beside this project, where they do, each against its figures."""

import pytest

from tests.trading.golden import SHARED
from trading.importers import read_statement
from trading.reading.errors import StatementIncomplete
from trading.rows import Statement

# path: format, trades, open ones among them, rows refused, net of the closed ones to the cent
FIGURES = {
    "binance/rotki_binance_history.csv": ("binance_transactions", 11, 9, 9, "10.18"),
    "binance_futures/binance_futures_trade_history.csv": ("binance_futures", 2, 1, 0, "47.58"),
    "binance_futures/binance_spot_trade_history.csv": ("binance_spot", 1, 1, 0, "0.00"),
    "bitstamp/rotki_bitstamp.csv": ("bitstamp", 0, 0, 1, "0.00"),
    "bybit/bybit_derivatives_trade_history.csv": ("bybit_trades", 2, 0, 0, "27.74"),
    "coinbasepro/rotki_coinbasepro.csv": ("coinbase_account", 5, 5, 0, "0.00"),
    "ctrader/ctrader_statement.html": ("ctrader", 3, 1, 0, "-15.32"),
    "ctrader/ctrader_statement_deals_utc8.csv": ("ctrader", 4, 1, 0, "-1101.76"),
    "degiro/exporttoghostfolio_degiro-export.csv": ("degiro_account", 10, 10, 3, "0.00"),
    "etoro/exporttoghostfolio_etoro-export.csv": ("etoro", 3, 3, 5, "0.00"),
    "fix44/centroid_bridge_log.txt": ("fix44", 2, 2, 0, "0.00"),
    "fix44/onixs_style_session.txt": ("fix44", 1, 1, 0, "0.00"),
    "ibkr_activity/activity_statement_trades_section.csv": ("ibkr_activity", 1, 0, 0, "498.00"),
    "ibkr_activity/kapji_transaction_history.csv": ("ibkr_transactions", 2, 1, 0, "-2.50"),
    "ibkr_flex/exporttoghostfolio_ibkr-trades-export.csv": ("ibkr_flex_csv", 8, 8, 3, "0.00"),
    "kraken/kraken_trades.csv": ("kraken", 2, 2, 0, "0.00"),
    "kucoin/rotki_kucoin_order_history.csv": ("kucoin", 1, 1, 1, "0.00"),
    "mt4/luxalgo_mt4-statement.csv": ("mt4_csv", 3, 0, 0, "610.50"),
    "mt5/luxalgo_mt5-history.html": ("mt5", 2, 0, 0, "153.50"),
    "mt5/luxalgo_mt5-tester-deals.html": ("mt5", 3, 0, 0, "67.46"),
    "mt5/tradenote_MetaTrader5.xlsx": ("mt5", 3, 0, 0, "30.85"),
    "ninjatrader/nt8_executions.csv": ("ninjatrader_executions", 2, 0, 0, "688.06"),
    "ninjatrader/nt8_trades.csv": ("ninjatrader_trades", 2, 0, 0, "392.04"),
    "rithmic/rithmic_completed_orders.csv": ("rithmic_orders", 2, 0, 0, "550.00"),
    "saxo/exporttoghostfolio_saxo-export.csv": ("saxo", 12, 10, 0, "-14.22"),
    "schwab/exporttoghostfolio_schwab-export.csv": ("schwab", 41, 36, 2, "-4.29"),
    "schwab/wealthfolio_schwab_with_header_row.csv": ("schwab", 3, 2, 1, "268.70"),
    "template/tradenote_Template.csv": ("tradezero", 10, 0, 0, "33.76"),
    "thinkorswim/tradenote_TD_Ameritrade.csv": ("thinkorswim", 7, 0, 0, "17.52"),
    "topstepx/topstepx_trades_export.csv": ("topstepx", 2, 0, 0, "58.89"),
    "trading212/exporttoghostfolio_trading212-export.csv": ("trading212", 3, 3, 1, "0.00"),
    "tradingview/luxalgo_tradingview-gen2.csv": ("tradingview_strategy", 4, 1, 0, "54.40"),
    "tradovate/luxalgo_tradovate-orders.csv": ("tradovate_orders", 1, 0, 0, "120.00"),
    "tradovate/tradetally_tradovate-paired-trades-sample.csv": ("tradovate_positions", 5, 0, 0, "-218.00"),
    "xtb/exporttoghostfolio_xtb-export.csv": ("xtb", 12, 10, 3, "-0.12"),
}
PROVEN = {
    "mt5/tradenote_MetaTrader5.xlsx": {"balance", "net_profit", "gross_profit", "gross_loss", "total_trades"},
    "thinkorswim/tradenote_TD_Ameritrade.csv": {"commissions", "balance"},
    "ibkr_activity/activity_statement_trades_section.csv": {"net_profit"},
    "tradingview/luxalgo_tradingview-gen2.csv": {"net_profit"},
}


def shared(path: str) -> Statement:
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the shared sample {path} is not on this machine")
    return read_statement(found.read_bytes(), name=found.name)


@pytest.mark.parametrize("path", FIGURES)
def test_shared_file_reads_as_its_figures(path: str) -> None:
    statement = shared(path)
    net = sum(trade.pnl or 0 for trade in statement.trades)
    found = (statement.format, len(statement.trades), statement.open_count, len(statement.errors), f"{net:.2f}")
    assert found == FIGURES[path]


@pytest.mark.parametrize("path", PROVEN)
def test_real_file_equals_what_it_says_of_itself(path: str) -> None:
    assert PROVEN[path] <= {line.name for line in shared(path).reconciliation if line.equal}


def test_wallet_history_of_bitmex_is_sent_back_with_the_way_to_the_right_file() -> None:
    with pytest.raises(StatementIncomplete, match="Trade History"):
        shared("bitmex/rotki_bitmex_wallet_history.csv")

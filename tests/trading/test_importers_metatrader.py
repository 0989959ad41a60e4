"""I check what MetaTrader reports hide: languages, hidden cells, fees, partial closes, foreign rows."""

import subprocess
import sys
from decimal import Decimal

from tests.trading.golden import SAMPLES
from trading.importers import read_statement

FEES = (SAMPLES / "mt5" / "hedging_fees.html").read_text()
MT4 = (SAMPLES / "mt4_html" / "detailed.htm").read_text()


def proof(text: str) -> dict[str, bool]:
    return {r.name: r.equal for r in read_statement(text.encode(), name="r.html").reconciliation}


def test_fee_of_the_deals_reaches_its_position() -> None:
    """7.00 commission in the Positions table and 0.50 + 0.50 fee in the Deals: 8.00."""
    trade = read_statement(FEES.encode(), name="r").trades[0]
    assert (trade.commissions, trade.pnl) == (8, 392)


def test_fee_without_a_certain_position_is_said() -> None:
    lost = FEES.replace("<td>1.00</td><td>1.13400</td><td>901", "<td>1.00</td><td>1.13399</td><td>901")
    statement = read_statement(lost.encode(), name="r")
    assert "fees of 0.50" in " ".join(statement.notes)
    assert not proof(lost)["net_profit"]


def test_changed_profit_breaks_the_proof() -> None:
    changed = FEES.replace('<td colspan="2">400.00</td>', '<td colspan="2">400.01</td>')
    assert all(proof(FEES).values())
    assert not proof(changed)["net_profit"]


def test_positions_without_a_fee_column_or_results_still_read() -> None:
    bare = FEES.partition(
        '<tr align="center"><th colspan="14" style="height: 25px"><div style="font: 10pt Tahoma"><b>Open'
    )[0]
    statement = read_statement((bare + "</table></div></body></html>").encode(), name="r")
    assert [trade.pnl for trade in statement.trades] == [393, Decimal("-26.20")]
    assert statement.reconciliation == ()


def test_position_printed_in_two_parts_gives_two_trades() -> None:
    row = FEES[FEES.index('<tr align="right"><td>2025.05.05 09:00:00</td><td>902') :].partition("</tr>")[0] + "</tr>"
    other = row.replace("2025.05.06 09:00:00", "2025.05.06 12:00:00")
    ids = [t.broker_trade_id for t in read_statement(FEES.replace(row, row + other + row).encode(), name="r").trades]
    assert ids == ["900", "902", "902/20250506120000", "904"]


def test_russian_headers_are_understood_by_the_rows_below() -> None:
    text = FEES
    for english, russian in {
        "<b>Time</b>": "<b>Время</b>",
        "<b>Position</b>": "<b>Позиция</b>",
        "<b>Symbol</b>": "<b>Символ</b>",
        "<b>Type</b>": "<b>Тип</b>",
        "<b>Volume</b>": "<b>Объем</b>",
        "<b>Price</b>": "<b>Цена</b>",
        "<b>Market Price</b>": "<b>Рыночная цена</b>",
        "<b>Profit</b>": "<b>Прибыль</b>",
        "<b>Direction</b>": "<b>Направление</b>",
        "<b>Commission</b>": "<b>Комиссия</b>",
        "<b>Balance</b>": "<b>Баланс</b>",
        "<b>Positions</b>": "<b>Позиции</b>",
        "Trade History Report": "Отчет по торговой истории",
    }.items():
        text = text.replace(english, russian)
    before, after = read_statement(FEES.encode(), name="r"), read_statement(text.encode("utf-16"), name="r")
    assert [t.pnl for t in before.trades] == [t.pnl for t in after.trades]
    assert after.currency == "USD"


def test_mt4_comment_row_goes_to_its_trade() -> None:
    trades = {t.broker_trade_id: t for t in read_statement(MT4.encode(), name="s").trades}
    assert trades["70025"].raw["comment"] == "4472 from #70021[sl]"
    assert trades["70020"].raw["hint"] == "[tp]"


def test_mt4_statement_from_before_taxes_reads_the_same() -> None:
    old = MT4.replace("<td>Taxes</td>", "")
    old = old.replace("<td class=mspt>0.00</td><td class=mspt>-3.40</td>", "<td class=mspt>-3.40</td>")
    statement = read_statement(old.encode(), name="s")
    assert {t.broker_trade_id: t.swap for t in statement.trades}["70040"] == statement.trades[3].swap


def test_windows_codepage_in_comments_does_no_harm() -> None:
    cyrillic = MT4.replace("<html>", '<html><meta charset="windows-1251">').replace("breakout", "пробой")
    trades = read_statement(cyrillic.encode("cp1251"), name="s").trades
    assert trades[0].raw["comment"] == "4471 пробой[tp]"


def test_importers_never_load_django() -> None:
    code = (
        "import sys; from trading.importers import formats; formats.load();"
        "sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_report_whose_totals_leave_out_costs_is_proven_in_its_own_terms_and_says_so() -> None:
    """Profit column: 400 − 20 = 380; with costs 392 − 26.20 = 365.80. The balance counts the costs either way."""
    bare = FEES.replace("<b>365.80</b>", "<b>380.00</b>").replace("<b>392.00</b>", "<b>400.00</b>")
    bare = bare.replace("<b>-26.20</b>", "<b>-20.00</b>")
    statement = read_statement(bare.encode(), name="r")
    assert all(r.equal for r in statement.reconciliation)
    assert "leave out commission and swap" in " ".join(statement.notes)
    assert [str(t.pnl) for t in statement.trades[:2]] == ["392.00", "-26.20"]

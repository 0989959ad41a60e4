"""A CSV of trades becomes rows, or one sentence that says where it went wrong."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest

from analytics.csv_sample import CellWrong, ColumnMissing, TradesUnreadable, read_trades

HEAD = "symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"
ROW = "EURUSD,long,2,1.10,1.20,2025-01-06T09:00:00Z,2025-01-06T10:00:00Z,12.50"


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "trades.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_plain_row_is_read(written):
    (trade,) = read_trades(written(f"{HEAD},emotions\n{ROW},calm; fomo\n"))
    assert (trade.symbol, trade.side, trade.pnl) == ("EURUSD", "long", Decimal("12.50"))
    assert trade.emotions == ("calm", "fomo")
    assert trade.exit_time == datetime(2025, 1, 6, 10, tzinfo=UTC)
    assert trade.mfe is None and trade.commissions == 0


def test_time_without_offset_is_utc_and_with_offset_is_moved(written):
    rows = f"{HEAD}\nA,buy,1,1,1,2025-01-06 09:00,2025-01-06T10:00+02:00,1\n".replace("09:00,", "07:00,")
    (trade,) = read_trades(written(rows))
    assert trade.entry_time == datetime(2025, 1, 6, 7, tzinfo=UTC)
    assert trade.exit_time == datetime(2025, 1, 6, 8, tzinfo=UTC)


def test_spreadsheet_with_semicolons_and_decimal_commas_is_read(written):
    head, row = HEAD.replace(",", ";").title(), ROW.replace("12.50", "-1.234,5").replace(",", ";")
    row = row.replace("-1.234;5", "-1.234,5")
    (trade,) = read_trades(written(f"{head}\n{row}\n;;;;;;;\n", "utf-8-sig"))
    assert trade.pnl == Decimal("-1234.5")


def test_thousands_and_brackets_are_understood_but_a_lone_comma_is_not_guessed(written):
    assert read_trades(written(f"{HEAD}\n{ROW.replace('12.50', chr(34) + '(1,234.50)' + chr(34))}\n"))[
        0
    ].pnl == Decimal("-1234.50")
    with pytest.raises(CellWrong, match="row 2, column pnl: '12,5' is not a number"):
        read_trades(written(f"{HEAD}\n{ROW.replace('12.50', chr(34) + '12,5' + chr(34))}\n"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("long", "up", "row 2, column side: 'up' is no side. Write long or short."),
        ("12.50", "NaN?", "row 2, column pnl: 'NaN?' is not a number. Write it like 12.50."),
        ("12.50", "inf", "'inf' is not a number"),
        ("12.50", "", "row 2, column pnl: a closed trade has a result"),
        (",2,", ",0,", "row 2, column quantity"),
        ("2025-01-06T09:00:00Z", "06.01.2025", "row 2, column entry_time: '06.01.2025' is not a time"),
        ("2025-01-06T09:00:00Z", "2025-01-07T09:00:00Z", "row 2, column exit_time"),
    ],
)
def test_wrong_cell_is_named_with_row_column_and_cure(written, old, new, message):
    with pytest.raises(CellWrong) as caught:
        read_trades(written(f"{HEAD}\n{ROW.replace(old, new)}\n"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_column_and_missing_file_are_named(written, tmp_path):
    with pytest.raises(ColumnMissing, match="no column pnl"):
        read_trades(written(HEAD.replace(",pnl", "") + "\n"))
    with pytest.raises(TradesUnreadable, match=r"nowhere.csv cannot be read: No such file"):
        read_trades(tmp_path / "nowhere.csv")
    with pytest.raises(TradesUnreadable, match="it is empty"):
        read_trades(written(""))


def test_command_prints_every_kpi_as_json_or_a_table(written):
    from analytics.management.commands.compute_kpis import Command

    shown = StringIO()
    path = written(f"{HEAD}\n{ROW}\n")
    options = {"file": path, "starting_balance": "1000", "calendar": "weekday252", "timezone": "UTC"}
    options |= {"currency": "EUR", "risk_free": 0.0}
    Command(stdout=shown).handle(**options, json=True)
    answers = json.loads(shown.getvalue())
    assert len(answers["kpis"]) == 449
    assert answers["kpis"]["net_profit"] == {"value": 12.5, "unit": "cur"}
    assert answers["kpis"]["profit_factor"] == {"value": None, "unit": "ratio", "reason": "no losing trade"}
    assert (answers["currency"], answers["trades"]) == ("EUR", 1)

    table = StringIO()
    Command(stdout=table).handle(**options, json=False)
    assert "Profit factor" in table.getvalue() and "no losing trade" in table.getvalue()


def test_command_refuses_a_deposit_that_is_no_number(written):
    from django.core.management.base import CommandError

    from analytics.management.commands.compute_kpis import Command

    with pytest.raises(CommandError, match="is not a number"):
        Command().handle(file=written(HEAD), starting_balance="lots", timezone="UTC", json=True)


@pytest.mark.parametrize(
    "shown",
    [
        "2025.01.06 09:00:00",
        "2025/1/6 9:00",
        "2025-01-06 09:00:00 UTC",
        "2025-01-06 10:00:00 +0100",
        "2025-01-06T09:00",
    ],
)
def test_times_of_spreadsheets_and_platforms_are_read(written, shown):
    (trade,) = read_trades(written(f"{HEAD}\n{ROW.replace('2025-01-06T09:00:00Z', shown)}\n"))
    assert trade.entry_time == datetime(2025, 1, 6, 9, tzinfo=UTC)


def test_day_number_of_a_spreadsheet_is_refused_with_its_cure(written):
    with pytest.raises(
        CellWrong, match=r"column entry_time: '45663.375' is a spreadsheet's day number.*Format the column"
    ):
        read_trades(written(f"{HEAD}\n{ROW.replace('2025-01-06T09:00:00Z', '45663.375')}\n"))


def test_line_about_the_delimiter_is_skipped_and_rows_keep_their_numbers(written):
    with pytest.raises(CellWrong, match="row 3, column side"):
        read_trades(written(f"sep=,\n{HEAD}\n{ROW.replace('long', 'up')}\n"))


def test_blank_optional_columns_say_nothing(written):
    (trade,) = read_trades(written(f"{HEAD},mfe,mae,initial_risk,slippage,tags,duration_ms\n{ROW},,,,,,\n"))
    assert (trade.mfe, trade.mae, trade.initial_risk, trade.slippage, trade.tags) == (None, None, None, None, ())

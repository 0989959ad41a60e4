"""I check the corners of Flex queries that cost traders money: fees, currencies, cancellations, what is missing."""

import pytest

from trading.importers import read_statement
from trading.reading.errors import StatementIncomplete
from trading.rows import Statement

DEFAULTS = {
    "accountId": "U1",
    "currency": "USD",
    "assetCategory": "STK",
    "symbol": "ABC",
    "conid": "1",
    "multiplier": "1",
    "taxes": "0",
    "ibCommissionCurrency": "USD",
    "levelOfDetail": "EXECUTION",
    "fifoPnlRealized": "0",
}


def trade(number: int, quantity: str, price: str, **more: str) -> str:
    own = {
        "ibExecID": f"E{number}",
        "tradeID": f"T{number}",
        "dateTime": f"202501{number:02};100000",
        "quantity": quantity,
        "tradePrice": price,
        "ibCommission": "-1",
        "buySell": "SELL" if quantity.startswith("-") else "BUY",
    }
    return "<Trade " + " ".join(f'{name}="{value}"' for name, value in (DEFAULTS | own | more).items()) + "/>"


def flex(*trades: str, base: str = "USD") -> Statement:
    information = f'<AccountInformation currency="{base}"/>' if base else ""
    body = f"<FlexStatement>{information}<Trades>{''.join(trades)}</Trades></FlexStatement>"
    return read_statement(f"<FlexQueryResponse>{body}</FlexQueryResponse>".encode(), name="flex.xml")


def test_taxes_and_both_commissions_are_costs() -> None:
    """10 × (12 − 10) = 20, less 1 and 1 commission, less 0.50 tax."""
    (one,) = flex(trade(1, "10", "10"), trade(2, "-10", "12", taxes="-0.5", fifoPnlRealized="17.5")).trades
    assert (one.gross_pnl, one.commissions, one.pnl) == (20, 2.5, 17.5)


def test_foreign_currency_without_a_rate_is_refused_with_its_cure() -> None:
    statement = flex(trade(1, "10", "10", currency="JPY"))
    assert "add fxRateToBase" in statement.errors[0].reason
    assert statement.trades == ()


def test_account_currency_is_taken_from_the_trades_when_all_agree() -> None:
    statement = flex(trade(1, "10", "10", currency="EUR", ibCommissionCurrency="EUR"), base="")
    assert statement.currency == "EUR"


def test_commission_in_base_currency_of_a_foreign_trade_is_not_converted_twice() -> None:
    """Two commissions of 1 USD each stay 2 USD though the trade is in EUR at 1.10; 10 × 2 EUR are 22 USD."""
    more = {"currency": "EUR", "fxRateToBase": "1.10"}
    (one,) = flex(trade(1, "10", "10", **more), trade(2, "-10", "12", **more)).trades
    assert (round(one.commissions, 8), round(one.gross_pnl or 0, 8)) == (2, 22)


def test_commission_in_a_third_currency_is_said_and_not_guessed() -> None:
    statement = flex(trade(1, "10", "10", ibCommissionCurrency="CHF"))
    assert statement.trades[0].commissions == 0
    assert "paid in CHF" in " ".join(statement.notes)


def test_cancelled_execution_is_taken_back() -> None:
    cancel = trade(3, "-10", "10", buySell="BUY (Ca.)", notes="Ca", origTradeID="T1")
    statement = flex(trade(1, "10", "10"), trade(2, "5", "11"), cancel)
    assert [t.quantity for t in statement.trades] == [5]
    assert "was cancelled" in " ".join(statement.notes)


def test_query_without_executions_says_what_to_tick() -> None:
    with pytest.raises(StatementIncomplete, match="tick Executions"):
        flex('<Order symbol="ABC" levelOfDetail="ORDER"/>')


def test_accounts_in_one_file_never_close_one_another() -> None:
    statement = flex(trade(1, "10", "10"), trade(2, "-10", "12", accountId="U2"))
    assert [(t.side, t.is_open) for t in statement.trades] == [("long", True), ("short", True)]
    assert statement.account is None


def test_one_execution_id_with_two_stories_is_refused() -> None:
    statement = flex(trade(1, "10", "10"), trade(1, "10", "11"))
    assert "other figures" in statement.errors[0].reason


def test_open_position_closed_by_a_later_file_keeps_its_id() -> None:
    (before,) = flex(trade(1, "10", "10")).trades
    (after,) = flex(trade(1, "10", "10"), trade(2, "-10", "12")).trades
    assert before.is_open and not after.is_open
    assert before.broker_trade_id == after.broker_trade_id


def test_option_that_expires_loses_its_premium_at_the_least_price_a_journal_keeps() -> None:
    """Bought for 2 × 100 = 200, gone for nothing, 1 and 1 commission: −202."""
    statement = flex(
        trade(1, "1", "2", multiplier="100"), trade(2, "-1", "0", multiplier="100", fifoPnlRealized="-202")
    )
    (one,) = statement.trades
    assert (one.pnl, str(one.exit_price)) == (-202, "1E-12")
    assert statement.reconciliation[0].equal


def test_european_dates_are_read_once_a_day_above_twelve_proves_them() -> None:
    dates = {"dateTime": "05/02/2025;10:00:00"}
    statement = flex(trade(1, "10", "10", **dates), trade(2, "-10", "12", dateTime="25/02/2025;10:00:00"))
    assert statement.trades[0].entry_time.month == 2

"""I put an exchange double behind ccxt: fills by the page, rate limits, errors and slow answers."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ccxt
import pytest

from tests.trading.doubles import Answer, Service
from trading.connectors import Access, BrokerBusy, BrokerRefused, BrokerUnreachable, Fetched
from trading.connectors import exchange as connector
from trading.connectors.exchange import Exchange, is_exchange

START = 1_772_452_800_000
MARKET = {
    "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "baseAssetPrecision": 8,
    "quotePrecision": 8, "orderTypes": ["LIMIT", "MARKET"], "isSpotTradingAllowed": True, "permissions": ["SPOT"],
    "filters": [{"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
                {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"}],
}  # fmt: skip


def fill(number: int, buys: bool, quantity: str, price: str, fee: str = "0.1", coin: str = "USDT") -> dict[str, Any]:
    return {"symbol": "BTCUSDT", "id": number, "orderId": number, "price": price, "qty": quantity, "quoteQty": "0",
            "commission": fee, "commissionAsset": coin, "time": START + number * 60_000, "isBuyer": buys,
            "isMaker": False, "isBestMatch": True}  # fmt: skip


class Venue:
    def __init__(self) -> None:
        self.fills = [fill(1, True, "0.30000000", "50000.10"), fill(2, False, "0.20000000", "50100.10")]
        self.misfortunes: list[Answer] = []

    def __call__(self, method: str, path: str) -> Answer:
        asked = urlsplit(path)
        if asked.path.endswith("/exchangeInfo"):
            return 200, {}, {"symbols": [MARKET]}
        if self.misfortunes:
            return self.misfortunes.pop(0)
        if asked.path.endswith("/account"):
            return 200, {}, {"balances": [{"asset": "USDT", "free": "900.5", "locked": "99.5"}]}
        since = int(parse_qs(asked.query).get("startTime", ["0"])[0])
        return 200, {}, [one for one in self.fills if one["time"] >= since][:2]  # two a page


@pytest.fixture
def venue() -> Venue:
    return Venue()


@pytest.fixture
def service(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service(venue) as made:
        told = ccxt.binance.describe

        def here(self: Any) -> Any:
            found = told(self)
            found["urls"]["api"] = {
                name: f"{made.url}/{name}" if isinstance(address, str) else address
                for name, address in found["urls"]["api"].items()
            }
            found["options"] |= {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False}
            found["has"]["fetchCurrencies"] = False
            return found

        monkeypatch.setattr(ccxt.binance, "describe", here)
        yield made


def fetch(
    memory: Mapping[str, Any] | None = None, cursor: str | None = None, **config: str
) -> tuple[Fetched, Exchange]:
    told = {"exchange": "binance", "symbols": "BTC/USDT", "same_as": "USDT", **config}
    exchange = Exchange(Access(api_key="k", api_secret="s", config=told, memory=memory or {}))
    try:
        exchange.authenticate()
        return exchange.fetch_trades(cursor), exchange
    finally:
        exchange.close()


def test_fills_become_trades_to_the_last_digit(service: Service) -> None:
    """0.2 of 0.3 sold 100.00 higher: 20.00, less 0.10 and two thirds of the entry's 0.10."""
    fetched, _ = fetch()
    closed = [row for row in fetched.rows if not row.is_open]
    assert [(row.side, row.quantity, row.gross_pnl) for row in closed] == [("long", Decimal("0.2"), Decimal(20))]
    assert closed[0].pnl == Decimal(20) - Decimal("0.1") - Decimal("0.06666667")
    assert [row.quantity for row in fetched.rows if row.is_open] == [Decimal("0.1")]


def test_an_open_position_is_closed_by_the_next_sync_under_its_own_name(service: Service, venue: Venue) -> None:
    first, _ = fetch()
    venue.fills += [fill(3, False, "0.10000000", "49000.10"), fill(4, True, "1.00000000", "100.00")]
    second, _ = fetch(first.memory, first.cursor)
    names = {row.broker_trade_id for row in first.rows if row.is_open}
    assert names == {row.broker_trade_id for row in second.rows if not row.is_open and row.quantity == Decimal("0.1")}
    assert [row.quantity for row in second.rows if row.is_open] == [Decimal(1)]


def test_all_pages_are_read_once(service: Service, venue: Venue) -> None:
    venue.fills = [fill(n, n % 2 == 1, "1.00000000", f"{100 + n}.00") for n in range(1, 8)]
    fetched, _ = fetch()
    assert len([row for row in fetched.rows if not row.is_open]) == 3
    again, _ = fetch(fetched.memory, fetched.cursor)
    assert [row.broker_trade_id for row in again.rows if not row.is_open] == []


def test_money_without_a_rate_is_left_out_and_counted(service: Service) -> None:
    fetched, _ = fetch(same_as="")
    assert fetched.rows == () and fetched.memory is not None and fetched.memory["skipped"] == {"USDT": 2}


def test_where_the_account_stands(service: Service) -> None:
    _, exchange = fetch()
    standing = exchange.fetch_standing()
    assert standing is not None and standing.balance == Decimal("1000")


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ((429, {"Retry-After": "120"}, {"code": -1003, "msg": "Too many requests"}), BrokerBusy),
        ((500, {}, {}), BrokerUnreachable),
        ((401, {}, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}), BrokerRefused),
    ],
)
def test_every_misfortune_has_its_name(service: Service, venue: Venue, answer: Answer, raised: type[Exception]) -> None:
    venue.misfortunes = [answer] * 5
    with pytest.raises(raised) as told:
        fetch()
    if raised is BrokerBusy:
        assert told.value.data["seconds"] == 120  # type: ignore[attr-defined]


def test_a_slow_exchange_is_given_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, *[100.0] * 20])
    monkeypatch.setattr(connector, "monotonic", lambda: next(moments))
    with pytest.raises(BrokerUnreachable, match="did not finish"):
        fetch()


def test_exchanges_are_known_by_name() -> None:
    assert is_exchange("kraken") and is_exchange("bybit")
    assert not is_exchange("") and not is_exchange("mt5") and not is_exchange("__import__")

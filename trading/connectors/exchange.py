"""I speak to any exchange ccxt knows that tells its clients' trades; its fills become round trips here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from time import monotonic
from typing import Any

from aetheris import clock
from trading.brokers.directory import brokers
from trading.connectors import (
    Access,
    Ask,
    BrokerBusy,
    BrokerRefused,
    BrokerUnreachable,
    Connector,
    Fetched,
    Standing,
    connectors,
)
from trading.filling import Deal, Filling
from trading.positions import OpenPosition

PAGE, PAGES = 500, 40
FIRST_MS = 1_262_304_000_000  # 2010: no exchange is older


@cache
def exchanges() -> dict[str, Any]:
    """The classes of all exchanges with a history of one's own trades, by their ids."""
    import ccxt

    return {one.exchange: getattr(ccxt, one.exchange) for one in brokers() if hasattr(ccxt, one.exchange or " ")}


def is_exchange(name: str) -> bool:
    """By our own list, so that nothing as heavy as ccxt is loaded to say no."""
    return bool(name) and any(one.exchange == name for one in brokers())


@connectors.named("ccxt")
class Exchange(Connector):
    title = "Crypto exchange"
    about = (
        "Give a key that may only read. Trades quoted in another money than the account's are left out and counted, "
        "since there is no rate; name the coins that count as it."
    )
    asks = (
        Ask("exchange", "Exchange", help="Its name as ccxt writes it: binance, kraken, bybit, okx."),
        Ask("api_key", "API key", where="api_key", secret=True),
        Ask("api_secret", "API secret", where="api_secret", secret=True),
        Ask("password", "API passphrase", secret=True, required=False, help="Only where the exchange asks for one."),
        Ask(
            "symbols", "Markets", required=False, help="Comma apart, as BTC/USDT. Needed where an exchange wants them."
        ),
        Ask("same_as", "Coins that count as the account's money", required=False, help="Comma apart, as USDT, USDC."),
    )

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        name = str(access.config.get("exchange", ""))
        if not is_exchange(name):
            raise BrokerRefused(broker=name[:40] or "The exchange", why="ccxt knows no such exchange with own trades")
        told = {
            "apiKey": access.api_key, "secret": access.api_secret, "password": access.config.get("password", ""),
            "enableRateLimit": True, "timeout": 10_000, "options": {"maxRetriesOnFailure": 0},
        }  # fmt: skip
        self.exchange = exchanges()[name](told)
        self.exchange.number = str  # no price and no fee ever passes through a float
        self.name = self.exchange.name
        self.until = monotonic() + access.seconds

    def authenticate(self) -> None:
        self.balance = self._asked(self.exchange.fetch_balance)

    def fetch_trades(self, cursor: str | None) -> Fetched:
        since = int(json.loads(cursor)["since"]) if cursor else FIRST_MS
        told, latest = [], since
        for symbol in self._symbols():
            for trade in self._pages(symbol, since):
                told.append(trade)
                latest = max(latest, int(trade["timestamp"]))
        filling = Filling(f"ccxt:{self.exchange.id}", self.access.memory, self._moneys())
        rows = filling.rows(self._deal(trade) for trade in told)
        return Fetched(tuple(rows), json.dumps({"since": latest}), filling.memory())

    def _symbols(self) -> list[str | None]:
        named = [one.strip() for one in str(self.access.config.get("symbols", "")).split(",") if one.strip()]
        return list(named) or [None]

    def _pages(self, symbol: str | None, since: int) -> Iterator[dict[str, Any]]:
        """From the moment of the last trade on, itself too: others may have the same; those known are passed over."""
        seen: set[str] = set()
        for _ in range(PAGES):
            page = self._asked(self.exchange.fetch_my_trades, symbol, since, PAGE)
            new = [trade for trade in page if str(trade["id"]) not in seen]
            yield from new
            seen.update(str(trade["id"]) for trade in new)
            if not new:
                return
            since = max(int(trade["timestamp"]) for trade in new)

    def _deal(self, told: dict[str, Any]) -> Deal:
        market = self.exchange.markets.get(told["symbol"], {}) if self.exchange.markets else {}
        price, fee = Decimal(str(told["price"])), told.get("fee") or {}
        quote = str(market.get("settle") or market.get("quote") or told["symbol"].partition("/")[2].partition(":")[0])
        return Deal(
            id=str(told["id"]), symbol=told["symbol"], buys=told["side"] == "buy", quantity=_decimal(told["amount"]),
            price=price, at=datetime.fromtimestamp(int(told["timestamp"]) / 1000, UTC), quote=quote,
            multiplier=_decimal(market.get("contractSize") or 1), inverse=bool(market.get("inverse")),
            fee=_decimal(fee.get("cost") or 0), fee_currency=str(fee.get("currency") or quote),
            base=str(market.get("base") or told["symbol"].partition("/")[0]), asset_class="crypto",
        )  # fmt: skip

    def _moneys(self) -> set[str]:
        named = {one.strip().upper() for one in str(self.access.config.get("same_as", "")).split(",") if one.strip()}
        return named | {self.access.currency}

    def fetch_standing(self) -> Standing | None:
        """The account's own money and, where the exchange tells them, its positions."""
        total = self.balance.get("total") or {}
        held = [_decimal(total[coin]) for coin in self._moneys() if total.get(coin) is not None]
        positions = self._positions() if self.exchange.has.get("fetchPositions") is True else []
        balance = sum(held, Decimal(0)) if held else None
        return Standing(clock.now(), balance=balance, positions=positions)

    def _positions(self) -> list[OpenPosition]:
        found = []
        for told in self._asked(self.exchange.fetch_positions):
            if told.get("contracts") and told.get("entryPrice"):
                size = _decimal(told["contracts"]) * _decimal(told.get("contractSize") or 1)
                found.append(OpenPosition(
                    symbol=told["symbol"], side="short" if told.get("side") == "short" else "long", quantity=abs(size),
                    entry_price=_decimal(told["entryPrice"]), mark_price=_maybe(told.get("markPrice")),
                    open_profit=_maybe(told.get("unrealizedPnl")),
                ))  # fmt: skip
        return found

    def _asked(self, question: Any, *told: Any) -> Any:
        import ccxt

        if monotonic() > self.until:
            raise BrokerUnreachable(broker=self.name, why=f"it did not finish within {self.access.seconds:g} s")
        try:
            return question(*told)
        except (ccxt.RateLimitExceeded, ccxt.DDoSProtection) as busy:
            raise BrokerBusy(broker=self.name, seconds=_wait(self.exchange)) from busy
        except (ccxt.AuthenticationError, ccxt.PermissionDenied, ccxt.ArgumentsRequired, ccxt.BadSymbol) as refusal:
            raise BrokerRefused(broker=self.name, why=f"{type(refusal).__name__}, {_short(refusal)}") from refusal
        except (ccxt.BaseError, OSError, InvalidOperation, KeyError, TypeError) as lost:
            raise BrokerUnreachable(broker=self.name, why=f"{type(lost).__name__}, {_short(lost)}") from lost

    def close(self) -> None:
        if session := getattr(self.exchange, "session", None):
            session.close()


@dataclass(frozen=True, slots=True)
class Support:
    """What one exchange supports, by ccxt's own word."""

    id: str
    name: str
    trades: bool
    positions: bool
    balance: bool
    needs_market: bool


@cache
def supported() -> list[Support]:
    found = []
    for name, kind in exchanges().items():
        told = kind()
        found.append(Support(name, told.name, True, told.has.get("fetchPositions") is True,
                             told.has.get("fetchBalance") is True, name in NEEDS_MARKET))  # fmt: skip
    return found


NEEDS_MARKET = frozenset(
    ["binance", "binanceus", "binanceusdm", "binancecoinm", "mexc", "bitbank", "bitso", "btcmarkets"]
)


def _wait(exchange: Any) -> float:
    """What the exchange asks for in Retry-After, else a minute."""
    told = {name.lower(): value for name, value in (exchange.last_response_headers or {}).items()}
    text = str(told.get("retry-after", ""))
    return min(float(text), 3600.0) if text.isdigit() else 60.0


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _maybe(value: Any) -> Decimal | None:
    return None if value is None else _decimal(value)


def _short(flaw: BaseException) -> str:
    return " ".join(str(flaw).split())[:160]

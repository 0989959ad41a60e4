"""I turn the executions of an Interactive Brokers Flex file into fills."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Manner
from trading.reading.fingerprints import LENGTH, Fingerprints
from trading.reading.flex_elements import EXECUTIONS, SUMMARIES, elements_of
from trading.reading.gathering import Gathering
from trading.reading.numbers import NOTHING
from trading.reading.texts import plain
from trading.reading.times import date_order
from trading.trips import Effect, Fill

EFFECTS: Mapping[str, Effect] = {"O": "open", "C": "close", "C;O": "net", "": "net"}
NO_PRICE_MULTIPLIER = {"", "0"}
MULTIPLIED = {"OPT", "FUT", "FOP", "WAR", "FSFOP", "FSOPT"}
IDS = ("ibExecID", "tradeID", "transactionID")
SAME_ROW = ("accountId", "symbol", "dateTime", "tradeDate", "tradeTime", "buySell", "quantity", "tradePrice")
NO_IDS = "the query has no IBExecID and no TradeID: equal executions are told apart by their number"
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Execution:
    """A fill with what only IBKR says of it; `rate` turns its currency into the account's base currency."""

    fill: Fill
    rate: Decimal
    category: str
    raw: dict[str, str]


@dataclass(slots=True)
class Flex:
    """`realized` sums the broker's own results, None if the query leaves them out; `other_rows` counts summaries."""

    executions: list[Execution] = field(default_factory=list)
    accounts: dict[str, None] = field(default_factory=dict)
    currency: str | None = None
    realized: Decimal | None = None
    other_rows: int = 0


def read_flex(document: Document, manner: Manner, gathering: Gathering, currency: str | None) -> Flex:
    """All executions of the file. `currency` is the account's, for a file that does not name its base currency."""
    elements = elements_of(document)
    base = {attributes.get("currency", "") for tag, attributes in elements if tag == "AccountInformation"} - {""}
    fingerprints = Fingerprints()
    trades = [identified(attributes, fingerprints) for tag, attributes in elements if tag in EXECUTIONS]
    manner.order = manner.order or date_order(trade.get("dateTime", "") for trade in trades)
    flex = read_executions(list(enumerate(trades, 1)), manner, gathering, currency=currency, base=base)
    flex.other_rows += sum(tag in SUMMARIES for tag, _ in elements)
    return flex


def identified(trade: dict[str, str], fingerprints: Fingerprints) -> dict[str, str]:
    """An execution of a query without any ids is known by what it says and by its number among its equals."""
    if any(trade.get(name) for name in IDS) or trade.get("levelOfDetail", "EXECUTION").upper() != "EXECUTION":
        return trade
    return trade | {"ibExecID": fingerprints.of(trade.get(name, "") for name in SAME_ROW)}


def read_executions(
    trades: list[tuple[int, dict[str, str]]],
    manner: Manner,
    gathering: Gathering,
    *,
    currency: str | None,
    base: Collection[str] = (),
) -> Flex:
    """Executions given as their attributes by row; `base` is what the file says of the account's currency."""
    flex = Flex(currency=_base_currency(set(base), [trade for _, trade in trades], currency))
    reader = _Reader(flex, manner, gathering)
    for number, attributes in trades:
        with gathering.row(number):
            reader.take(number, attributes)
    reader.finish()
    if any("-" in execution.fill.name[LENGTH:] for execution in flex.executions):
        gathering.note(NO_IDS)
    return flex


def _base_currency(stated: set[str], trades: list[dict[str, str]], wished: str | None) -> str | None:
    """The file's own base currency, else the account's, else the one that all trades share."""
    if len(stated) == 1:
        return next(iter(stated))
    shared = {trade.get("currency", "") for trade in trades} - {""}
    return wished or (next(iter(shared)) if len(shared) == 1 else None)


class _Reader:
    def __init__(self, flex: Flex, manner: Manner, gathering: Gathering) -> None:
        self.flex = flex
        self.manner = manner
        self.gathering = gathering
        self.seen: dict[str, tuple[int, dict[str, str]]] = {}
        self.conversions = 0
        self.dateless = 0

    def take(self, number: int, trade: dict[str, str]) -> None:
        detail = trade.get("levelOfDetail", "EXECUTION").upper()
        if detail != "EXECUTION":
            self.flex.other_rows += 1
            return
        notes = set(trade.get("notes", "").replace(",", ";").split(";"))
        if "AFx" in notes:
            self.conversions += 1
            return
        if "Ca" in notes or "(Ca.)" in trade.get("buySell", ""):
            self._cancel(trade)
            return
        name = _identity(trade)
        if name in self.seen:
            if self.seen[name][1] != trade:
                first = self.seen[name][0]
                raise CellRefused(
                    "ibExecID", f"{name} stands in row {first} already with other figures; export it again"
                )
            self.gathering.note(f"execution {name} is printed twice and was taken once")
            return
        self.seen[name] = number, trade
        self._take_execution(name, number, trade)

    def _take_execution(self, name: str, number: int, trade: dict[str, str]) -> None:
        quantity = self._number(trade, "quantity")
        if not quantity:
            raise CellRefused("quantity", "is zero or blank; an execution has a quantity")
        rate = self._rate(trade)
        fill = Fill(
            name=name,
            book=f"{trade.get('accountId', '')}/{trade.get('conid') or trade.get('symbol', '')}",
            symbol=self._needed(trade, "symbol"),
            buys=self._buys(trade, quantity),
            quantity=abs(quantity),
            price=self._number(trade, "tradePrice"),
            at=self._moment(trade, number),
            effect=_effect(trade),
            multiplier=ONE if trade.get("multiplier", "") in NO_PRICE_MULTIPLIER else self._number(trade, "multiplier"),
            worth=self._worth(trade),
            costs=self._costs(trade, rate),
            row=number,
        )
        raw = {name: text for name, value in trade.items() if (text := plain(value))}
        category = trade.get("assetCategory", "")
        self.flex.executions.append(Execution(fill, rate, category, raw))
        if account := plain(trade.get("accountId", "")):
            self.flex.accounts.setdefault(account)
        if category != "CASH" and trade.get("fifoPnlRealized", "") not in NOTHING:
            realized = self._number(trade, "fifoPnlRealized") * rate
            self.flex.realized = (self.flex.realized or ZERO) + realized

    def _buys(self, trade: dict[str, str], quantity: Decimal) -> bool:
        side = trade.get("buySell", "").upper()
        if side not in {"BUY", "SELL", ""}:
            raise CellRefused("buySell", f"{side[:20]!r} is neither BUY nor SELL; run the query again")
        if side == "BUY" and quantity < 0:
            raise CellRefused(
                "quantity", f"is {quantity} for a BUY; IBKR signs sales below zero, so one of them is wrong"
            )
        return side == "BUY" if side else quantity > 0

    def _rate(self, trade: dict[str, str]) -> Decimal:
        """From the trade's currency into the account's: one where they agree, else only what the file itself says."""
        currency = trade.get("currency", "")
        if not currency or currency == self.flex.currency:
            return ONE
        if trade.get("fxRateToBase", "") not in NOTHING and (rate := self._number(trade, "fxRateToBase")) > 0:
            return rate
        if self.flex.currency is None:
            self.gathering.note("the file names no base currency and no rates: each trade is in its own currency")
            return ONE
        reason = (
            f"is {plain(currency)[:8]}, the account is kept in {self.flex.currency}; add fxRateToBase to the Flex query"
        )
        raise CellRefused("currency", reason)

    def _costs(self, trade: dict[str, str], rate: Decimal) -> Decimal:
        """Commission and taxes in the trade's own currency, positive when paid."""
        taxes = -self._number(trade, "taxes") if trade.get("taxes", "") not in NOTHING else ZERO
        if trade.get("ibCommission", "") in NOTHING:
            return taxes
        commission = -self._number(trade, "ibCommission")
        paid_in = trade.get("ibCommissionCurrency", "") or trade.get("currency", "")
        if not commission or paid_in == trade.get("currency", ""):
            return taxes + commission
        if paid_in == self.flex.currency:
            return taxes + commission / rate
        self.gathering.note(f"commissions paid in {plain(paid_in)[:8]} are in no result: the file has no rate for them")
        return taxes

    def _worth(self, trade: dict[str, str]) -> Decimal | None:
        """Without a multiplier the proceeds say what a contract came to; a derivative without either is refused."""
        if trade.get("multiplier", "") not in NO_PRICE_MULTIPLIER:
            return None
        for name in ("proceeds", "tradeMoney"):
            if trade.get(name, "") not in NOTHING and (amount := self._number(trade, name)):
                return abs(amount)
        if trade.get("assetCategory", "").upper() in MULTIPLIED:
            raise CellRefused("multiplier", "is missing for a derivative; add multiplier to the query's Trades section")
        return None

    def _moment(self, trade: dict[str, str], number: int) -> datetime:
        text = trade.get("dateTime", "")
        if not text and trade.get("tradeDate"):
            text = " ".join(part for part in (trade["tradeDate"], trade.get("tradeTime", "")) if part)
        if ":" not in text and not (";" in text or len(text) > 10):
            self.dateless += 1
        return self.manner.moment("dateTime", text, number)

    def _cancel(self, trade: dict[str, str]) -> None:
        """A cancellation takes back the execution it names, or the one that is its mirror image."""
        mirror = _mirror(trade)
        for index in range(len(self.flex.executions) - 1, -1, -1):
            raw = self.flex.executions[index].raw
            if raw.get("tradeID") == trade.get("origTradeID") or _figures(raw) == mirror:
                del self.flex.executions[index]
                self.gathering.note(
                    f"execution {raw.get('ibExecID') or raw.get('tradeID')} was cancelled and is no trade"
                )
                return
        raise CellRefused("notes", "cancels an execution that is not in the file; run the query from an earlier date")

    def finish(self) -> None:
        if self.conversions:
            self.gathering.note(f"{self.conversions} automatic currency conversions (AFx) are no trades")
        if self.dateless:
            self.gathering.note(f"{self.dateless} executions have a date without time; add dateTime to the Flex query")

    def _needed(self, trade: dict[str, str], name: str) -> str:
        found = plain(trade.get(name, ""))
        if not found:
            raise CellRefused(name, f"is missing; add {name} to the Flex query's Trades section")
        return found

    def _number(self, trade: dict[str, str], name: str) -> Decimal:
        return self.manner.number(name, self._needed(trade, name))


def _identity(trade: dict[str, str]) -> str:
    for name in IDS:
        if found := plain(trade.get(name, "")):
            return found
    raise CellRefused(
        "ibExecID", "is missing; add ibExecID or tradeID to the Flex query, else trades could count twice"
    )


def _effect(trade: dict[str, str]) -> Effect:
    indicator = trade.get("openCloseIndicator", "").upper().replace("O;C", "C;O")
    if indicator not in EFFECTS:
        raise CellRefused("openCloseIndicator", f"{plain(indicator)[:20]!r} is not known; it should be O, C or C;O")
    return EFFECTS[indicator]


def _figures(raw: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(raw.get(name, "") for name in ("symbol", "tradePrice", "quantity"))


def _mirror(trade: dict[str, str]) -> tuple[str, ...]:
    quantity = trade.get("quantity", "")
    opposite = quantity[1:] if quantity.startswith("-") else f"-{quantity}"
    return trade.get("symbol", ""), trade.get("tradePrice", ""), opposite

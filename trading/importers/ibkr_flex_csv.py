"""I read an Interactive Brokers Flex query delivered as CSV, whose columns are whatever its owner chose."""

from collections.abc import Iterator, Mapping

from trading.importers import formats
from trading.importers.ibkr_flex import statement_of
from trading.reading.document import Document
from trading.reading.fingerprints import Fingerprints
from trading.reading.flex import identified, read_executions
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.rows import Statement

NAMES = {
    "clientaccountid": "accountId",
    "account id": "accountId",
    "currencyprimary": "currency",
    "currency": "currency",
    "assetclass": "assetCategory",
    "asset class": "assetCategory",
    "symbol": "symbol",
    "conid": "conid",
    "underlyingsymbol": "underlyingSymbol",
    "isin": "isin",
    "description": "description",
    "multiplier": "multiplier",
    "strike": "strike",
    "expiry": "expiry",
    "put/call": "putCall",
    "tradeid": "tradeID",
    "trade id": "tradeID",
    "transactionid": "transactionID",
    "iborderid": "ibOrderID",
    "ibexecid": "ibExecID",
    "datetime": "dateTime",
    "date/time": "dateTime",
    "tradedate": "tradeDate",
    "tradetime": "tradeTime",
    "quantity": "quantity",
    "tradeprice": "tradePrice",
    "price": "tradePrice",
    "proceeds": "proceeds",
    "taxes": "taxes",
    "ibcommission": "ibCommission",
    "commission": "ibCommission",
    "ibcommissioncurrency": "ibCommissionCurrency",
    "netcash": "netCash",
    "fifopnlrealized": "fifoPnlRealized",
    "open/closeindicator": "openCloseIndicator",
    "buy/sell": "buySell",
    "notes/codes": "notes",
    "notes": "notes",
    "code": "notes",
    "codes": "notes",
    "levelofdetail": "levelOfDetail",
    "fxratetobase": "fxRateToBase",
    "origtradeid": "origTradeID",
    "trademoney": "tradeMoney",
    "transactiontype": "transactionType",
}
NEEDED = {"quantity", "tradePrice", "buySell"}
OWN_WORDS = {
    "tradeprice",
    "currencyprimary",
    "ibcommission",
    "clientaccountid",
    "ibexecid",
    "trademoney",
    "notes/codes",
}
OPEN_CODES, CLOSE_CODES = {"O"}, {"C", "Ep", "Ex", "A", "GEA"}


def columns_of(row: Row) -> dict[str, int] | None:
    words = [word(cell) for cell in row.cells]
    columns: dict[str, int] = {}
    for index, header in enumerate(words):
        if name := NAMES.get(header):
            columns.setdefault(name, index)
    timed = "dateTime" in columns or "tradeDate" in columns
    return columns if set(columns) >= NEEDED and timed and OWN_WORDS & set(words) else None


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(columns_of(row) for row in document.head)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.order(document)
    trades = list(_trades(document))
    flex = read_executions(trades, manner, gathering, currency=wishes.currency)
    return statement_of(flex, gathering, wishes, manner, format="ibkr_flex_csv")


def _trades(document: Document) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row as the attributes that the same query gives in XML; section marks and other sections are left out."""
    fingerprints = Fingerprints()
    columns: dict[str, int] | None = None
    for row in document.rows():
        if found := columns_of(row):
            columns = found
        elif (
            row.cell(0) in {"HEADER", "BOF", "EOF", "BOS", "EOS", "BOA", "EOA"}
            or word(row.cell(0)) == "clientaccountid"
        ):
            columns = None if row.cell(0) in {"HEADER", "BOS", "EOS"} or columns is None else columns
        elif columns:
            yield row.number, _attributes(row, columns, fingerprints)


def _attributes(row: Row, columns: Mapping[str, int], fingerprints: Fingerprints) -> dict[str, str]:
    trade = {name: text for name, index in columns.items() if (text := row.cell(index))}
    trade["symbol"] = trade.get("symbol") or trade.get("isin", "")
    if not trade["symbol"]:
        del trade["symbol"]
    codes = set(trade.get("notes", "").replace(",", ";").split(";"))
    if "openCloseIndicator" not in trade and len(
        found := codes & OPEN_CODES | ({"C"} if codes & CLOSE_CODES else set())
    ):
        trade["openCloseIndicator"] = "C;O" if len(found) == 2 else found.pop()
    return identified(trade, fingerprints)


formats.register(
    "ibkr_flex_csv", Importer(title="Interactive Brokers Flex query (CSV)", recognises=recognises, read=read)
)

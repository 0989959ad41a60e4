"""I read the Trades of an Interactive Brokers activity statement in CSV, in English and German."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields, Manner
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.ibkr_sections import Sections, is_statement
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.texts import word
from trading.reading.totals import our_totals, reconciled
from trading.rows import Reconciled, Statement
from trading.trips import Effect, Fill

NAMES = {
    **dict.fromkeys(("datadiscriminator",), "level"),
    **dict.fromkeys(("asset category", "vermögenswertkategorie"), "category"),
    **dict.fromkeys(("currency", "währung"), "currency"),
    **dict.fromkeys(("symbol",), "symbol"),
    **dict.fromkeys(("account", "konto"), "account"),
    **dict.fromkeys(("date/time", "datum/zeit"), "time"),
    **dict.fromkeys(("quantity", "menge"), "quantity"),
    **dict.fromkeys(("t. price", "transaktionskurs", "t.-kurs"), "price"),
    **dict.fromkeys(("proceeds", "erlös", "notional value", "nennwert"), "proceeds"),
    **dict.fromkeys(("comm/fee", "prov./gebühr", "provision/gebühr"), "commission"),
    **dict.fromkeys(("realized p/l", "realisierter g&v", "realisierte g&v"), "realized"),
    **dict.fromkeys(("code",), "codes"),
    **dict.fromkeys(("currency", "exchange rate", "wechselkurs"), "rate"),
}
NAMES["currency"] = "currency"
TRADES = {"trades", "transaktionen"}
ACCOUNT = {"account information", "kontoinformation"}
RATES = {"base currency exchange rate", "basiswährung wechselkurs"}
ASSETS = {
    "stocks": "stock",
    "aktien": "stock",
    "equity and index options": "option",
    "futures": "future",
    "aktien- und indexoptionen": "option",
    "options on futures": "option",
    "forex": "forex",
    "devisen": "forex",
    "cfds": "cfd",
    "bonds": "bond",
    "anleihen": "bond",
    "funds": "fund",
    "crypto": "crypto",
    "warrants": "warrant",
}
NEEDED = ("symbol", "time", "quantity", "price")
SAME_ROW = ("account", "category", "currency", "symbol", "time", "quantity", "price", "proceeds", "commission")
ZERO, ONE = Decimal(0), Decimal(1)


def recognises(document: Document, wishes: Wishes) -> bool:
    return is_statement(document) and not _is_history(document)


def _is_history(document: Document) -> bool:
    return any(word(row.cell(0)) in {"transaction history", "transaktionsverlauf"} for row in document.head)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.mark = wishes.decimal or manner.mark or "."
    manner.order = wishes.order(document)
    reader = _Reader(gathering, manner, wishes)
    for section, kind, fields in Sections(NAMES).rows(document, manner):
        with gathering.row(fields.row.number):
            reader.take(section, kind, fields)
    reader.finish()
    wishes.tell_zone(manner, gathering)
    ledger = reader.ledger
    return gathering.statement(
        format="ibkr_activity",
        broker="ibkr",
        account=ledger.account() or reader.identity or None,
        currency=ledger.currency(),
        reconciliation=reader.proof(),
    )


class _Reader:
    def __init__(self, gathering: Gathering, manner: Manner, wishes: Wishes) -> None:
        self.gathering, self.manner, self.wishes = gathering, manner, wishes
        self.ledger = Ledger(gathering, wishes, broker="ibkr")
        self.base = ""
        self.identity = ""
        self.rates: dict[str, Decimal] = {}
        self._levels: dict[str, list[Fields]] = {"order": [], "trade": []}
        self._cancelled = 0
        self._realized: dict[str, Decimal] = {}

    def take(self, section: str, kind: str, fields: Fields) -> None:
        if section in ACCOUNT and kind == "data":
            self._identify(*fields.row.cells[2:4])
        elif section in RATES and kind == "data" and fields.optional("rate"):
            self.rates[fields.text("currency").upper()] = fields.number("rate")
        elif section in TRADES and kind == "data":
            level = word(fields.text("level"))
            if level in {"order", "trade"} and all(name in fields.columns for name in NEEDED):
                self._levels[level].append(fields)
        elif section in TRADES and kind == "total" and not fields.text("symbol"):
            self._total(fields)

    def _identify(self, name: str = "", value: str = "") -> None:
        if word(name) in {"base currency", "basiswährung"}:
            self.base = value.strip().upper()
        elif word(name) in {"account", "konto"}:
            self.identity = value.split(" ")[0]

    def _total(self, fields: Fields) -> None:
        """Plain currency is left out: IBKR realises nothing on it."""
        if ASSETS.get(word(fields.text("category"))) == "forex" or fields.optional("realized") is None:
            return
        currency = fields.text("currency").upper()
        self._realized[currency] = self._realized.get(currency, ZERO) + fields.number("realized")

    def finish(self) -> None:
        if self.base and not self.wishes.currency:
            self.ledger.base = self.base if self._one_currency_or_rates() else None
        fingerprints = Fingerprints()
        for fields in self._levels["order"] or self._levels["trade"]:
            with self.gathering.row(fields.row.number):
                self._take_trade(fields, fingerprints)
        if self._cancelled:
            self.gathering.note(f"{self._cancelled} cancelled executions are no trades")
        self.ledger.add_trades()

    def _one_currency_or_rates(self) -> bool:
        rows = self._levels["order"] or self._levels["trade"]
        return all(fields.text("currency").upper() in {self.base, *self.rates} for fields in rows)

    def _take_trade(self, fields: Fields, fingerprints: Fingerprints) -> None:
        codes = set(fields.text("codes").replace(",", ";").replace(" ", "").split(";"))
        if "Ca" in codes:
            self._cancelled += 1
            return
        quantity, symbol, account = fields.number("quantity"), fields.needed("symbol"), fields.text("account")
        if not quantity:
            raise CellRefused("quantity", "is zero; an execution has a quantity")
        asset = ASSETS.get(word(fields.text("category")), "other")
        currency, rate = self._money(fields.text("currency").upper())
        proceeds = fields.optional("proceeds")
        if not proceeds and asset in {"option", "future"}:
            raise CellRefused("proceeds", "is blank for a contract, so its multiplier is unknown; export it again")
        price = fields.number("price")
        fill = Fill(
            name=fingerprints.of(fields.text(name) for name in SAME_ROW),
            book=f"{account}/{asset}/{symbol}",
            symbol=symbol,
            buys=quantity > 0,
            quantity=abs(quantity),
            price=price,
            at=fields.moment("time"),
            effect=_effect(codes),
            costs=-fields.amount("commission") * rate - self._base_commission(fields, currency) + ZERO,
            worth=(abs(proceeds) if proceeds else abs(quantity) * price) * rate,
            row=fields.row.number,
        )
        self.ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class=asset, currency=currency, account=account))

    def _base_commission(self, fields: Fields, currency: str) -> Decimal:
        """Commissions on currencies are printed in the account's own currency, whatever the trade's is."""
        amount = fields.amount("commission_in_base")
        if amount and currency != self.base:
            self.ledger.foreign_fee(self.base, fields.row.number)
            return ZERO
        return amount

    def _money(self, currency: str) -> tuple[str, Decimal]:
        """Into the account's currency at the statement's own rate, where it prints one."""
        base = self.ledger.base
        if not base or currency in {base, ""} or currency not in self.rates or base != self.base:
            return currency, ONE
        self.gathering.note(f"amounts in {currency} are converted at the statement's own rate {self.rates[currency]}")
        return base, self.rates[currency]

    def proof(self) -> tuple[Reconciled, ...]:
        """IBKR's realised P/L is after both commissions."""
        trades = [trade for trade in self.gathering.trades if trade.asset_class != "forex"]
        lines: list[Reconciled] = []
        for currency, stated in self._realized.items():
            mine = [trade for trade in trades if trade.raw.get("currency", "").upper() == currency]
            name = "net_profit" if len(self._realized) == 1 else f"net_profit_{currency}"
            rate = self._money(currency)[1]
            lines += reconciled({name: stated * rate}, {name: our_totals(mine)["net_profit"]})
        return tuple(lines)


def _effect(codes: set[str]) -> Effect:
    opens, closes = "O" in codes, bool(codes & {"C", "Ep", "Ex", "A"})
    return "net" if opens == closes else "open" if opens else "close"


formats.register(
    "ibkr_activity",
    Importer(title="Interactive Brokers activity statement (CSV)", recognises=recognises, read=read),
)

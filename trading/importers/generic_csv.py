"""I read any table that names its columns as ours are named, or that a mapping makes so."""

from collections.abc import Mapping
from decimal import Decimal

from trading.importers import formats
from trading.reading.columns import has_all
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields, Manner
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.rows import Row
from trading.reading.texts import plain, word
from trading.rows import Side, Statement, TradeRow

NEEDED = ("symbol", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "pnl")
OPTIONAL = (
    *("id", "gross_pnl", "pnl_percent", "commissions", "swap", "slippage", "mfe", "mae", "stop_loss", "take_profit"),
    *("initial_risk", "duration_ms", "tags", "emotions", "setup", "trade_notes"),
)
KNOWN = {*NEEDED, *OPTIONAL}
SAME_ROW = (*NEEDED, "commissions", "swap")
OTHER_NAMES = {"commission": "commissions", "trade_id": "id", "notes": "trade_notes"}
SIDES: Mapping[str, Side] = {
    "long": "long",
    "buy": "long",
    "b": "long",
    "l": "long",
    "short": "short",
    "sell": "short",
    "s": "short",
}
HEADER_WITHIN = 10
SAME_TO = Decimal("0.01")


def columns_in(row: Row, mapping: Mapping[str, str]) -> dict[str, int] | None:
    """Our columns by index if this row is the header; a mapping gives {our name: the file's name}."""
    theirs = {word(name): ours for ours, name in mapping.items()}
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        header = word(cell)
        ours = theirs.get(header) or header.replace(" ", "_")
        ours = OTHER_NAMES.get(ours, ours)
        if ours in KNOWN:
            found.setdefault(ours, index)
    return found if has_all(found, NEEDED) else None


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(
        columns_in(row, wishes.mapping) for row in document.head[:HEADER_WITHIN]
    )


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.date_order or document.date_order
    table, columns = _Table(gathering, manner), None
    for row in document.rows():
        if columns is None:
            columns = columns_in(row, wishes.mapping)
        else:
            with gathering.row(row.number):
                gathering.add(table.trade(Fields(row, columns, manner)))
    if columns is None:
        raise StatementIncomplete(
            name=document.name,
            missing=f"a header row with the columns {', '.join(NEEDED)}",
            cure="Rename the columns so, or give a mapping from ours to yours.",
        )
    wishes.tell_zone(manner, gathering)
    if table.uneven:
        rows = ", ".join(str(row) for row in table.uneven[:5])
        gathering.note(f"gross_pnl is not pnl + commissions - swap in {len(table.uneven)} rows (first: {rows})")
    return gathering.statement(format="generic_csv", broker="csv", currency=wishes.currency)


class _Table:
    def __init__(self, gathering: Gathering, manner: Manner) -> None:
        self.gathering = gathering
        self.manner = manner
        self.fingerprints = Fingerprints()
        self.uneven: list[int] = []

    def trade(self, fields: Fields) -> TradeRow:
        side = fields.text("side").lower()
        if side not in SIDES:
            raise CellRefused("side", f"{side[:40]!r} is not known; write long or short")
        entry = fields.moment("entry_time")
        exit_ = fields.moment_after("exit_time", entry) if fields.bare("exit_time") else None
        pnl, costs, swap = fields.optional("pnl"), fields.amount("commissions"), fields.amount("swap")
        if exit_ is None and pnl is not None:
            raise CellRefused("exit_time", "is blank although the row has a pnl; give the time, or leave pnl blank")
        gross = fields.optional("gross_pnl")
        if pnl is not None and gross is None:
            gross = pnl + costs - swap
        elif pnl is not None and gross is not None and abs(gross - costs + swap - pnl) > SAME_TO:
            self.uneven.append(fields.row.number)
        return TradeRow(
            broker="csv",
            broker_trade_id=fields.text("id") or self._fingerprint(fields),
            symbol=fields.needed("symbol"),
            side=SIDES[side],
            quantity=fields.number("quantity"),
            entry_price=fields.number("entry_price"),
            entry_time=entry,
            exit_price=fields.optional("exit_price"),
            exit_time=exit_,
            gross_pnl=gross,
            pnl=pnl,
            pnl_percent=fields.optional("pnl_percent"),
            commissions=costs,
            swap=swap,
            slippage=fields.optional("slippage"),
            mfe=fields.optional("mfe"),
            mae=fields.optional("mae"),
            stop_loss=fields.level("stop_loss"),
            take_profit=fields.level("take_profit"),
            initial_risk=fields.optional("initial_risk"),
            setup=fields.text("setup") or None,
            tags=_several(fields.bare("tags")),
            emotions=_several(fields.bare("emotions")),
            trade_notes=fields.text("trade_notes"),
            raw=fields.raw(),
            row=fields.row.number,
        )

    def _fingerprint(self, fields: Fields) -> str:
        """From what the row itself says, never from the zone its times are read in: so that another zone is noticed."""
        return self.fingerprints.of(_canonical(fields, name) for name in SAME_ROW)


def _canonical(fields: Fields, name: str) -> str:
    text = fields.bare(name)
    try:
        return format(fields.manner.number(name, text).normalize(), "f") if text else ""
    except CellRefused:
        return text.lower()


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kept for part in cell.split(";") if (kept := plain(part.strip()))))


formats.register(
    "generic_csv", Importer(title="CSV with our column names", recognises=recognises, read=read, streams=True)
)

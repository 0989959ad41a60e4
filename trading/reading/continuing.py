"""I join a file to the trades known already: what it tells again is taken off, what it closes may have begun before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from trading.rows import TradeRow
from trading.trips import Fill, part_of

ZERO, CENT = Decimal(0), Decimal("0.01")
ENTRY, EXIT, WORTH = "entry", "exit", "worth"  # under which a trade's own fields name its fills


@dataclass(slots=True)
class Continued:
    """`fills` are to be paired; `begun` are the open trades of earlier files among them, by the name of their fill;
    `told` are the known closed trades that the file tells again, by the row that does."""

    fills: list[Fill] = field(default_factory=list)
    begun: dict[str, TradeRow] = field(default_factory=dict)
    told: list[TradeRow] = field(default_factory=list)


def anywhere(fill: Fill, trade: TradeRow) -> bool:
    return True


def continued(
    fills: Iterable[Fill],
    known: Iterable[TradeRow],
    *,
    paired: bool = True,
    one_book: Callable[[Fill, TradeRow], bool] = anywhere,
) -> Continued:
    """A pair once made stays made, so that reading another period never changes a trade of an earlier one. Unless lots
    are merged at their average, what the file now says of a pair is told where it differs. `one_book` says whether a
    fill and a known trade of one symbol may close one another."""
    file = {fill.name: fill for fill in fills}
    joined = Continued()
    used: dict[str, Decimal] = defaultdict(Decimal)
    splits = {fill.book for fill in file.values() if fill.effect == "split"}
    if splits:
        known = tuple(known)
        splits -= _begun_before(file, known)
    for trade in known:
        entry, exit_ = trade.raw.get(ENTRY, ""), trade.raw.get(EXIT, "")
        if splits and entry in file and file[entry].book in splits:
            continue  # sizes before a split are none after it: told from the start, it is paired anew, as it was
        if trade.is_open:
            _begin(trade, entry, file, joined, one_book)
            continue
        used[entry] += trade.quantity
        used[exit_] += trade.quantity
        first, last = file.get(entry), file.get(exit_)
        if first and last:
            joined.told.append(_retold(trade, first, last) if paired else replace(trade, row=last.row))
        elif fill := first or last:
            joined.told.append(replace(trade, row=fill.row))
    joined.fills += [rest for fill in file.values() if (rest := _rest(fill, used[fill.name]))]
    return joined


def _begun_before(file: Mapping[str, Fill], known: Iterable[TradeRow]) -> set[str]:
    """The books of which a known trade was opened before the file begins."""
    symbols = {trade.symbol for trade in known if trade.raw.get(ENTRY, "") not in file}
    return {fill.book for fill in file.values() if fill.symbol in symbols}


def _retold(trade: TradeRow, entry: Fill, exit_: Fill) -> TradeRow:
    """The same trade, or with new figures where the broker has corrected a fill by a cent or more."""
    size = trade.quantity
    money = [part_of(fill.money, size, fill.quantity) for fill in (entry, exit_)]
    costs = sum((part_of(fill.costs, size, fill.quantity) for fill in (entry, exit_)), ZERO)
    gross = (money[1] - money[0]) * (1 if trade.side == "long" else -1)
    if exit_.gross is not None:
        gross = trade.gross_pnl or ZERO  # which lots it is for the file alone does not say
    same = abs(gross - (trade.gross_pnl or ZERO)) < CENT and abs(costs - trade.commissions) < CENT
    if same and (trade.entry_time, trade.exit_time) == (entry.at, exit_.at):
        return replace(trade, row=exit_.row)
    prices = {"entry_price": entry.price, "exit_price": exit_.price or trade.exit_price}
    times = {"entry_time": entry.at, "exit_time": exit_.at}
    net = gross - costs + trade.swap
    return replace(trade, **prices, **times, gross_pnl=gross, commissions=costs, pnl=net, row=exit_.row)  # type: ignore[arg-type]


def _begin(
    trade: TradeRow,
    entry: str,
    file: dict[str, Fill],
    joined: Continued,
    one_book: Callable[[Fill, TradeRow], bool],
) -> None:
    """An open trade whose own fill the file lacks goes in with the fills, if one of these could close it."""
    if not entry or entry in file:
        return
    closing = next((fill for fill in file.values() if _closes(fill, trade) and one_book(fill, trade)), None)
    if closing is None:
        return
    joined.begun[entry] = trade
    joined.fills.append(
        Fill(
            name=entry,
            book=closing.book,
            symbol=trade.symbol,
            buys=trade.side == "long",
            quantity=trade.quantity,
            price=trade.entry_price,
            at=trade.entry_time,
            effect="open",
            multiplier=closing.multiplier,
            costs=trade.commissions,
            worth=Decimal(trade.raw[WORTH]) if WORTH in trade.raw else None,
        )
    )


def _closes(fill: Fill, trade: TradeRow) -> bool:
    return fill.symbol == trade.symbol and fill.buys == (trade.side == "short") and fill.effect != "open"


def _rest(fill: Fill, used: Decimal) -> Fill | None:
    """What known trades have left of a fill."""
    left = fill.quantity - used
    if left <= 0:
        return None
    if not used:
        return fill
    return replace(
        fill,
        quantity=left,
        costs=fill.costs - part_of(fill.costs, used, fill.quantity),
        gross=None if fill.gross is None else fill.gross - part_of(fill.gross, used, fill.quantity),
        worth=None if fill.worth is None else fill.worth - part_of(fill.worth, used, fill.quantity),
        effect="net" if fill.effect == "through" else fill.effect,
    )

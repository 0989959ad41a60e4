"""I pick the elements that matter out of an Interactive Brokers Flex file, in their order."""

from trading.reading.document import Document
from trading.reading.errors import StatementDamaged, StatementTooLarge
from trading.reading.limits import ROWS
from trading.reading.markup import walk

CHUNK = 65_536
EXECUTIONS = {"Trade", "TradeConfirm"}
SUMMARIES = {"Order", "Lot", "SymbolSummary", "AssetSummary", "WashSale"}
CONFIRM_NAMES = {
    "price": "tradePrice",
    "commission": "ibCommission",
    "commissionCurrency": "ibCommissionCurrency",
    "execID": "ibExecID",
    "tax": "taxes",
    "code": "notes",
}


def elements_of(document: Document) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    wanted = EXECUTIONS | SUMMARIES | {"AccountInformation"}
    complete = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in wanted:
            names = CONFIRM_NAMES if tag == "TradeConfirm" else {}
            found.append((tag, {names.get(name, name): value for name, value in attributes.items()}))
        if len(found) > ROWS:
            raise StatementTooLarge(name=document.name, found=f"more than {ROWS:,} rows", limit=f"{ROWS:,} rows")

    def end(tag: str) -> None:
        nonlocal complete
        complete = complete or tag in {"FlexStatement", "FlexQueryResponse"}

    content = document.content
    pieces = (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    for _ in walk(document.name, pieces, start=start, end=end, row=lambda: len(found)):
        pass
    if not complete:
        raise StatementDamaged(name=document.name, reason="its FlexStatement never ends", row=len(found))
    return found

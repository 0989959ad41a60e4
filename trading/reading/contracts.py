"""I know what one point of a futures contract is worth, by its exact root; a root I do not know is asked for."""

import re
from collections.abc import Mapping
from decimal import Decimal

from trading.reading.errors import CellRefused

# Contract sizes from the exchanges' own contract specifications (CME Group, Eurex, ICE, Cboe), in the unit quoted.
SIZES = {
    "USD": """
ES 50, MES 5, NQ 20, MNQ 2, RTY 50, M2K 5, YM 5, MYM 0.5, EMD 100, NKD 5, VX 1000, VXM 100,
CL 1000, MCL 100, QM 500, BZ 1000, NG 10000, QG 2500, MNG 1000, RB 42000, HO 42000,
GC 100, MGC 10, QO 50, SI 5000, SIL 1000, QI 2500, HG 25000, MHG 2500, QC 12500, PL 50, PA 100,
ZB 1000, UB 1000, ZN 1000, TN 1000, ZF 1000, ZT 2000,
6A 100000, 6B 62500, 6C 100000, 6E 125000, 6J 12500000, 6M 500000, 6N 100000, 6S 125000,
M6A 10000, M6B 6250, M6E 12500, E7 62500, J7 6250000, DX 1000,
ZC 50, ZS 50, ZW 50, KE 50, ZO 50, ZM 100, ZL 600, XC 10, XW 10, XK 10, LE 400, HE 400, GF 500,
KC 375, CT 500, SB 1120, CC 10, OJ 150, BTC 5, MBT 0.1, ETH 50, MET 0.1, B 1000, G 100
""",
    "EUR": """
FDAX 25, FDXM 5, FDXS 1, FESX 10, FSXE 1, FVS 100, FGBL 1000, FGBM 1000, FGBS 1000, FGBX 1000, FOAT 1000, FBTP 1000
""",
    "CHF": "FSMI 10",
    "BRL": "WIN 0.2, IND 1, WDO 10, DOL 50",
}
CONTRACTS = {
    root: (Decimal(size), currency)
    for currency, sizes in SIZES.items()
    for root, size in (pair.split() for pair in sizes.replace("\n", " ").split(","))
}
CONTRACT = re.compile(
    r"/?(?P<root>[A-Z0-9]{1,5}?)"
    r"(?:[FGHJKMNQUVXZ](?:20)?[0-9]{1,2}| [0-9]{2}-[0-9]{2}| [A-Z]{3}[0-9]{2}|[0-9]!)"
)
EXCHANGE_AFTER = re.compile(r":[A-Z_]+$")
EXCHANGE_BEFORE = re.compile(r"^[A-Z_]+:")
FULL_NAME = re.compile(r"CON\.F\.[A-Z]+\.(?P<root>[A-Z0-9]+)\.[A-Z][0-9]{2}")


def root_of(symbol: str) -> str | None:
    """The contract's root, or None when the symbol is not written as a futures contract.

    >>> [root_of(name) for name in ("ESU6", "/ESZ26:XCME", "MNQ 12-26", "CME_MINI:NQ1!", "6EM2026", "AAPL")]
    ['ES', 'ES', 'MNQ', 'NQ', '6E', None]
    """
    name = symbol.strip().upper()
    if found := FULL_NAME.fullmatch(name):
        return found["root"]
    name = EXCHANGE_BEFORE.sub("", EXCHANGE_AFTER.sub("", name) if name.startswith("/") else name)
    found = CONTRACT.fullmatch(name)
    return found["root"] if found else None


def contract_of(symbol: str, own: Mapping[str, Decimal]) -> tuple[Decimal, str]:
    """What one point is worth and in which currency: as the uploader says of the symbol or its root, else as its
    exchange says. The uploader's own value is in the account's currency."""
    root = root_of(symbol)
    for name in (symbol.upper(), root or ""):
        if name in own:
            return own[name], ""
    if root in CONTRACTS:
        return CONTRACTS[root]
    raise CellRefused(
        "symbol", f"{symbol[:40]} is a contract whose point value is not known here; say what it is worth"
    )


def point_value(symbol: str, own: Mapping[str, Decimal]) -> Decimal:
    return contract_of(symbol, own)[0]

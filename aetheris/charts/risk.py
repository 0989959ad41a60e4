"""I am the risk a trader sees first: today's budget, then each account's."""

from dataclasses import dataclass

from aetheris.charts.usebar import UseBar
from aetheris.charts.words import MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStrip:
    """Today's budget over the shown accounts, all texts finished.

    `left_label` is None when no daily limit is set; `reason` then says so. `level_label` (“1 at level 1”) is empty when
    all is well. Tones are pos, neg or flat.
    """

    left_label: str | None
    limit_label: str = ""
    reason: str = ""
    use: UseBar | None = None
    level: int = 0
    level_label: str = ""
    pnl_label: str = "$0"
    pnl_tone: str = "flat"
    pnl_note: str = ""
    open_label: str = "0"
    open_note: str = ""
    trades_label: str = "0"
    trades_note: str = ""
    armor_label: str = "Armor state unknown"
    armor_tone: str = "flat"
    armor_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRisk:
    """One account (or, in the totals row, all of them); `daily` and `maximum` are None where no such limit is set.

    `left_label` and `limit_label` belong to the daily limit; `maximum_note` is a short text shown where no bar is
    (“worst 58%” in the totals row).
    """

    name: str
    note: str = ""
    equity_label: str
    today_label: str
    today_tone: str = "flat"
    daily: UseBar | None = None
    left_label: str = MISSING
    limit_label: str = ""
    maximum: UseBar | None = None
    maximum_note: str = ""
    open_label: str = "0"
    url: str = ""

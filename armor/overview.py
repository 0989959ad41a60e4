"""I lay out how near every limit is: the strip over all accounts, one row for each, the rules one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.charts.risk import AccountRisk, RiskStrip
from aetheris.charts.usebar import UseBar, draw_use
from aetheris.retelling import retold
from armor import selectors
from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rules
from armor.selectors import MAXIMA
from armor.state import State
from armor.words import amount, city, in_unit, named

ZERO = Decimal(0)
DAILY = ("max_daily_loss", "own_daily_loss")
KINDS = {"prop_firm": lazy("Prop firm"), "personal": lazy("Own capital"), "crypto": lazy("Crypto")}


@dataclass(frozen=True, slots=True)
class Watched:
    """One account as it stands now, beside every limit it is held to."""

    account: TradingAccount
    state: State
    measures: list[tuple[Limit, Measure]]
    trades_today: int
    locked: bool

    def worst(self, *names: str) -> tuple[Limit, Measure] | None:
        """The limit of these rules that is nearest to break."""
        mine = [pair for pair in self.measures if pair[0].rule in names and pair[1].floor is not None]
        return max(mine, key=lambda pair: pair[1].share, default=None)

    @property
    def today(self) -> Decimal:
        return self.state.worth - self.state.day_start_balance

    @property
    def unknowns(self) -> list[str]:
        return selectors.unknowns(self.state, self.measures)

    @property
    def level(self) -> int:
        return max((measure.level for _, measure in self.measures), default=0)


def watched(accounts: Sequence[TradingAccount]) -> list[Watched]:
    return [_watch(account) for account in accounts]


def _watch(account: TradingAccount) -> Watched:
    state = selectors.now_state(account)
    measures = selectors.measured(account, state)
    return Watched(account, state, measures, selectors.trades_today(account, state), selectors.locked(account, state))


def strip(seen: Sequence[Watched], currency: str) -> RiskStrip:
    """Today's budget over accounts of one currency; the nearest limit speaks for all."""
    daily = [found for one in seen if (found := one.worst(*DAILY))]
    limit = sum((measure.limit for _, measure in daily), ZERO)
    left = sum((measure.room for _, measure in daily), ZERO)
    today = sum((one.today for one in seen), ZERO)
    level = max((one.level for one in seen), default=0)
    loud = sum(1 for one in seen if one.level == level and level)
    positions = sum(one.state.open_positions for one in seen)
    label, tone, note = _armor(seen)
    return RiskStrip(
        left_label=amount(left.quantize(Decimal(1)), currency) if daily else None,
        limit_label=amount(limit.quantize(Decimal(1)), currency),
        reason=_("Set one for an account, and it is guarded."),
        use=draw_use(float(1 - left / limit), _levels(daily)) if limit else None,
        level=level, level_label=_("{} at level {}").format(loud, level) if level else "",
        pnl_label=words.money(today, currency, signed=True), pnl_tone=words.tone(today), pnl_note=_since(seen),
        open_label=str(positions), open_note=_("not valued") if any(one.state.is_estimate for one in seen) else "",
        trades_label=str(sum(one.trades_today for one in seen)),
        armor_label=label, armor_tone=tone, armor_note=note,
    )  # fmt: skip


def _since(seen: Sequence[Watched]) -> str:
    """Whose day "today" is: it begins where the account's programme says, not where the reader sits."""
    starts = {f"{one.account.day_starts_at:%H:%M} {city(one.account.day_timezone)}" for one in seen}
    if not starts:
        return ""
    return _("day began {}").format(starts.pop()) if len(starts) == 1 else _("each account's own day")


def _armor(seen: Sequence[Watched]) -> tuple[str, str, str]:
    count = sum(len(one.measures) for one in seen)
    note = ngettext("{} rule", "{} rules", count).format(count)
    if not count:
        return _("No limits set"), "flat", ""
    if any(one.locked for one in seen):
        return _("Locked"), "neg", _("{} of {}").format(sum(one.locked for one in seen), len(seen))
    if reasons := [reason for one in seen if one.measures for reason in one.unknowns]:
        return _("Armor state unknown"), "flat", retold(reasons[0])
    return _("Armed"), "pos", note


def rows(seen: Sequence[Watched]) -> list[AccountRisk]:
    return [_row(one) for one in seen]


def _row(one: Watched) -> AccountRisk:
    currency, daily, maximum = one.account.currency, one.worst(*DAILY), one.worst(*MAXIMA)
    firm = (one.account.prop_firm_rules or {}).get("name") or str(KINDS[one.account.account_type])
    return AccountRisk(
        name=one.account.account_name,
        note=" · ".join(filter(None, (firm, _("locked") if one.locked else ""))),
        equity_label=words.money(one.state.worth, currency),
        today_label=words.money(one.today, currency, signed=True), today_tone=words.tone(one.today),
        daily=_bar(daily), maximum=_bar(maximum),
        left_label=words.money(daily[1].room, currency) if daily else words.MISSING,
        limit_label=words.money(daily[1].limit, currency) if daily else "",
        open_label=str(one.state.open_positions), url=f"/journal/?account={one.account.id}",
    )  # fmt: skip


def total(seen: Sequence[Watched], currency: str) -> AccountRisk | None:
    if len(seen) < 2:
        return None
    daily = [found for one in seen if (found := one.worst(*DAILY))]
    worst = max((found[1].share for one in seen if (found := one.worst(*MAXIMA))), default=None)
    limit, left = sum((m.limit for _, m in daily), ZERO), sum((m.room for _, m in daily), ZERO)
    today = sum((one.today for one in seen), ZERO)
    return AccountRisk(
        name=_("All accounts"), equity_label=words.money(sum((one.state.worth for one in seen), ZERO), currency),
        today_label=words.money(today, currency, signed=True), today_tone=words.tone(today),
        daily=draw_use(float(1 - left / limit), _levels(daily)) if limit else None,
        left_label=words.money(left, currency) if daily else words.MISSING,
        maximum_note="" if worst is None else _("worst {}").format(words.percent(worst, 0)),
        open_label=str(sum(one.state.open_positions for one in seen)),
    )  # fmt: skip


def _bar(found: tuple[Limit, Measure] | None) -> UseBar | None:
    return draw_use(float(found[1].share), [float(share) for share in found[0].levels]) if found else None


def _levels(found: Sequence[tuple[Limit, Measure]]) -> list[float]:
    return [float(share) for share in found[0][0].levels] if found else []


# The armor page -----------------------------------------------------------------------------------------


def states(seen: Sequence[Watched]) -> list[dict[str, Any]]:
    return [
        {
            "account_name": one.account.account_name, "level": one.level, **_nearest(one),
            "label": _standing(one),
            "tone": "ok" if one.measures and not one.unknowns else "info",
            "note": _("Day resets {}").format(f"{one.account.day_starts_at:%H:%M} {city(one.account.day_timezone)}"),
        }
        for one in seen
    ]  # fmt: skip


def _standing(one: Watched) -> str:
    if one.locked:
        return _("Locked")
    if not one.measures:
        return _("No limits")
    if one.unknowns:
        return _("State unknown")
    return _("Level {}").format(one.level) if one.level else _("Armed")


def _nearest(one: Watched) -> dict[str, Any]:
    """The limit nearest to break, by its name and size."""
    worst = one.worst(*rules)
    if worst is None:
        return {"use": None}
    rule = rules[worst[0].rule]
    limit = in_unit(worst[1].limit, rule.unit, one.account.currency)
    return {"use": _bar(worst), "rule": named(rule.key), "limit_label": limit}


def rule_rows(seen: Sequence[Watched]) -> list[dict[str, Any]]:
    return [_rule_row(one.account, limit, measure) for one in seen for limit, measure in one.measures]


def _rule_row(account: TradingAccount, limit: Limit, measure: Measure) -> dict[str, Any]:
    rule, known = rules[limit.rule], measure.limit > 0
    return {
        "name": named(rule.key), "note": limit.source if limit.source != "own" else _("Own limit"),
        "account_name": account.account_name, "reason": retold(measure.unknown),
        "limit_label": in_unit(measure.limit, rule.unit, account.currency) if known else words.MISSING,
        "use": _bar((limit, measure)) if known else None,
        "used_label": in_unit(measure.used, rule.unit, account.currency),
        "levels": [
            {"level": level, "label": words.percent(limit.levels[level - 1], 0)}
            for level in rule.levels if rule.levels == (1, 2, 3)
        ],
        "floor_label": "" if measure.floor is None else amount(measure.floor, account.currency),
    }  # fmt: skip

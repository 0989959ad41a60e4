"""I find every breach the slow way: all moments from scratch at each look, sharing no code with the guard."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

FRESH = timedelta(minutes=5)
Key = tuple[str, int, date]


@dataclass
class Oracle:
    """One account as told: trades id → (entry, exit or None, result), readings (moment, equity, balance
    or None), and its limits.

    A reading whose balance is not the trades' by more than a thousandth of the start (a deposit nobody told of) may be
    right or wrong: then both equities stand, the lower warns and only what breaks by both is broken.

    A limit: type, source, amount, mode (daily, total, trail), strict (breaks below only), lock, lower (closed counts).
    """

    start: Decimal
    zone: str
    hour: int
    limits: list[dict[str, Any]]
    trades: dict[str, tuple[datetime, datetime | None, Decimal]] = field(default_factory=dict)
    readings: list[tuple[datetime, Decimal, Decimal | None]] = field(default_factory=list)
    found: set[Key] = field(default_factory=set)
    over: set[tuple[str, date]] = field(default_factory=set)

    def day(self, moment: datetime) -> date:
        """By trying: the last day whose beginning is not later."""
        near = moment.date() + timedelta(days=3)
        while self.begins(near) > moment:
            near -= timedelta(days=1)
        return near

    def begins(self, day: date) -> datetime:
        first = day - timedelta(days=1) if self.hour >= 12 else day
        return datetime(first.year, first.month, first.day, self.hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def balance(self, until: datetime, *, included: bool = True) -> Decimal:
        ended = [(out, pnl) for _, out, pnl in self.trades.values() if out is not None]
        return self.start + sum(pnl for out, pnl in ended if out < until or (included and out == until))

    def standing(self, moment: datetime, *, before: bool = False) -> int:
        """Open after everything of this moment, or just before it."""
        ends = [(entry, out or datetime.max.replace(tzinfo=UTC)) for entry, out, _ in self.trades.values()]
        if before:
            return sum(1 for entry, out in ends if entry < moment <= out)
        return sum(1 for entry, out in ends if entry <= moment < out)

    def look(self, now: datetime) -> None:
        """Judge the whole history as it is known now."""
        for moment, kind in sorted(self.moments(now), key=lambda one: (one[0], one[1])):
            self.judge(moment, kind)

    def moments(self, now: datetime) -> set[tuple[datetime, int]]:
        """(moment, 0 reset, 1 close, 2 reading): of days in which something happens or is carried, and of today."""
        happens = {
            moment for entry, out, _ in self.trades.values() for moment in (entry, out) if moment and moment <= now
        }
        happens |= {moment for moment, *_ in self.readings}
        days = {self.day(moment) for moment in happens} | {self.day(now)}
        first = min(days)
        for back in range((max(days) - first).days + 1):
            day = first + timedelta(days=back)
            if self.begins(day) <= now and self.standing(self.begins(day), before=True):
                days.add(day)
        closes = {(out, 1) for _, out, _ in self.trades.values() if out is not None and out <= now}
        return {(self.begins(day), 0) for day in days} | closes | {(moment, 2) for moment, *_ in self.readings}

    def judge(self, moment: datetime, kind: int) -> None:
        day = self.day(moment)
        opening = self.balance(self.begins(day), included=False)
        balance = opening if kind == 0 else self.balance(moment)
        equities = self.equities(moment, kind)
        estimate = not equities and self.standing(moment, before=kind == 0) > 0
        broken = []
        for limit in self.limits:
            worths = [min(one, balance) if limit["lower"] else one for one in equities or [balance]]
            floor, worth = self.floor(limit, opening, day), min(worths)
            below = max(worths) < floor if limit["strict"] else max(worths) <= floor
            used = limit["amount"] - (worth - floor)
            for level, share in ((1, Decimal("0.75")), (2, Decimal("0.9"))):
                if used >= share * limit["amount"] or (below and not estimate):
                    self.found.add((limit["type"], level, day))
            if below and (limit["lower"] or not estimate):
                self.found |= {(limit["type"], 1, day), (limit["type"], 2, day)}
                broken.append((floor, limit))
        self.blame(broken, day)

    def blame(self, broken: list[tuple[Decimal, dict[str, Any]]], day: date) -> None:
        for source in {limit["source"] for _, limit in broken}:
            fresh = [(floor, limit) for floor, limit in broken
                     if limit["source"] == source and (limit["type"], day) not in self.over]  # fmt: skip
            for place, (_, limit) in enumerate(sorted(fresh, key=lambda one: -one[0])):
                self.over.add((limit["type"], day))
                if place == 0:
                    self.found.add((limit["type"], 3, day))

    def equities(self, moment: datetime, kind: int) -> list[Decimal]:
        """What the account may be worth as far as a broker said so; none when nobody did."""
        told = [one for one in self.readings if one[0] <= moment]
        if kind == 1 or not told or (kind == 0 and told[-1][0] < moment - FRESH):
            return []
        at, equity, balance = told[-1]
        gap = Decimal(0) if balance is None else balance - self.balance(at)
        return [equity, equity - gap] if abs(gap) > self.start / 1000 else [equity]

    def floor(self, limit: dict[str, Any], opening: Decimal, day: date) -> Decimal:
        if limit["mode"] == "daily":
            return opening - limit["amount"]
        if limit["mode"] == "total":
            return self.start - limit["amount"]
        ends = {self.begins(self.day(out) + timedelta(days=1)) for _, out, _ in self.trades.values() if out is not None}
        peak = max([self.start, *(self.balance(end, included=False) for end in ends if end <= self.begins(day))])
        return (
            peak - limit["amount"] if limit["lock"] is None else min(peak - limit["amount"], self.start + limit["lock"])
        )

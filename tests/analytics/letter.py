"""I am an account as the catalogue writes it down, in plain loops: slow, and without a line of the engine."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import inf, isnan
from zoneinfo import ZoneInfo

import numpy as np

from tests.analytics.accounts import trade
from trading.rows import TradeRow

START = datetime(2024, 9, 3, tzinfo=UTC)


def made(n: int, days: int, seed: int, edge: float = 5.0) -> list[TradeRow]:
    """Overlapping trades over clock changes, a few without risk or mood, break-evens, bursts and long losing runs."""
    dice = np.random.default_rng(seed)
    rows, at = [], START
    for place in range(n):
        at += timedelta(seconds=int(dice.exponential(days * 86_400 / n / (0.1 if dice.random() < 0.15 else 1) * 0.4)))
        result = Decimal(0) if dice.random() < 0.05 else Decimal(str(round(float(dice.normal(edge, 300)), 2)))
        mood, tag = dice.choice(["", "calm", "fomo", "angry", "bored"]), dice.choice(["", "a", "mistake"])
        rows.append(trade(
            result, at, int(dice.exponential(300)) + 1, symbol=str(dice.choice(["EURUSD", "XAUUSD", "US30"])),
            side=str(dice.choice(["long", "short"])), quantity=int(dice.integers(1, 9)),
            entry_price=int(dice.integers(80, 120)), exit_price=int(dice.integers(80, 120)),
            mfe=0 if dice.random() < 0.05 else round(max(float(result), 0) + float(dice.exponential(90)), 2),
            mae=0 if dice.random() < 0.05 else round(max(-float(result), 0) + float(dice.exponential(90)), 2),
            commissions=int(dice.integers(0, 5)), slippage=int(dice.integers(-3, 6)), take_profit=place + 1,
            initial_risk=int(dice.integers(100, 300)) if dice.random() > 0.1 else None,
            emotions=(str(mood),) if mood else (), tags=(str(tag),) if tag else (),
        ))  # fmt: skip
    return rows


@dataclass(frozen=True)
class Told:
    """One closed trade; money and prices as floats, `rho` None where no risk is known."""

    P: float
    C: float
    S: float
    s: int
    V: float
    volume: float
    te: datetime
    tx: datetime
    mfe: float
    mae: float
    rho: float | None
    symbol: str
    emotions: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def G(self) -> float:
        return self.P + self.C

    @property
    def h(self) -> float:
        return (self.tx - self.te) / timedelta(milliseconds=1)

    @property
    def R(self) -> float:
        assert self.rho
        return self.P / self.rho


def told(row: TradeRow) -> Told:
    entry, exit, quantity = float(row.entry_price), float(row.exit_price or 0), float(row.quantity)
    return Told(
        float(row.pnl or 0), float(row.commissions), float(row.slippage or 0), 1 if row.side == "long" else -1,
        quantity * entry, quantity * (entry + exit), row.entry_time, row.exit_time or row.entry_time,
        float(row.mfe or 0), float(row.mae or 0), float(row.initial_risk) if row.initial_risk else None, row.symbol,
        row.emotions, row.tags,
    )  # fmt: skip


@dataclass(frozen=True)
class Account:
    rows: tuple[TradeRow, ...]
    deposit: float
    calendar: str
    zone: str

    @property
    def A(self) -> int:
        return 252 if self.calendar == "weekday252" else 365

    @cached_property
    def trades(self) -> list[Told]:
        ordered = sorted(self.rows, key=lambda row: (row.exit_time, row.entry_time, row.broker_trade_id))
        return [told(row) for row in ordered]

    @cached_property
    def entered(self) -> list[Told]:
        return sorted(self.trades, key=lambda one: one.te)

    @cached_property
    def P(self) -> list[float]:
        return [one.P for one in self.trades]

    @cached_property
    def K(self) -> list[Told]:
        return [one for one in self.trades if one.rho]

    @cached_property
    def W(self) -> list[Told]:
        return [one for one in self.trades if one.P > 0]

    @cached_property
    def L(self) -> list[Told]:
        return [one for one in self.trades if one.P < 0]

    @cached_property
    def B(self) -> list[float]:
        found = [self.deposit]
        for result in self.P:
            found.append(round(found[-1] + result, 2))
        return found

    @cached_property
    def r(self) -> list[float]:
        return [result / before for result, before in zip(self.P, self.B, strict=False)]

    # days

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def booked(self, at: datetime) -> date:
        day = self.day(at)
        return day + timedelta(days=7 - day.weekday()) if self.A == 252 and day.weekday() > 4 else day

    @cached_property
    def dates(self) -> list[date]:
        day, last = self.booked(min(one.te for one in self.trades)), self.booked(max(one.tx for one in self.trades))
        found = []
        while day <= last:
            found += [day] if self.A == 365 or day.weekday() < 5 else []
            day += timedelta(days=1)
        return found

    @cached_property
    def X(self) -> np.ndarray:
        booked = dict.fromkeys(self.dates, 0.0)
        for one in self.trades:
            booked[self.booked(one.tx)] += one.P
        return np.array([round(result, 2) for result in booked.values()])

    @cached_property
    def E(self) -> np.ndarray:
        return np.round(np.append(self.deposit, self.deposit + np.cumsum(self.X)), 2)

    @cached_property
    def y(self) -> np.ndarray:
        return self.X / self.E[:-1]

    @cached_property
    def dd(self) -> np.ndarray:
        return np.array([1 - self.E[t] / max(self.E[: t + 1]) for t in range(1, len(self.E))])

    @property
    def T(self) -> int:
        return len(self.y)

    @cached_property
    def calendar_days(self) -> int:
        first, last = self.day(min(one.te for one in self.trades)), self.day(max(one.tx for one in self.trades))
        return (last - first).days + 1

    @property
    def Y(self) -> float:
        return self.calendar_days / 365.25

    @cached_property
    def cagr(self) -> float:
        return (self.B[-1] / self.deposit) ** (1 / self.Y) - 1

    @cached_property
    def months(self) -> list[float]:
        return self.compounded([day.strftime("%Y-%m") for day in self.dates])

    def compounded(self, keys: list[str]) -> list[float]:
        grown: dict[str, float] = {}
        for key, one in zip(keys, self.y, strict=True):
            grown[key] = grown.get(key, 1.0) * (1 + one)
        return [value - 1 for value in grown.values()]

    # what was known at entry

    def prev(self, one: Told) -> Told | None:
        known = [other for other in self.trades if other.tx <= one.te and other is not one]
        return known[-1] if known else None

    @cached_property
    def pairs(self) -> list[tuple[Told, Told | None]]:
        return [(one, self.prev(one)) for one in self.trades]

    def after(self, sign: int) -> list[tuple[Told, Told]]:
        return [(one, before) for one, before in self.pairs if before and before.P * sign > 0]

    def run_at(self, one: Told, sign: int) -> int:
        """Length of the run of wins (+1) or losses (−1) that stood when this trade was entered."""
        before, length = self.prev(one), 0
        for other in reversed(self.trades[: self.trades.index(before) + 1] if before else []):
            if other.P * sign <= 0:
                break
            length += 1
        return length

    def hour(self, at: datetime, zone: str) -> int:
        return at.astimezone(ZoneInfo(zone)).hour

    def sessions(self, one: Told) -> set[str]:
        london, york = 8 <= self.hour(one.te, "Europe/London") < 17, 8 <= self.hour(one.te, "America/New_York") < 17
        tokyo = 9 <= self.hour(one.te, "Asia/Tokyo") < 18
        found = {"new_york"} if york else {"london"} if london else {"asia"} if tokyo else {"off_session"}
        return found | ({"london_ny_overlap"} if london and york else set())

    def in_session(self, name: str) -> list[Told]:
        return [one for one in self.trades if name in self.sessions(one)]

    @cached_property
    def entries(self) -> dict[date, list[Told]]:
        """Entries of each day, in entry order."""
        found: dict[date, list[Told]] = {}
        for one in self.entered:
            found.setdefault(self.day(one.te), []).append(one)
        return found

    @cached_property
    def ordinal(self) -> dict[int, int]:
        return {id(one): place for day in self.entries.values() for place, one in enumerate(day, start=1)}

    @cached_property
    def heavy(self) -> set[int]:
        counts = [len(day) for day in self.entries.values()]
        usual = float(np.median(counts))
        most = usual + 2 * 1.4826 * float(np.median([abs(count - usual) for count in counts]))
        return {id(one) for day in self.entries.values() if len(day) > most and len(day) >= 3 for one in day}

    def exits(self) -> dict[date, list[Told]]:
        found: dict[date, list[Told]] = {}
        for one in self.trades:
            found.setdefault(self.booked(one.tx), []).append(one)
        return found

    def open_at(self, moment: datetime) -> list[Told]:
        return [one for one in self.trades if one.te <= moment < one.tx]

    def balance_at(self, moment: datetime) -> float:
        return self.B[sum(1 for one in self.trades if one.tx <= moment)]


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values) if values else inf - inf


def std(values) -> float:
    return float(np.std(list(values), ddof=1))


def median(values) -> float:
    values = list(values)
    return float(np.median(values)) if values else inf - inf


def ratio(above: float, below: float) -> float:
    return above / below if below and not isnan(below) else inf - inf


def runs(P: list[float], sign: int) -> list[list[int]]:
    """Places of each run of results of one sign, in exit order."""
    found: list[list[int]] = [[]]
    for place, result in enumerate(P):
        if result * sign > 0:
            found[-1].append(place)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]

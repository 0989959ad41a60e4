"""I make the demo: a trader with three accounts of different kinds, and half a year of believable trades."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate

from django.db import transaction
from django.db.models import Q

from accounts.models import TradingAccount, User
from accounts.models.user import Role, Status
from accounts.signin import person_of
from aetheris.db.tenancy import acting_as
from armor.models import PropFirmTemplate
from armor.services import put_under
from trading.models import BrokerConnection
from trading.rows import TradeRow
from trading.services import record_trades

TRADER, DESK = "demo@aetheris.example", "desk@aetheris.example"
SETUPS = ("Trend pullback", "Range fade", "Breakout", "VWAP reclaim", "Opening drive", "News scalp")


@dataclass(frozen=True, slots=True)
class Style:
    """How one account trades: symbols with price, digits and money a point for one unit; risk of a trade in money."""

    broker: str
    asset_class: str
    symbols: tuple[tuple[str, float, int, float], ...]
    risk: float
    a_day: float
    win_rate: float
    payoff: float
    commission: float
    weekends: bool
    hours: tuple[int, int]


FX = Style("mt5", "forex", (("EURUSD", 1.085, 5, 100_000), ("GBPUSD", 1.27, 5, 100_000), ("XAUUSD", 2_650.0, 2, 100)),
           260, 2.4, 0.45, 1.40, 5.0, False, (7, 20))  # fmt: skip
FUTURES = Style("tradovate", "future", (("MNQZ6", 20_100.0, 2, 2), ("MESZ6", 5_900.0, 2, 5), ("MCLZ6", 71.0, 2, 100)),
                85, 3.1, 0.45, 1.50, 1.24, False, (14, 21))  # fmt: skip
CRYPTO = Style("bybit", "crypto", (("BTCUSDT", 68_000.0, 1, 1), ("ETHUSDT", 2_600.0, 2, 1), ("SOLUSDT", 165.0, 3, 1)),
               90, 1.9, 0.44, 1.55, 1.6, True, (6, 23))  # fmt: skip


@transaction.atomic
def load(password: str, *, now: datetime) -> bool:
    """True when the demo was made now, whole; False when it is there already."""
    if person_of(TRADER):
        return False
    trader = User.objects.create_user(
        TRADER, password, first_name="Maya", last_name="Laurent", status=Status.ACTIVE, timezone="Europe/Paris"
    )
    User.objects.create_user(
        DESK, password, first_name="Noor", last_name="Haddad", status=Status.ACTIVE, role=Role.SUPERADMIN
    )
    with acting_as(trader, reason="demo data"):
        _accounts(trader, now)
    return True


def _accounts(trader: User, now: datetime) -> None:
    prop = TradingAccount.objects.create(
        user=trader, account_name="FTMO 100K", account_type="prop_firm", broker="mt5", starting_balance=100_000
    )
    futures = TradingAccount.objects.create(
        user=trader, account_name="Futures 50K", account_type="prop_firm", broker="tradovate", starting_balance=50_000
    )
    crypto = TradingAccount.objects.create(
        user=trader, account_name="Crypto swing", account_type="crypto", broker="bybit", starting_balance=25_000,
        risk_limit=900, max_drawdown_limit=Decimal("0.20"),
    )  # fmt: skip
    for account, firm, program in ((prop, "FTMO", "2-Step"), (futures, "Topstep", "Combine")):
        published = PropFirmTemplate.objects.filter(firm_name=firm, program=program, is_published=True)
        # A futures firm names one programme for each size of account; others set shares of any size.
        sized = published.filter(Q(rules__size=int(account.starting_balance)) | Q(rules__size__isnull=True))
        if (template := sized.order_by("phase", "-version").first()) is not None:
            put_under(account=account, template=template)
    for account, style in ((prop, FX), (futures, FUTURES), (crypto, CRYPTO)):
        record_trades(
            account=account,
            rows=_believable(style, account.starting_balance, now),
            source="file",
            reason="demo history",
        )
    BrokerConnection.objects.create(
        account=futures, user=trader, broker_type="mock", extra_config="{}", sync_interval=timedelta(seconds=2)
    )


def _believable(style: Style, start: Decimal, now: datetime) -> list[TradeRow]:
    """The first history that ends with a gain and never fell further than a guarded account may."""
    for seed in range(1, 200):
        rows = sorted(_history(random.Random(seed), style, now), key=lambda row: row.exit_time or now)  # noqa: S311
        curve = list(accumulate((row.pnl or Decimal(0) for row in rows), initial=start))
        deepest = max(peak - at for peak, at in zip(accumulate(curve, max), curve, strict=True))
        if curve[-1] > start * Decimal("1.04") and deepest < start * Decimal("0.025"):
            return rows
    return rows


def _history(chance: random.Random, style: Style, now: datetime) -> Iterator[TradeRow]:
    """Half a year up to yesterday, the same for the same seed and day."""
    number = 0
    for back in range(182, 0, -1):
        day = (now - timedelta(days=back)).date()
        if day.weekday() >= 5 and not (style.weekends and chance.random() < 0.4):
            continue
        for _ in range(min(9, int(chance.expovariate(1 / style.a_day) + 0.6))):
            number += 1
            opened = datetime.combine(day, time(chance.randrange(*style.hours), chance.randrange(60)), UTC)
            yield _trade(chance, style, number, opened)


def _trade(chance: random.Random, style: Style, number: int, opened: datetime) -> TradeRow:
    symbol, price, digits, point = chance.choice(style.symbols)
    long = chance.random() < 0.54
    risk = style.risk * chance.uniform(0.6, 1.35)
    won = chance.random() < style.win_rate
    r = (
        chance.lognormvariate(0.05, 0.55) * style.payoff * 0.72
        if won
        else -min(1.25, chance.lognormvariate(-0.22, 0.35))
    )
    gross = Decimal(f"{risk * r:.2f}")
    distance = price * chance.uniform(0.0012, 0.0045)
    quantity = Decimal(f"{max(risk / (distance * point), 0.01):.2f}")
    entry = price * (1 + chance.gauss(0, 0.03))
    moved = float(gross) / (float(quantity) * point)
    commission = Decimal(f"{style.commission * chance.uniform(0.6, 2.4):.2f}")
    sign = 1 if long else -1
    best = risk * (r + abs(chance.gauss(0, 0.35)) if won else abs(chance.gauss(0, 0.45)))
    worst = risk * (abs(chance.gauss(0, 0.32)) if won else -r + abs(chance.gauss(0, 0.12)))

    def at(value: float) -> Decimal:
        return Decimal(f"{value:.{digits}f}")

    return TradeRow(
        broker=style.broker, broker_trade_id=f"{style.broker.upper()}-{70_000 + number}", symbol=symbol,
        asset_class=style.asset_class, side="long" if long else "short", quantity=quantity, entry_price=at(entry),
        exit_price=at(entry + sign * moved), entry_time=opened,
        exit_time=opened + timedelta(minutes=chance.lognormvariate(3.3, 0.9) + 1), gross_pnl=gross,
        commissions=commission, pnl=gross - commission, initial_risk=Decimal(f"{risk:.2f}"),
        mfe=max(Decimal(f"{best:.2f}"), gross, Decimal(0)), mae=max(Decimal(f"{worst:.2f}"), -gross, Decimal(0)),
        stop_loss=at(entry - sign * distance), setup=chance.choice(SETUPS),
        tags=("plan followed",) if chance.random() < 0.6 else (),
    )  # fmt: skip

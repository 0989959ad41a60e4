"""I make people, accounts and trades the way the product does: as their owner."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from accounts.models import TradingAccount, User
from accounts.models.user import Status
from aetheris.db.tenancy import acting_as
from tests import planted
from trading.models import Trade

PASSWORD = planted.PASSWORD
numbers = count(1)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    status = Status.ACTIVE
    timezone = "Europe/Paris"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return User.objects.create_user(password=fields.pop("password", PASSWORD), **fields)


class AccountFactory(factory.django.DjangoModelFactory[TradingAccount]):
    class Meta:
        model = TradingAccount

    account_name = factory.Sequence(lambda n: f"Account {n}")
    broker = "mt5"
    currency = "USD"
    starting_balance = Decimal(100_000)

    @classmethod
    def _create(cls, model_class: type[TradingAccount], *args: Any, **fields: Any) -> TradingAccount:
        with acting_as(fields["user"]):
            return TradingAccount.objects.create(**fields)


class TradeFactory(factory.django.DjangoModelFactory[Trade]):
    class Meta:
        model = Trade

    broker = "mt5"
    broker_trade_id = factory.Sequence(lambda n: f"T{n}")
    symbol = "EURUSD"
    side = "long"
    quantity = Decimal(1)
    entry_price = Decimal("1.1")
    exit_price = Decimal("1.2")
    pnl = Decimal(100)
    gross_pnl = Decimal(100)

    @classmethod
    def _create(cls, model_class: type[Trade], *args: Any, **fields: Any) -> Trade:
        account = fields["account"]
        now = datetime.now(UTC)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start = fields.setdefault("entry_time", max(midnight, now - timedelta(minutes=10)))  # today, also at night
        fields.setdefault("exit_time", min(max(start, now), start + timedelta(minutes=5)))
        fields.setdefault("user", account.user)
        with acting_as(account.user):
            return Trade.objects.create(**fields)


def person(email: str, **fields: Any) -> User:
    return UserFactory(email=email, **fields)


def account_of(user: User, **fields: Any) -> TradingAccount:
    return AccountFactory(user=user, **fields)


def trade_in(account: TradingAccount, **fields: Any) -> Trade:
    return TradeFactory(account=account, **fields)

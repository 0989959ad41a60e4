"""One file for each way to ask a broker: they register themselves and answer to one interface."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from aetheris.errors import AetherisError
from aetheris.registry import Registry
from trading.positions import OpenPosition
from trading.rows import RowError, TradeRow


class BrokerUnreachable(AetherisError):
    """{broker} does not answer: {why}. The next sync tries again from where the last one ended."""

    code = "broker_unreachable"
    status = 502


class BrokerBusy(AetherisError):
    """{broker} asks to be left alone for {seconds} s. The next sync begins then, from where the last one ended."""

    code = "broker_busy"
    status = 503


class BrokerRefused(AetherisError):
    """{broker} refuses: {why}. Check the connection's key and settings, then test it again."""

    code = "broker_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to be told before a connection can be made. `where` says which of its three sealed columns holds it."""

    name: str
    label: str
    where: str = "extra_config"
    help: str = ""
    secret: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """Trades since a cursor, the cursor to go on from, what the connector must remember until then, and what of the
    broker's answer could not be taken."""

    rows: tuple[TradeRow, ...]
    cursor: str
    memory: Mapping[str, Any] | None = None
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the broker says the account stands; None for what it does not say.

    `on_journal`: the broker tells open positions only, which float on the balance the journal knows.
    """

    read_at: datetime
    balance: Decimal | None = None
    equity: Decimal | None = None
    positions: Sequence[OpenPosition] = ()
    on_journal: bool = False


def refuse_nonsense(broker: str, told: Standing | OpenPosition | TradeRow | None) -> None:
    """NaN and Infinity are no figures; kept once, they would be in every sum after it."""
    for field_ in fields(told) if told is not None else ():
        value = getattr(told, field_.name)
        if isinstance(value, Decimal) and not value.is_finite():
            why = f"its {field_.name.replace('_', ' ')} is {value}, which is no number; nothing of its answer was taken"
            raise BrokerRefused(broker=broker, why=why)
    if isinstance(told, Standing):
        for position in told.positions:
            refuse_nonsense(broker, position)


@dataclass(slots=True)
class Access:
    """The opened credentials of one connection, for the length of one call and no longer."""

    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)
    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    memory: Mapping[str, Any] = field(default_factory=dict)
    currency: str = "USD"
    timezone: str = "UTC"
    seconds: float = 30.0
    remember: Callable[[Mapping[str, Any]], None] = lambda memory: None  # at once, in a transaction of its own
    known: Callable[[], Sequence[TradeRow]] = tuple  # what earlier statements brought, for those who go on from it


class Connector(ABC):
    """Raises BrokerUnreachable (tried again), BrokerBusy (left alone a while), BrokerRefused (told to the owner)."""

    title: ClassVar[str]
    about: ClassVar[str] = ""
    asks: ClassVar[tuple[Ask, ...]] = ()
    pushed: ClassVar[bool] = False  # the broker comes to us; there is nothing to ask
    flattens: ClassVar[bool] = False  # it can close every open position when it is told to

    def __init__(self, access: Access) -> None:
        self.access = access

    @abstractmethod
    def authenticate(self) -> None:
        """Show who we are; nothing is fetched yet."""

    @abstractmethod
    def fetch_trades(self, cursor: str | None) -> Fetched:
        """Everything since the cursor, or as much of it as one call may bring."""

    def fetch_standing(self) -> Standing | None:
        """Balance and open positions; None where this broker does not tell."""
        return None

    @classmethod
    def can_flatten(cls, config: Mapping[str, Any]) -> bool:
        """Whether a connection with these settings can, where that depends on them."""
        return cls.flattens

    def flatten(self) -> int:
        """Close every open position; how many were closed. Done twice, the second time closes none."""
        raise NotImplementedError(f"{self.title} cannot close positions")

    def validate(self) -> str:
        """One sentence on what was found; what is wrong is raised."""
        self.authenticate()
        standing = self.fetch_standing()
        refuse_nonsense(self.title, standing)
        told = "" if standing is None or standing.balance is None else f" The balance is {standing.balance:,.2f}."
        return f"{self.title} answers.{told}"

    def close(self) -> None:  # noqa: B027 - most have nothing open
        """Let go of whatever is still open."""


class BrokerUnknown(AetherisError):
    """There is no way here to a broker called {broker_type}. Choose one of {known}, or the name of an exchange."""

    code = "broker_unknown"
    status = 422


connectors: Registry[type[Connector]] = Registry("broker connector", "trading.connectors")


def connector_for(broker_type: str) -> type[Connector]:
    """By its own name, or by an exchange's, which ccxt speaks to."""
    if broker_type in connectors:
        return connectors[broker_type]
    from trading.connectors.exchange import is_exchange

    if is_exchange(broker_type):
        return connectors["ccxt"]
    raise BrokerUnknown(broker_type=broker_type[:40], known=", ".join(sorted(connectors)))


def is_known(broker_type: str) -> bool:
    try:
        connector_for(broker_type)
    except BrokerUnknown:
        return False
    return True


def can_be_asked(broker_type: str) -> bool:
    return is_known(broker_type) and not connector_for(broker_type).pushed

"""I have an account closed out at its broker when a limit broke, where its owner asked for that and the broker can.

The order stands in the breach's transaction; the broker is asked with none open. Who is killed in between asks again:
closing what is closed does nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from armor import evidence
from armor.models import AccountGuard, Breach, FlattenOrder
from armor.models.guard import OrderStatus
from trading.connectors import Access, BrokerBusy, BrokerUnreachable, Connector, connector_for
from trading.models import BrokerConnection
from trading.syncing import opened

CLAIM = timedelta(seconds=60)
WAITS = (2, 5, 15, 60, 300)
CANNOT = "No connection of this account can close positions. Close them at the broker."


def order(breaches: Iterable[Breach], *, now: datetime) -> None:
    """Only for a limit broken today, once for each breach; off unless the account's owner switched it on."""
    grave = [breach for breach in breaches if breach.breach_level == 3]
    if not grave:
        return
    wanted = set(
        AccountGuard.objects.filter(
            account__in={breach.account_id for breach in grave}, flatten_at_level_3=True
        ).values_list("account_id", flat=True)
    )
    FlattenOrder.objects.bulk_create(
        (
            FlattenOrder(account_id=breach.account_id, user_id=breach.user_id, breach=breach, next_try_at=now)
            for breach in grave
            if breach.account_id in wanted and breach.trading_day == evidence.day_of(breach.account, now)
        ),
        ignore_conflicts=True,
    )


def carry_out(order_id: UUID, user_id: UUID) -> bool:
    """True once every position that could be closed is closed."""
    with acting_as(user_id, label="armor"):
        mine = FlattenOrder.objects.select_for_update(skip_locked=True).filter(pk=order_id, status=OrderStatus.WAITING)
        found = mine.filter(next_try_at__lte=clock.now()).first()
        if found is None:
            return False
        mine.update(next_try_at=clock.now() + CLAIM)
        connections = list(
            BrokerConnection.objects.select_related("account").filter(account=found.account_id, deleted_at=None)
        )
        doors = [door for one in connections if (door := _door(one))]
    closed, error, again = 0, "" if doors else CANNOT, False
    for kind, access in doors:
        connector = kind(access)
        try:
            closed += connector.flatten()
        except (BrokerUnreachable, BrokerBusy) as refusal:
            error, again = refusal.message, True
        except AetherisError as refusal:
            error = refusal.message
        finally:
            connector.close()
    with acting_as(user_id, label="armor"):
        _note(order_id, closed, error, again)
    return not error


def last_orders() -> dict[UUID, FlattenOrder]:
    """The newest of each account."""
    return {order.account_id: order for order in FlattenOrder.objects.order_by("created_at")}


def _door(connection: BrokerConnection) -> tuple[type[Connector], Access] | None:
    """None where this connection cannot close positions."""
    try:
        kind = connector_for(connection.broker_type)
    except AetherisError:
        return None
    access = opened(connection) if kind.flattens else None
    return (kind, access) if access and kind.can_flatten(access.config) else None


def _note(order_id: UUID, closed: int, error: str, again: bool) -> None:
    found, now = FlattenOrder.objects.get(pk=order_id), clock.now()
    tries = found.tries + 1
    told: dict[str, object] = {"tries": tries, "closed_positions": closed, "last_error": error}
    if not error:
        told |= {"status": OrderStatus.DONE, "done_at": now}
    elif again and tries <= len(WAITS):
        told |= {"next_try_at": now + timedelta(seconds=WAITS[tries - 1])}
    else:
        told |= {"status": OrderStatus.FAILED, "done_at": now}
    FlattenOrder.objects.filter(pk=order_id).update(**told)

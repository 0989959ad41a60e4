"""I keep what a trader thinks of trades, names for filters, and bring a deleted trade back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import because
from trading import services
from trading.errors import ChangedMeanwhile
from trading.models import Trade
from trading.models.review import TradeReview
from trading.models.saved_view import SavedView
from trading.signals import trades_recorded

VIEWS_MOST = 30


def rating_of(trade: Trade) -> int | None:
    review = TradeReview.objects.filter(trade=trade).first()
    return review.rating if review else None


def review_trade(*, trade: Trade, version: int | None, rating: int | None, values: Mapping[str, Any]) -> Trade:
    """Setup, tags and notes against the version the writer saw; the rating with them or not at all."""
    changed = {name: value for name, value in values.items() if getattr(trade, name) != value}
    with transaction.atomic():
        if changed:
            services.change_trade(trade=trade, version=version, values=changed)
        elif version is not None and version != trade.version:
            raise ChangedMeanwhile(current=trade.version, sent=version)
        rate_trade(trade=trade, rating=rating)
    return trade


def rate_trade(*, trade: Trade, rating: int | None) -> None:
    known = TradeReview.objects.filter(trade=trade).first()
    if known is None and rating is not None:
        TradeReview.objects.create(trade=trade, user_id=trade.user_id, rating=rating)
    elif known is not None and known.rating != rating:
        TradeReview.objects.filter(pk=known.pk).update(rating=rating)


def tag_trades(*, trades: Iterable[Trade], tag: str, remove: bool = False) -> int:
    """Put one tag on many trades, or take it off; how many changed."""
    changed = [trade for trade in trades if (tag in trade.tags) == remove]
    with transaction.atomic(), because(f"tag {tag} {'taken off' if remove else 'put on'} {len(changed)} trades"):
        for trade in changed:
            tags = [one for one in trade.tags if one != tag] if remove else [*trade.tags, tag]
            Trade.objects.filter(pk=trade.pk).update(tags=tags)
    return len(changed)


def set_setup(*, trades: Iterable[Trade], setup: str) -> int:
    """One setup for many trades; how many changed."""
    changed = [trade for trade in trades if (trade.setup or "") != setup]
    with transaction.atomic(), because(f"setup {setup} set on {len(changed)} trades"):
        Trade.objects.filter(pk__in=[trade.pk for trade in changed]).update(setup=setup)
    return len(changed)


def delete_trades(*, trades: Iterable[Trade]) -> list[UUID]:
    """Take many out of every figure, each account told once; the ids of those that were there."""
    found = list(trades)
    with transaction.atomic(), because(f"{len(found)} trades deleted together"):
        Trade.objects.filter(pk__in=[trade.pk for trade in found]).update(deleted_at=clock.now())
        _tell(found)
    return [trade.pk for trade in found]


def restore_trades(*, trade_ids: Iterable[UUID | str]) -> int:
    """Bring those of them that were deleted back into every figure."""
    gone = Trade.objects.filter(pk__in=list(trade_ids)).exclude(deleted_at=None).select_related("account")
    with transaction.atomic(), because("trades brought back together"):
        found = list(gone.select_for_update(of=("self",)))
        Trade.objects.filter(pk__in=[trade.pk for trade in found]).update(deleted_at=None)
        _tell(found)
    return len(found)


def _tell(trades: list[Trade]) -> None:
    for account in {trade.account_id: trade.account for trade in trades}.values():
        ids = [trade.pk for trade in trades if trade.account_id == account.pk]
        trades_recorded.send(sender=Trade, account=account, ids=ids)


def restore_trade(*, trade_id: UUID) -> Trade | None:
    """Bring a deleted trade back into every figure; None when there is no such trade."""
    if not Trade.objects.filter(pk=trade_id).exclude(deleted_at=None).update(deleted_at=None):
        return None
    trade = Trade.objects.select_related("account").get(pk=trade_id)
    trades_recorded.send(sender=Trade, account=trade.account, ids=[trade.id])
    return trade


def save_view(*, user: User, name: str, query: str) -> SavedView:
    """Under a name already taken the filters are replaced."""
    view, new = SavedView.objects.get_or_create(user=user, name=name, defaults={"query": query})
    if not new and view.query != query:
        SavedView.objects.filter(pk=view.pk).update(query=query)
    return view


def saved_views() -> list[SavedView]:
    return list(SavedView.objects.order_by("name")[:VIEWS_MOST])


def drop_view(*, view_id: UUID) -> bool:
    return bool(SavedView.objects.filter(pk=view_id).delete()[0])

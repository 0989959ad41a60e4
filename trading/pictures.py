"""I keep the screenshots somebody laid beside their trades, sealed, and give them back to nobody else."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from trading.errors import PicturesFull
from trading.models import Trade, TradePicture
from trading.picturing import Picture, made_anew

MOST = 8


def add_picture(*, trade: Trade, content: bytes, caption: str = "") -> TradePicture:
    """The same picture twice is kept once."""
    made = made_anew(content)
    with transaction.atomic():
        Trade.objects.select_for_update(of=("self",)).get(pk=trade.pk)  # two uploads at once count one another
        known = pictures_of(trade)
        if same := known.filter(sha256=made.sha256).first():
            return same
        if known.count() >= MOST:
            raise PicturesFull(most=MOST)
        return _kept(trade, made, caption)


def _kept(trade: Trade, made: Picture, caption: str) -> TradePicture:
    return TradePicture.objects.create(
        trade=trade, user_id=trade.user_id, caption=caption, width=made.width, height=made.height,
        size_bytes=len(made.content), sha256=made.sha256, image=b64encode(made.content).decode(),
    )  # fmt: skip


def pictures_of(trade: Trade) -> QuerySet[TradePicture]:
    """Without the pictures themselves."""
    return TradePicture.objects.filter(trade=trade).order_by("created_at", "id").defer("image")


def opened(picture: TradePicture) -> bytes:
    return b64decode(picture.image)


def remove_picture(*, picture_id: UUID) -> TradePicture | None:
    picture = TradePicture.objects.filter(pk=picture_id).defer("image").first()
    if picture is not None:
        picture.delete()
    return picture


def all_of(person: UUID) -> Iterator[tuple[str, bytes]]:
    """File name and content of every picture of one's own, for a copy of everything."""
    for picture in TradePicture.objects.filter(user_id=person).order_by("id").iterator(chunk_size=5):
        yield f"pictures/{picture.trade_id}-{picture.pk}.jpg", opened(picture)

"""I lay screenshots beside trades: what is kept of them, what is refused, who sees them, what erasure leaves."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.factories import trade_in
from tests.hands import by_the_service
from trading.errors import PictureRefused, PicturesFull
from trading.models import Trade, TradePicture
from trading.pictures import MOST, add_picture, opened
from trading.picturing import WIDEST, made_anew

SHOWN_NOWHERE = "Rue de la Paix 7"


def drawn(size: tuple[int, int] = (40, 20), kind: str = "PNG", colour: str = "navy", **told: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **told)
    return out.getvalue()


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("C:\\Users\\ana\\chart.png", content, "image/png")


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


@pytest.fixture
def trade(anas_account: TradingAccount) -> Trade:
    return trade_in(anas_account)


# Made anew ----------------------------------------------------------------------------------------------


def test_what_a_file_carried_beside_its_pixels_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SHOWN_NOWHERE, 6  # description; turned a quarter
    content = drawn(kind="JPEG", exif=exif, comment=SHOWN_NOWHERE.encode())
    assert SHOWN_NOWHERE.encode() in content
    made = made_anew(content)
    assert SHOWN_NOWHERE.encode() not in made.content
    with Image.open(io.BytesIO(made.content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (20, 40), {})  # 40 × 20 set upright
        assert "comment" not in image.info


def test_what_follows_the_picture_in_its_file_does_not_come_along() -> None:
    assert b"<script>" not in made_anew(drawn() + b"<script>alert(1)</script>").content


def test_a_large_picture_becomes_one_a_screen_can_show_and_what_is_transparent_white() -> None:
    made = made_anew(drawn((4000, 1000)))
    assert (made.width, made.height) == (WIDEST, WIDEST // 4)
    clear = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, "WEBP", lossless=True)
    with Image.open(io.BytesIO(made_anew(clear.getvalue()).content)) as image:
        assert min(image.convert("RGB").getpixel((4, 4))) > 250  # type: ignore[type-var, arg-type]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot be read"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read"),
        (drawn(kind="GIF"), "cannot be read"), (drawn()[:40], "cannot be read"), (b"%PDF-1.7", "cannot be read"),
        (b"\x00" * (10 * 2**20 + 1), "bytes"), (drawn((8000, 5001)), "pixels"),
    ],
    ids=["empty", "svg", "gif", "broken", "pdf", "heavy", "wide"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(PictureRefused) as refusal:
        made_anew(content)
    assert why in refusal.value.message


# Kept ---------------------------------------------------------------------------------------------------


def test_it_lies_sealed_in_the_database_and_the_trail_never_saw_it(trade: Trade) -> None:
    with acting_as(trade.user):
        picture = add_picture(trade=trade, content=drawn(), caption="5 minutes")
        again = TradePicture.objects.get(pk=picture.pk)
        assert opened(again)[:3] == b"\xff\xd8\xff"
        with connection.cursor() as cursor:
            cursor.execute("SELECT image FROM trade_pictures")
            sealed = bytes(cursor.fetchone()[0])
    assert b"\xff\xd8\xff" not in sealed
    assert b"/9j/" not in sealed  # the beginning of a JPEG in base64


def test_the_same_picture_is_kept_once_and_a_trade_keeps_no_more_than_eight(trade: Trade) -> None:
    with acting_as(trade.user):
        first = add_picture(trade=trade, content=drawn())
        assert add_picture(trade=trade, content=drawn()).pk == first.pk
        for n in range(MOST - 1):
            add_picture(trade=trade, content=drawn((50 + 20 * n, 20)))
        with pytest.raises(PicturesFull):
            add_picture(trade=trade, content=drawn((900, 20)))
        assert TradePicture.objects.count() == MOST


# On the page --------------------------------------------------------------------------------------------


def test_a_picture_is_added_shown_and_removed(page: Client, trade: Trade) -> None:
    answer = page.post(f"/trades/{trade.id}/pictures/", {"picture": sent(drawn()), "caption": "Entry <b>"}, follow=True)
    told = answer.content.decode()
    assert "The picture is kept" in told
    assert "Entry &lt;b&gt;" in told
    with acting_as(trade.user):
        picture = TradePicture.objects.get()
    shown = page.get(f"/pictures/{picture.id}/")
    assert shown.content[:3] == b"\xff\xd8\xff"
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "no-store" in shown["Cache-Control"]
    assert "The picture was removed" in page.post(f"/pictures/{picture.id}/remove/", follow=True).content.decode()
    assert page.get(f"/pictures/{picture.id}/").status_code == 404


def test_a_refused_picture_leaves_nothing_and_says_why(page: Client, trade: Trade) -> None:
    answer = page.post(f"/trades/{trade.id}/pictures/", {"picture": sent(b"not a picture")}, follow=True)
    assert "cannot be read as a picture" in answer.content.decode()
    assert "Choose a picture first" in page.post(f"/trades/{trade.id}/pictures/", follow=True).content.decode()
    with acting_as(trade.user):
        assert not TradePicture.objects.exists()


def test_nobody_else_sees_adds_or_removes(trade: Trade, cy: User) -> None:
    with acting_as(trade.user):
        picture = add_picture(trade=trade, content=drawn())
    stranger = Client()
    assert stranger.get(f"/pictures/{picture.id}/").status_code == 302  # to sign in
    with acting_as(cy):
        stranger.force_login(cy)
    assert stranger.get(f"/pictures/{picture.id}/").status_code == 404
    assert stranger.post(f"/pictures/{picture.id}/remove/").status_code == 404
    assert stranger.post(f"/trades/{trade.id}/pictures/", {"picture": sent(drawn())}).status_code == 404
    with acting_as(trade.user):
        assert TradePicture.objects.count() == 1


def test_a_copy_of_everything_holds_the_picture_itself(real_db: None, trade: Trade) -> None:
    from compliance.privacy import copying

    out = io.BytesIO()
    with acting_as(trade.user):
        picture = add_picture(trade=trade, content=drawn())
        kept = opened(picture)
    with by_the_service(), acting_as(trade.user):
        copying.write(trade.user_id, out)
    with zipfile.ZipFile(out) as archive:
        assert archive.read(f"pictures/{trade.pk}-{picture.pk}.jpg") == kept

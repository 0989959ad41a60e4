"""I make a sent screenshot anew, so that nothing of its file is kept but what is seen."""

import io
from dataclasses import dataclass
from hashlib import sha256

from trading.errors import PictureRefused

MOST_BYTES, MOST_PIXELS, WIDEST = 10 * 2**20, 40_000_000, 1920
KINDS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without a word about who took it, where or with what."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def made_anew(content: bytes) -> Picture:
    """Pixels only: no EXIF, colour profile, comment, thumbnail or second frame comes along."""
    from PIL import Image, ImageOps

    if len(content) > MOST_BYTES:
        raise PictureRefused(why=f"it has {len(content):,} bytes")
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise PictureRefused(why=f"it has {sent.width:,} × {sent.height:,} pixels")
            sent.draft("RGB", (WIDEST, WIDEST))
            upright = ImageOps.exif_transpose(sent).convert("RGBA")
    except PictureRefused:
        raise
    except Exception as broken:
        raise PictureRefused(why="it cannot be read as a picture") from broken
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    plain.thumbnail((WIDEST, WIDEST))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), plain.width, plain.height)

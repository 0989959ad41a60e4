"""I am run alone, in a small room: a file comes in on stdin, one page of it goes out as a picture made anew.

Nothing of the sent file reaches whoever looks: no metadata, script, link or font, only pixels. No network is used, no
file is opened; memory and time are bounded before the first byte is read.
"""

import io
import json
import resource
import sys

MEMORY, SECONDS = 1 << 30, 15
MOST_PIXELS, MOST_PAGES, WIDEST = 50_000_000, 30, 1600
PICTURES = ("JPEG", "PNG", "WEBP")


class Refused(Exception):
    pass


def bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def page_of(content: bytes, number: int) -> tuple[str, int, bytes]:
    """(kind of file, its pages, the asked page as JPEG); page 0 only counts and checks the first."""
    if content[:5] == b"%PDF-":
        return _pdf(content, number)
    return _image(content, number)


def _image(content: bytes, number: int) -> tuple[str, int, bytes]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=PICTURES) as sent:
            kind, (width, height) = str(sent.format), sent.size
            if width * height > MOST_PIXELS:
                raise Refused(f"it has {width} × {height} pixels; at most {MOST_PIXELS:,} can be shown")
            if number > 1:
                raise Refused("a picture has one page")
            sent.load()
            plain = Image.new("RGB", sent.size, "white")
            plain.paste(sent.convert("RGBA"), mask=sent.convert("RGBA").getchannel("A"))
    except Refused:
        raise
    except Exception as broken:
        raise Refused("it is no JPEG, PNG, WEBP or PDF that can be read") from broken
    return kind, 1, _jpeg(plain)


def _pdf(content: bytes, number: int) -> tuple[str, int, bytes]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except Exception as broken:
        raise Refused("it is no PDF that can be read, or it asks for a password") from broken
    if not 0 < pages <= MOST_PAGES:
        raise Refused(f"it has {pages} pages; 1 to {MOST_PAGES} can be shown")
    if number > pages:
        raise Refused(f"it has {pages} pages")
    page = document[max(number, 1) - 1]
    width, height = page.get_size()
    if not (0 < width < 20_000 and 0 < height < 20_000):
        raise Refused("its page has no size that can be shown")
    scale = min(2.0, WIDEST / max(width, height))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil()
    return "PDF", pages, _jpeg(picture.convert("RGB"))


def _jpeg(picture) -> bytes:  # type: ignore[no-untyped-def]
    picture.thumbnail((WIDEST, WIDEST))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def main() -> int:
    bound()
    try:
        kind, pages, picture = page_of(sys.stdin.buffer.read(), int(sys.argv[1]))
    except Refused as refusal:
        sys.stdout.buffer.write(json.dumps({"refused": str(refusal)}).encode() + b"\n")
        return 0
    sys.stdout.buffer.write(json.dumps({"kind": kind, "pages": pages}).encode() + b"\n" + picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

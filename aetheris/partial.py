"""I answer an open page that asks again with only the regions that changed since it last looked.

It sends `X-Live: id=digest,id,…`: the regions it has, and what it last got of each. I cut those regions out of the
page as rendered and leave out what is still the same, so a refresh carries hundreds of bytes and not the whole page.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from html.parser import HTMLParser

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

HEADER = "X-Live"
ASKED = re.compile(r"[A-Za-z][\w-]{0,60}(=[0-9a-f]{0,16})?")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
MOST = 40


class PartialMiddleware:
    """Sets `request.live` for a page that asks for its regions; templates leave out what such an answer drops."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = known(request.headers.get(HEADER, ""))
        request.live = asked  # type: ignore[attr-defined]
        response = self.get_response(request)
        if asked and not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            found = regions(page, asked.keys())
            marks = {id: digest(html) for id, html in found.items()}
            response.content = "\n".join(html for id, html in found.items() if asked[id] != marks[id]).encode()
            response["X-Live-Regions"] = ",".join(f"{id}={mark}" for id, mark in marks.items())
            patch_vary_headers(response, [HEADER])
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        return response


def known(header: str) -> dict[str, str]:
    """Region → the digest its page holds, or nothing."""
    words = [word for word in header.split(",")[:MOST] if ASKED.fullmatch(word)]
    return {id: mark for id, _, mark in (word.partition("=") for word in words)}


def digest(html: str) -> str:
    """Two renderings of the same facts are the same, though each masks its token anew."""
    return blake2b(TOKEN.sub("", html).encode(), digest_size=8).hexdigest()


def regions(page: str, wanted: object) -> dict[str, str]:
    cutter = _Cutter(page, set(wanted))  # type: ignore[call-overload]
    cutter.feed(page)
    return cutter.found


class _Cutter(HTMLParser):
    """Remembers where each wanted element begins and ends; one inside another goes with it."""

    def __init__(self, page: str, wanted: set[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.wanted = page, wanted
        self.found: dict[str, str] = {}
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self._open: tuple[str, str, int] | None = None
        self._deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open:
            self._deep += tag == self._open[1]
        elif (id := dict(attrs).get("id")) in self.wanted and id and tag not in VOID:
            self._open, self._deep = (id, tag, self._at()), 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<br/>, <path/>: nothing opens."""

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[1]:
            self._deep -= 1
            if not self._deep:
                id, _, start = self._open
                self.found[id] = self.page[start : self.page.index(">", self._at()) + 1]
                self._open = None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

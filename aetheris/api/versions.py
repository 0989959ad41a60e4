"""I guard a change by the version its writer saw: If-Match or "version" in, ETag out."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.errors import VersionNotRight, VersionStale


def version_sent(request: Request) -> int | None:
    """The version the writer saw, None when they do not say; header and body must not differ."""
    header = request.headers.get("If-Match", "").strip()
    told = [] if header in ("", "*") else [_number(header.removeprefix("W/").strip('"'))]
    if isinstance(request.data, dict) and request.data.get("version") is not None:
        told.append(_number(request.data["version"]))
    if len(set(told)) > 1:
        raise VersionStale(current=told[0], sent=told[1])
    return told[0] if told else None


def check_version(request: Request, current: int) -> int | None:
    """Refuse a stale writer kindly, before the database would; returns the version sent."""
    sent = version_sent(request)
    if sent is not None and sent != current:
        raise VersionStale(current=current, sent=sent)
    return sent


def with_version(data: Any, version: int, *, status: int = 200) -> Response:
    return Response(data, status=status, headers={"ETag": f'"{version}"'})


def _number(word: Any) -> int:
    if isinstance(word, bool) or not str(word).isascii() or not str(word).isdigit() or len(str(word)) > 18:
        raise VersionNotRight(sent=str(word)[:40])
    return int(word)

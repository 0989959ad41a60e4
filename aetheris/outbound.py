"""I call addresses that users give us, and only those on the public internet.

I resolve once, check every address found, and connect to the very one that was checked.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from aetheris.errors import AetherisError
from aetheris.internet import Address, is_public


class OutboundRefused(AetherisError):
    """{place} is not called: {why}. Give an https:// address on the public internet."""

    code = "outbound_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 20.0,
    most_bytes: int = 8 * 2**20,
) -> Reply:
    """One request, without redirects, proxies or kept lines. Raises OSError when nobody answers in time,
    OutboundRefused for an address that is not public, ValueError for an answer that is too long."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ({"https", "http"} if _loopback() else {"https"}) or not host or "@" in parts.netloc:
        raise OutboundRefused(place=host or "This address", why="it is no https:// address")
    until = monotonic() + seconds
    line = _Line(host, parts.port or (443 if parts.scheme == "https" else 80), secure=parts.scheme == "https",
                 seconds=seconds)  # fmt: skip
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        line.request(method, path, body=body, headers={"Connection": "close", **(headers or {})})
        answer = line.getresponse()
        told = b""
        while some := answer.read1(65_536):
            told += some
            if len(told) > most_bytes:
                raise ValueError(f"its answer is longer than {most_bytes // 2**20} MB")
            if monotonic() > until:
                raise TimeoutError(f"no whole answer within {seconds:g} s")
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, told)
    except http.client.HTTPException as flaw:
        raise OSError(f"its answer is not HTTP ({type(flaw).__name__})") from None
    finally:
        line.close()


def connect(host: str, port: int, *, secure: bool, seconds: float) -> socket.socket:
    """A line to a public host, secured in its name where asked."""
    last: OSError | None = None
    for address in checked(host, port):
        try:
            plain = socket.create_connection((str(address), port), seconds)
        except OSError as flaw:
            last = flaw
            continue
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
    raise last or OSError("it has no address")


def checked(host: str, port: int) -> list[Address]:
    """Every address of the host; one that is not public refuses them all."""
    found = {
        ip_address(str(one[4][0]).partition("%")[0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    }
    if not found or not all(is_public(address, loopback=_loopback()) for address in found):
        raise OutboundRefused(place=host, why="it is not on the public internet")
    return sorted(found, key=lambda address: address.version)


def _loopback() -> bool:
    """Only where this installation says so, to try things with a peer on the same machine."""
    return bool(getattr(settings, "OUTBOUND_ALLOW_LOOPBACK", False))


class _Line(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, *, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if secure else 80
        self.secure = secure

    def connect(self) -> None:
        self.sock = connect(self.host, self.port, secure=self.secure, seconds=self.timeout or 20.0)

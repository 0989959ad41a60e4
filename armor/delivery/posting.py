"""I send one POST to a checked address and read no more than the head of the answer, all within a fixed time.

Written out by hand, since it must connect to the very address that was checked while TLS and the Host header name the
host; nothing else is wanted of HTTP here: no redirects, no cookies, no proxies, no kept connections, no body read.
"""

import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from aetheris.internet import Address
from armor.delivery.addresses import Place
from armor.delivery.errors import NoAnswer
from armor.delivery.names import addresses_of

CONNECT_SECONDS, SILENT_SECONDS, TOTAL_SECONDS = 5.0, 10.0, 15.0
HEAD_BYTES, DRAINED_BYTES, DRAIN_SECONDS = 16_384, 65_536, 0.5
STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)[ \r]")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    retry_after: int | None = None
    seconds: float = 0.0


class Clock:
    """What is left of the time one delivery may take."""

    def __init__(self, total: float = TOTAL_SECONDS) -> None:
        self.began = time.monotonic()
        self.end = self.began + total

    def left(self, most: float) -> float:
        remaining = min(most, self.end - time.monotonic())
        if remaining <= 0:
            raise NoAnswer(f"no whole answer within {TOTAL_SECONDS:g} s")
        return remaining


def post(place: Place, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The receiver's answer; NoAnswer says why there is none."""
    clock = Clock()
    try:
        with _connected(place, addresses_of(place), clock) as line:
            line.settimeout(clock.left(SILENT_SECONDS))
            line.sendall(_request(place, body, headers))
            head = _final_head(line, clock)
            _drain(line)
    except TimeoutError:
        clock.left(SILENT_SECONDS)
        raise NoAnswer(f"no answer within {SILENT_SECONDS:g} s") from None
    except ssl.SSLError as flaw:
        raise NoAnswer(f"TLS failed ({getattr(flaw, 'verify_message', '') or flaw.reason})") from None
    except OSError as flaw:
        raise NoAnswer(f"the connection failed ({flaw.strerror or type(flaw).__name__})") from None
    status = STATUS.match(head)
    if status is None:
        raise NoAnswer("the answer is not HTTP")
    return Answer(int(status[1]), _retry_after(head), time.monotonic() - clock.began)


def _connected(place: Place, addresses: list[Address], clock: Clock) -> socket.socket:
    """A line to the first address that takes it, secured in the name of the host."""
    last: OSError | None = None
    for address in addresses:
        try:
            plain = socket.create_connection((str(address), place.port), clock.left(CONNECT_SECONDS))
        except OSError as flaw:
            last = flaw
            continue
        if place.scheme == "http":
            return plain
        plain.settimeout(clock.left(CONNECT_SECONDS))
        try:
            return _tls(settings.WEBHOOKS_CA_FILE).wrap_socket(plain, server_hostname=place.host)
        except BaseException:
            plain.close()
            raise
    raise last or OSError("no address")


@lru_cache(maxsize=2)
def _tls(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


def _request(place: Place, body: bytes, headers: Mapping[str, str]) -> bytes:
    told = {
        "Host": place.authority, "User-Agent": "Aetheris-Webhooks/1", "Accept": "*/*", "Connection": "close",
        "Content-Type": "application/json", "Content-Length": str(len(body)), **headers,
    }  # fmt: skip
    lines = [f"POST {place.path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _final_head(line: socket.socket, clock: Clock) -> bytes:
    """The head of the answer that is not “wait a moment” (1xx)."""
    heard = b""
    while True:
        while b"\r\n\r\n" not in heard:
            if len(heard) > HEAD_BYTES:
                raise NoAnswer("the head of the answer has no end")
            line.settimeout(clock.left(SILENT_SECONDS))
            some = line.recv(4096)
            if not some:
                raise NoAnswer("the connection was closed without an answer")
            heard += some
        head, _, heard = heard.partition(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            return head


def _drain(line: socket.socket) -> None:
    """Let a small body arrive, so that its sender does not see the line break; a large one is left where it is."""
    end, read = time.monotonic() + DRAIN_SECONDS, 0
    try:
        while read < DRAINED_BYTES and (left := end - time.monotonic()) > 0:
            line.settimeout(left)
            some = line.recv(8192)
            if not some:
                return
            read += len(some)
    except OSError:
        return


def _retry_after(head: bytes) -> int | None:
    found = re.search(rb"\r\nretry-after:[ \t]*(\d{1,6})[ \t]*(?:\r\n|$)", head, re.IGNORECASE)
    return int(found[1]) if found else None

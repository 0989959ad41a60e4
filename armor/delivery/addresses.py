"""I read a URL somebody gave us, strictly, and say which addresses may be connected to. I ask no name server.

A host is an IP address in its one usual spelling, or a name with a dot whose last label begins with a letter: what a C
library would also take for an address (2130706433, 0x7f.1, 127.1) is neither. Ranges: IANA special-purpose registries.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from aetheris.internet import Address, is_public
from armor.delivery.errors import AddressRefused

LONGEST = 2000
PORTS = {"https": (443, 8443), "http": (80, 8080)}
NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
NOT_THERE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid", "onion")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect and what to ask for: `host` is a name or an address, `path` begins with a slash."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def literal(self) -> Address | None:
        return _literal(self.host)

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.scheme == "https" else 80) else f"{name}:{self.port}"


def read(url: str) -> Place:
    """The place a URL names; whatever has two readings is refused."""
    if not url or len(url) > LONGEST or not url.isprintable() or re.search(r"[\s\\]", url):
        raise AddressRefused(url=shown(url), why="it is empty, too long, or has characters no address has")
    try:
        parts = urlsplit(url)
        host, port = _host(parts), parts.port
    except ValueError as flaw:
        raise AddressRefused(url=shown(url), why=f"it is not an address ({flaw})") from None
    if parts.scheme not in _schemes():
        raise AddressRefused(url=shown(url), why="it does not begin with https://")
    if "@" in parts.netloc or parts.fragment:
        raise AddressRefused(url=shown(url), why="a user, password or fragment has no place in it")
    place = Place(parts.scheme, host, PORTS[parts.scheme][0] if port is None else port, _path(parts))
    _check_host(place, url)
    return place


def allowed(address: Address) -> bool:
    """Whether a connection to this address leaves for the public internet."""
    refused = [ip_network(own) for own in settings.WEBHOOKS_REFUSED_NETWORKS]
    return is_public(address, loopback=settings.WEBHOOKS_ALLOW_LOOPBACK, refused=refused)


def shown(url: str) -> str:
    """A URL as others may see it: the rest of it is often a key."""
    head = re.match(r"[\w+.-]{1,12}://[^/?#@\s]{1,80}", url)
    return f"{head[0]}/…" if head else "This address"


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if settings.WEBHOOKS_ALLOW_HTTP else ("https",)


def _host(parts: SplitResult) -> str:
    """In lower case and ASCII; full-width digits and dots become what a resolver would make of them."""
    host = parts.hostname or ""
    if ":" in host:
        return str(IPv6Address(host))
    return host.encode("idna").decode("ascii").lower().removesuffix(".")


def _path(parts: SplitResult) -> str:
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return path.encode("ascii", "strict").decode() if path.isascii() else _percent(path)


def _percent(path: str) -> str:
    return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in path)


def _check_host(place: Place, url: str) -> None:
    literal = place.literal
    if literal is None:
        if not NAME.fullmatch(place.host) or place.host.rpartition(".")[2] in NOT_THERE:
            raise AddressRefused(url=shown(url), why="its host is no public name")
    elif not allowed(literal):
        raise AddressRefused(url=shown(url), why="its host is not on the public internet")
    if place.port not in PORTS[place.scheme] and not (settings.WEBHOOKS_ALLOW_LOOPBACK and place.port > 1023):
        ports = " or ".join(str(port) for port in PORTS[place.scheme])
        raise AddressRefused(url=shown(url), why=f"port {place.port} is not used for webhooks, only {ports}")


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None

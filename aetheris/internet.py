"""I say which addresses lie on the public internet; pure. Ranges: IANA special-purpose address registries."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NAT64 = IPv6Network("64:ff9b::/96")
# Public by Python's word, and yet no place anybody answers from: relays, tunnels, a cloud's own services.
REFUSED = [
    ip_network(network)
    for network in (
        "192.88.99.0/24", "168.63.129.16/32", "64:ff9b:1::/48", "2001::/32", "2002::/16", "::/96", "fec0::/10",
        "3fff::/20", "5f00::/16",
    )
]  # fmt: skip


def is_public(address: Address, *, loopback: bool = False, refused: Iterable[Network] = ()) -> bool:
    """Whether a connection to it leaves for the public internet; `loopback` lets the own machine pass as well."""
    if address.is_loopback and loopback:
        return True
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        if inside := _carried(address):
            return is_public(inside, loopback=loopback, refused=refused)
    if any(address in network for network in (*REFUSED, *refused) if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one that is only another way to write it."""
    return address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None)

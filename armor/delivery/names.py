"""I ask the name server once, within a time limit, and let through only when every address it gave may be reached."""

from functools import lru_cache
from ipaddress import ip_address

import dns.exception
import dns.resolver
from django.conf import settings

from aetheris.internet import Address
from armor.delivery.addresses import Place, allowed
from armor.delivery.errors import NoAnswer

SECONDS = 4.0


class NotPublic(NoAnswer):
    """A name that leads, by one of its addresses, to a place that must not be reached."""


def addresses_of(place: Place) -> list[Address]:
    """The checked addresses of a host: connect to these and to no others, and ask nobody again."""
    found = [place.literal] if place.literal else _asked(place.host)
    if not found:
        raise NoAnswer(f"{place.host} has no address")
    if not all(allowed(address) for address in found):
        raise NotPublic(f"{place.host} leads to an address that is not on the public internet")
    return found


def _asked(name: str) -> list[Address]:
    """IPv4 first: a host without IPv6 of its own must not wait for it."""
    try:
        answers = _resolver(settings.WEBHOOKS_NAMESERVER).resolve_name(name, lifetime=SECONDS)
        found: list[Address] = [ip_address(text) for text in answers.addresses()]
    except (dns.exception.DNSException, OSError, ValueError) as refusal:
        raise NoAnswer(f"{name} could not be resolved ({type(refusal).__name__})") from None
    return sorted(found, key=lambda address: address.version)


@lru_cache(maxsize=2)
def _resolver(server: str) -> dns.resolver.Resolver:
    """The machine's own name servers, or the one the setting names as host:port. Answers are not kept."""
    if not server:
        return dns.resolver.Resolver()
    host, _, port = server.partition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.search = [host], int(port or 53), []
    return resolver

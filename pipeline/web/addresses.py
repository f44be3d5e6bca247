"""Which addresses may be asked: only http(s), only the hosts of a source, and no machine that is not public.

An address is checked twice: its parts before anything is sent, and the numeric addresses of its host when the
connection is made (pipeline.web.network), so that a name cannot mean one machine when checked and another when used.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from pipeline.limits import Rejected

LONGEST = 2000  # characters
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a source may lead: its hosts and all below them, and the ports besides 80 and 443.

    With ``private`` machines that are not public may be asked, too: this one, and those of the local network.
    """

    hosts: frozenset[str]
    ports: frozenset[int] = frozenset()
    private: bool = False

    def holds(self, host: str) -> bool:
        """Whether a host is one of these, or below one."""
        host = host.casefold().rstrip(".")
        return any(host == each or host.endswith(f".{each}") for each in self.hosts)


def refused(reason: str) -> Rejected:
    """The address may not be asked."""
    return Rejected("address_refused", "fetch", reason)


def checked(address: str, bounds: Bounds, *, base: str | None = None) -> str:
    """The address, whole (``base`` is where it was found) and without fragment; raises Rejected where it may not be."""
    if base is not None:
        try:
            address = urljoin(base, address.strip())
        except ValueError:
            raise refused("the address cannot be read") from None
    parts, host, port = _parts(address)
    if not bounds.holds(host):
        raise refused(f"{host} is none of the source's hosts ({', '.join(sorted(bounds.hosts))})")
    if port != _PORTS[parts.scheme] and port not in bounds.ports:
        raise refused(f"port {port} of {host} is not the source's")
    if not bounds.private and not _may_be_public(host):
        raise refused(f"{host} is not a public address")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def _parts(address: str) -> tuple[SplitResult, str, int]:
    if len(address) > LONGEST:
        raise refused(f"the address is longer than {LONGEST} characters")
    if _UNSAFE.search(address):
        raise refused("the address holds blanks, control characters or backslashes")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise refused("the address cannot be read") from None
    if parts.scheme not in _PORTS:
        raise refused(f"{parts.scheme or 'no scheme'}: only http and https are asked")
    if parts.username is not None or parts.password is not None:
        raise refused("the address holds a user name")
    if not parts.hostname:
        raise refused("the address names no host")
    return parts, parts.hostname, port or _PORTS[parts.scheme]


def _may_be_public(host: str) -> bool:
    """False for a host that is written as a number and is not public."""
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        return host.casefold().rstrip(".") != "localhost"


def is_public(address: IPAddress) -> bool:
    """Whether anybody can reach the machine: not loopback, private, link-local, multicast, reserved or unspecified.

    An IPv6 address that carries an IPv4 one (mapped, translated, 6to4, Teredo) is as public as that is.
    """
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def host_of(address: str) -> str:
    """The host of an address, in small letters; empty where it has none."""
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def port_of(address: str) -> int | None:
    """The port that an address names, if any."""
    try:
        return urlsplit(address).port
    except ValueError:
        return None

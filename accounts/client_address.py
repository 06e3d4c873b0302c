"""The address that a request comes from. Nothing else reads it from the request."""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# What some proxies append to an address, or put around an IPv6 address: 192.0.2.7:5678, [2001:db8::1]:44,
# [2001:db8::1].
_WITH_PORT = re.compile(r"(?P<v4>[0-9.]{7,15}):[0-9]{1,5}|\[(?P<v6>[0-9A-Fa-f:.]{2,45})\](?::[0-9]{1,5})?")

# A customer with one IPv6 address has all addresses that share these bits.
SHARED_BITS = 64


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser in its shortest spelling; None where the server knows none (a local socket).

    X-Forwarded-For is believed only if `BEHIND_PROXY` says that the council's own proxy sets it, and then only its last
    entry, which that proxy added. The browser sent whatever stands before it. If the entry is not an address
    ("unknown", say), the address of the connection is used.
    """
    connected = _address(str(request.META.get("REMOTE_ADDR", "")))
    if not settings.BEHIND_PROXY:
        return connected
    return _address(str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2]) or connected


def network_of(address: str | None) -> str:
    """The network that an address is counted under: the address itself, or the first 64 bits of an IPv6 address; "" for
    none.
    """
    if address is None or ":" not in address:
        return address or ""
    return str(ipaddress.ip_network(f"{address}/{SHARED_BITS}", strict=False))


def _address(written: str) -> str | None:
    written = written.strip()
    with_port = _WITH_PORT.fullmatch(written)
    try:
        address = ipaddress.ip_address((with_port["v4"] or with_port["v6"]) if with_port else written)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            # The name of a network card after a % sign, which databases do not accept.
            return None
        address = address.ipv4_mapped or address
    return str(address)

"""Whose address a request comes from: the one place that reads it."""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# What some proxies append to the address, or put around one of IPv6: 192.0.2.7:5678, [2001:db8::1]:44, [2001:db8::1].
_WITH_PORT = re.compile(r"(?P<v4>[0-9.]{7,15}):[0-9]{1,5}|\[(?P<v6>[0-9A-Fa-f:.]{2,45})\](?::[0-9]{1,5})?")

# Whoever has one address of IPv6 has all that share these bits of it.
SHARED_BITS = 64


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser as it is written shortest; None where the server knows none (a local socket).

    X-Forwarded-For is believed only where `BEHIND_PROXY` says that the council's own proxy sets it, and then only its
    last entry, the one which that proxy added; whatever stands before it was sent by the browser. An entry that is no
    address ("unknown", say) counts as if there were none: the address is the connection's then.
    """
    connected = _address(str(request.META.get("REMOTE_ADDR", "")))
    if not settings.BEHIND_PROXY:
        return connected
    return _address(str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2]) or connected


def network_of(address: str | None) -> str:
    """Where an address is counted: itself, of IPv6 the network of its first 64 bits; "" where there is none."""
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
            # The name of a network card behind a % sign: a database takes none.
            return None
        address = address.ipv4_mapped or address
    return str(address)

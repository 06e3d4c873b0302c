"""What every test gets: no network but this machine's own, and an empty cache."""

import ipaddress
import socket
from collections.abc import Iterator

import pytest
from django.core.cache import cache


def is_local(address: object) -> bool:
    """Whether a socket address stays on this machine: a file, an abstract name, or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in {"localhost", "", None}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses connections to other machines, so that a test cannot pass by somebody else's server."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(address: object) -> None:
        if not is_local(address):
            raise RuntimeError(f"a test tried to reach {address!r}")

    def guarded_connect(self, address):
        refuse(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        refuse(address)
        return connect_ex(self, address)

    def guarded_look_up(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        # The machine's own name is this machine: Python's mail library asks for it.
        if name != socket.gethostname():
            refuse((name,))
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Nothing that one test kept is seen by the next."""
    from inspections import unchanged

    cache.clear()
    unchanged.forget()
    yield
    cache.clear()
    unchanged.forget()

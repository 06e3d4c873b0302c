"""What every test gets: no network except this machine, and an empty cache."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.outbox.installation import drop_templates

COUNTING_OR_COMMITTING = {
    "django_assert_num_queries",
    "django_assert_max_num_queries",
    "transactional_db",
}
# How long an example takes says how busy the machine is.
ANY_SPEED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
# A test that needs more examples, or fewer, says so itself.
EXAMPLES = 100 if os.environ.get("LONG") == "1" else 40
settings.register_profile("readiness", max_examples=EXAMPLES, deadline=None, suppress_health_check=ANY_SPEED)
settings.load_profile("readiness")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no process of a run is left alone with it at the end.

    Everything is run on SQLite but what only PostgreSQL can show; on PostgreSQL, what a database can answer otherwise.
    """
    items.sort(key=lambda item: not _marked(item, "journey", "processes"))
    if os.environ.get("LONG") != "1":
        _deselect(config, items, lambda item: not _marked(item, "long"))
    on_postgresql = os.environ.get("TEST_DATABASE") == "postgresql"
    _deselect(config, items, _depends_on_database if on_postgresql else _runs_on_sqlite)


def _deselect(config: pytest.Config, items: list[pytest.Item], is_wanted: Callable[[pytest.Item], bool]) -> None:
    """Leaves out the tests that are not wanted, and has the last line of the run count them."""
    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = [item for item in items if is_wanted(item)]


def _runs_on_sqlite(item: pytest.Item) -> bool:
    return not _marked(item, "postgresql")


def _depends_on_database(item: pytest.Item) -> bool:
    """It is marked so, counts queries, or commits what other tests only write in a transaction that is taken back."""
    fixtures = COUNTING_OR_COMMITTING.intersection(getattr(item, "fixturenames", ()))
    in_django = item.get_closest_marker("django_db")
    commits = in_django is not None and in_django.kwargs.get("transaction")
    return bool(fixtures or commits) or _marked(item, "database", "postgresql", "services")


def _marked(item: pytest.Item, *names: str) -> bool:
    return any(item.get_closest_marker(name) for name in names)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        drop_templates()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return Together(config, log)


class Together(LoadFileScheduling):
    """A file's tests stay in one process of a run, since some share what they start; all journeys share one service."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/journeys" if nodeid.startswith("tests/journeys/") else super()._split_scope(nodeid)


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
    cache.clear()
    yield
    cache.clear()

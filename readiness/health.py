"""Can the project work? For load balancers and container engines; it shows no secret and needs no sign-in."""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from files import scanning, storage
from inspections.models import library
from readiness.celery import app
from routine.running import last_runs

log = logging.getLogger(__name__)


@require_safe
@never_cache
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 with every check "ok", 503 if one is "failing"; the log says what failed, not the answer.

    It also says when each piece of routine work was last done. Late routine work does not make a web server unhealthy.
    """
    asked = CHECKS | ({"scanner": scanning.check} if settings.CLAMD else {})
    checks = {name: passes(name, check) for name, check in asked.items()}
    well = all(checks.values())
    body = {
        "status": "ok" if well else "failing",
        "checks": {name: "ok" if passed else "failing" for name, passed in checks.items()},
        "last_run": last_run() if checks["database"] else {},
    }
    return JsonResponse(body, status=200 if well else 503)


def passes(name: str, check: Callable[[], None]) -> bool:
    """Whether `check` runs without an exception; any exception is a failed check, never a failed page."""
    try:
        check()
    except Exception:
        log.exception("health check failed: %s", name)
        return False
    return True


def last_run() -> dict[str, str | None]:
    """When each piece of routine work was last done, in UTC; None if never, {} if that cannot be read."""
    try:
        runs = last_runs()
    except DatabaseError:
        log.exception("when routine work was last done could not be read")
        return {}
    return {name: f"{ran_at:%Y-%m-%dT%H:%M:%SZ}" if ran_at else None for name, ran_at in runs.items()}


def check_database() -> None:
    """Reads a table that migrations make, because an empty database is not a working one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        cursor.fetchone()


def check_broker() -> None:
    """Connects to the broker that gets the tasks; for the embedded one, writes into its folder."""
    transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if "data_folder_out" in transport_options:
        probe(Path(transport_options["data_folder_out"]))
        return
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=3)


def check_storage() -> None:
    """Writes, reads and deletes a file where uploads are received and where they are stored."""
    storage.probe()


def probe(directory: Path) -> None:
    """Writes a small file into `directory`, reads it back and deletes it; OSError or ValueError if that fails."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f".health-{secrets.token_hex(8)}"
    path = directory / name
    try:
        path.write_text(name)
        if path.read_text() != name:
            raise ValueError("the file reads differently from what was written")
    finally:
        path.unlink(missing_ok=True)


def check_frameworks() -> None:
    """Loads every framework and local plan; one faulty file of the council can stop every page."""
    known = library()
    known.frameworks()
    known.plans()


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "storage": check_storage,
    "frameworks": check_frameworks,
}

"""The health endpoint distinguishes a working installation from one in which something is missing or broken."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from readiness import health
from routine.models import LastRun
from tests.services import free_port

pytestmark = pytest.mark.database

NEVER = {
    "kept files read again": None,
    "uploads left behind": None,
    "files nobody sorted": None,
    "files of no case import": None,
    "files of no audit": None,
    "child-level data whose time has come": None,
    "previews of nothing": None,
    "readiness of the day": None,
}
WELL = {
    "status": "ok",
    "checks": {"database": "ok", "broker": "ok", "storage": "ok", "frameworks": "ok"},
    "last_run": NEVER,
}


@pytest.fixture
def folders(settings, tmp_path: Path) -> Path:
    """Storage and an embedded queue in a folder of the test's own."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "queue")}
    return tmp_path


def ask(client: Client) -> tuple[int, dict]:
    answer = client.get(reverse("health"))
    return answer.status_code, json.loads(answer.content)


@pytest.mark.django_db
def test_health_without_sign_in_says_that_all_is_well(client, folders):
    assert ask(client) == (200, WELL)


@pytest.mark.django_db
def test_health_says_when_routine_work_was_last_done(client, folders):
    LastRun.objects.create(name="readiness of the day", ran_at=datetime(2026, 11, 29, 18, 0, 4, tzinfo=UTC))
    LastRun.objects.create(name="of a former version", ran_at=datetime(2026, 11, 29, 18, 0, 4, tzinfo=UTC))
    assert ask(client) == (200, WELL | {"last_run": NEVER | {"readiness of the day": "2026-11-29T18:00:04Z"}})


@pytest.mark.django_db
def test_health_leaves_nothing_behind(client, folders):
    ask(client)
    assert [path for path in folders.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_health_is_never_kept_by_a_cache(client, folders):
    assert "no-store" in client.get(reverse("health")).headers["Cache-Control"]


@pytest.mark.django_db
def test_health_takes_no_form(client, folders):
    assert client.post(reverse("health")).status_code == 405


@pytest.mark.parametrize(("check", "folder"), [("storage", "uploads"), ("broker", "queue")])
@pytest.mark.django_db
def test_health_finds_a_folder_that_cannot_be_written(client, folders, check, folder):
    # A file in the folder's place refuses even the superuser, whom file modes do not stop.
    (folders / folder).write_text("in the way")
    assert ask(client) == (503, {"status": "failing", "checks": WELL["checks"] | {check: "failing"}, "last_run": NEVER})


@pytest.mark.django_db
def test_health_finds_a_broker_that_is_gone(client, folders, settings, monkeypatch):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    gone = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(health.app.conf, "broker_write_url", gone)
    assert ask(client) == (
        503,
        {"status": "failing", "checks": WELL["checks"] | {"broker": "failing"}, "last_run": NEVER},
    )


@pytest.mark.django_db
def test_health_finds_a_database_without_its_tables(client, folders, monkeypatch):
    class Empty:
        def cursor(self):
            raise connection.Database.OperationalError("no such table: django_migrations; secret-host")

    monkeypatch.setattr(health, "connection", Empty())
    status, body = ask(client)
    assert (status, body) == (
        503,
        {"status": "failing", "checks": WELL["checks"] | {"database": "failing"}, "last_run": {}},
    )


def test_probe_that_reads_differently_is_a_fault_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda self, *args, **kwargs: "something else")
    with pytest.raises(ValueError, match="reads differently"):
        health.probe(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_health_finds_a_framework_file_that_cannot_be_used(client, folders, settings, tmp_path):
    (tmp_path / "broken.toml").write_text("kind = ")
    settings.FRAMEWORK_DIRS = [tmp_path]
    assert ask(client) == (
        503,
        {"status": "failing", "checks": WELL["checks"] | {"frameworks": "failing"}, "last_run": NEVER},
    )

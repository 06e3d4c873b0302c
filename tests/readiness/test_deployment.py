"""The image and the compose file compared with what runs: the same commands, settings and health checks.

No container engine is at hand where these run. The compose file's own commands are started as processes, with its own
settings on a real PostgreSQL and Redis; only the addresses differ.
"""

import os
import re
import signal
import smtplib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from tests.processes import ENOUGH, ROOT, environment, fetch, running, stop, until
from tests.services import TEST_KEY, free_port, postgresql_url, redis_url

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
BIN = Path(sys.executable).parent


def interpolated(value: str, given: dict[str, str]) -> str:
    """A compose value with its variables filled in as the engine does; KeyError where a needed one is not given."""

    def one(match: re.Match[str]) -> str:
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if given.get(name):
            return given[name]
        if kind == ":-":
            return rest
        raise KeyError(name)

    filled = re.sub(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}", one, value)
    return filled.replace("$$", "$")


NEEDED = {
    "SECRET_KEY": TEST_KEY,
    "ALLOWED_HOSTS": "readiness.example.org",
    "POSTGRES_PASSWORD": "letters1digits",
    "REDIS_PASSWORD": "letters2digits",
}


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_compose_stops_where_a_secret_is_missing(missing):
    given = {name: value for name, value in NEEDED.items() if name != missing}
    values = [str(value) for service in SERVICES.values() for value in service.get("environment", {}).values()]
    with pytest.raises(KeyError, match=missing):
        [interpolated(value, given) for value in values]


def test_compose_holds_no_secret_of_its_own():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    assert re.findall(r"(?i)(?:password|secret_key)\s*[:=]\s*[\"']?(?!\$\{)[\w-]+", text) == []


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_waits_only_for_what_exists_and_is_checked(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        if how["condition"] == "service_healthy":
            assert SERVICES[other]["healthcheck"]["test"]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_volume_and_network_is_declared(name):
    service = SERVICES[name]
    assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.mark.parametrize("name", [*OURS, "mail"])
def test_own_processes_have_no_more_rights_than_they_need(name):
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )


def test_only_the_web_server_is_reached_and_only_from_this_machine():
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:${PORT:-8000}:8000"]
    }
    assert SERVICES["database"]["networks"] == SERVICES["queue"]["networks"] == ["inside"]


def test_image_runs_as_somebody_without_rights_and_what_compose_runs():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER 10001") > max(n for n, line in enumerate(lines) if line.startswith("FROM"))
    (command,) = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    assert yaml.safe_load(command) == SERVICES["web"]["command"]


def test_image_has_the_system_packages_that_make_install_puts_in_place():
    makefile = (ROOT / "Makefile").read_text()
    listed = re.search(r"^RUN_PACKAGES := (.*)$", makefile, re.MULTILINE)
    assert listed
    assert [
        name for name in listed[1].split() if name != "python3-venv" and name not in (ROOT / "Dockerfile").read_text()
    ] == []


@pytest.fixture
def database() -> Iterator[str]:
    """A new PostgreSQL database of the test's own, as a URL."""
    server, name = postgresql_url(), f"readiness_test_{uuid.uuid4().hex[:12]}"

    def run(statement: str) -> None:
        connection = psycopg2.connect(server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    run(f'CREATE DATABASE "{name}"')
    yield server.rpartition("/")[0] + f"/{name}"
    run(f'DROP DATABASE "{name}" WITH (FORCE)')


def settings_of(name: str, **given: str) -> dict[str, str]:
    """The environment that the compose file gives a service."""
    return {key: interpolated(str(value), NEEDED | given) for key, value in SERVICES[name]["environment"].items()}


def command_of(name: str) -> list[str]:
    """The command of a service, as the programs of this environment."""
    program, *arguments = SERVICES[name]["command"]
    return [str(BIN / program), *arguments]


def healthy(name: str, env: dict[str, str], *extra: str) -> bool:
    """Whether the health check of a service passes, run as the engine runs it."""
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    command = ["sh", "-c", interpolated(words[0], {})] if kind == "CMD-SHELL" else [str(BIN / words[0]), *words[1:]]
    done = subprocess.run([*command, *extra], cwd=ROOT, env=env, capture_output=True, timeout=ENOUGH)
    return done.returncode == 0


@pytest.mark.processes
@pytest.mark.services
def test_processes_of_the_compose_file_work_together(tmp_path, database):
    port, mail_port, worker_name = free_port(), free_port(), f"test-{uuid.uuid4().hex[:8]}"
    given = settings_of("web", EMAIL_URL=f"smtp://127.0.0.1:{mail_port}", WEB_WORKERS="2") | {
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": redis_url(),
        "DATA_DIR": str(tmp_path / "data"),
        "PORT": str(port),
    }
    env = environment(tmp_path / "data", **given) | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOSTNAME": worker_name,
        "PYTHONUNBUFFERED": "1",
    }
    catcher = [word.replace("0.0.0.0:8025", f"127.0.0.1:{mail_port}") for word in command_of("mail")]
    catcher[-1] = str(tmp_path / "mail")
    worker = [*command_of("worker"), "--hostname", f"celery@{worker_name}"]

    subprocess.run(command_of("migrate"), cwd=ROOT, env=env, check=True, capture_output=True, timeout=ENOUGH)
    assert not healthy("beat", env)
    with ExitStack() as stack:
        start = lambda name, command: stack.enter_context(running(command, tmp_path / f"{name}.log", env))  # noqa: E731
        mail, web = start("mail", catcher), start("web", command_of("web"))
        work, beat = start("worker", worker), start("beat", command_of("beat"))

        until(lambda: fetch(f"http://127.0.0.1:{port}/health", "readiness.example.org")[0] == 200, "web answers")
        image_check = [sys.executable, "scripts/healthy"]
        assert subprocess.run(image_check, cwd=ROOT, env=env, capture_output=True, timeout=ENOUGH).returncode == 0
        until(lambda: healthy("worker", env), "the worker answers")
        until(lambda: "Scheduler: Sending due task" in (tmp_path / "beat.log").read_text(), "beat strikes")
        until(lambda: "succeeded in" in (tmp_path / "worker.log").read_text(), "the worker does what beat asks")
        with smtplib.SMTP("127.0.0.1", mail_port) as client:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: Hello\r\n\r\nHello\r\n")
        assert len(list((tmp_path / "mail" / "new").iterdir())) == 1

        # Pages ask for TLS, which the council's own proxy in front says it has.
        status, headers, _ = fetch(f"http://127.0.0.1:{port}/sign-in/", "readiness.example.org")
        assert (status, headers["location"]) == (301, "https://readiness.example.org/sign-in/")

        assert [stop(process) for process in (beat, work, web)] == [0, 0, 0]
        stop(mail, signal.SIGINT)
    assert healthy("beat", env)
    assert not healthy("worker", env)
    for name in ("web", "worker", "beat"):
        assert "Traceback" not in (tmp_path / f"{name}.log").read_text()

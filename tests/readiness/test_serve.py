"""`manage.py serve` starts everything, says where, and stops all of it."""

import os
import re
import shutil
import signal
import smtplib
import socket
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from readiness import mailbox
from readiness.management.commands import serve
from tests.outbox.installation import DATABASE, migrated_file
from tests.processes import ENOUGH, environment, fetch, manage, running, stop, until
from tests.services import free_port

pytestmark = pytest.mark.processes

SERVE = [sys.executable, "manage.py", "serve", "--no-demo"]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data directory with a migrated database, so that only starting takes time."""
    directory = tmp_path / "var"
    directory.mkdir()
    shutil.copy(migrated_file(), directory / DATABASE)
    return directory


def children(pid: int) -> set[int]:
    """Every living process below `pid`."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found |= {int(entry.name)} | children(int(entry.name))
    return found


def named(pids: set[int], part: str) -> list[int]:
    """Those of the processes whose command line holds `part`."""
    lines = {}
    for pid in pids:
        try:
            lines[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return sorted(pid for pid, line in lines.items() if part in line)


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def test_serve_starts_everything_and_stops_all_of_it(tmp_path, var):
    data, log, port = var, tmp_path / "log", free_port()
    with running(SERVE, log, environment(data, PORT=str(port))) as served:
        until(lambda: fetch(f"http://127.0.0.1:{port}/health")[0] == 200, "the web server answers")
        status, headers, _ = fetch(f"http://127.0.0.1:{port}/")
        assert (status, headers["location"]) == (302, "/sign-in/?next=/")
        status, headers, page = fetch(f"http://127.0.0.1:{port}/sign-in/")
        assert status == 200
        assert "default-src 'none'" in headers["content-security-policy"]
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style
        assert fetch(f"http://127.0.0.1:{port}{style[1]}")[0] == 200

        until(lambda: mailbox.listening(data / "mailbox"), "the mail server is announced")
        with smtplib.SMTP("127.0.0.1", mailbox.listening(data / "mailbox")) as client:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: Hello\r\n\r\nHello\r\n")
        assert [stored.message["Subject"] for stored in mailbox.messages(data / "mailbox")] == ["Hello"]

        until(lambda: named(children(served.pid), "celery"), "the worker runs")
        started = children(served.pid)
        assert stop(served) == 0
    until(lambda: not alive(started), "every process is gone")
    assert f"Ready: http://127.0.0.1:{port}" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert mailbox.announced(data / "mailbox") is None


def test_serve_fills_a_new_database_with_the_demonstration_and_says_how_to_sign_in(tmp_path):
    log, port = tmp_path / "log", free_port()
    serve = [word for word in SERVE if word != "--no-demo"]
    with running(serve, log, environment(var, PORT=str(port))) as served:
        until(lambda: "Ready: " in log.read_text(), "the web server is ready")
        started = children(served.pid)
        assert stop(served, signal.SIGINT) == 0  # as Ctrl-C does
    until(lambda: not alive(started), "every process is gone")
    said = log.read_text()
    password = re.search(r"^ +password: (\S+)$", said, re.MULTILINE)
    assert password
    assert "  coordinator@example.org " in said
    assert len(password[1]) >= 12

    with running(serve, log, environment(var, PORT=str(port))) as served:
        until(lambda: "Ready: " in log.read_text(), "the web server is ready")
        assert stop(served) == 0
    assert log.read_text().splitlines()[0].startswith("Sign-in as before.")
    assert "password:" not in log.read_text()


def test_serve_says_that_the_port_is_taken_and_starts_nothing(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = manage("serve", data_dir=tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: Cannot listen on 127.0.0.1:{port} (Address already in use). "
        "Stop what uses it, or choose another: PORT=8001\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize("port", ["eight", "0", "65536"])
def test_serve_refuses_a_port_that_is_none(tmp_path, port):
    done = manage("serve", data_dir=tmp_path, PORT=port)
    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: PORT is malformed: it should be a number from 1 to 65535, not {port}\n",
    )


@pytest.mark.long
def test_serve_stops_all_when_one_of_them_dies(tmp_path, var):
    log, port = tmp_path / "log", free_port()
    with running(SERVE, log, environment(var, PORT=str(port))) as served:
        until(lambda: fetch(f"http://127.0.0.1:{port}/health")[0] == 200, "the web server answers")
        until(lambda: mailbox.listening(var / "mailbox"), "the mail server is announced")
        started = children(served.pid)
        (mail,) = named(started, "manage.py mailbox")
        os.kill(mail, signal.SIGKILL)
        assert served.wait(ENOUGH) == 1
    until(lambda: not alive(started), "every process is gone")
    assert (
        log.read_text().splitlines()[-1] == "CommandError: The process “mail” ended with status -9, so all were stopped"
    )


@pytest.mark.long
def test_serve_on_an_address_that_others_reach_asks_for_tls(tmp_path, var):
    log, port = tmp_path / "log", free_port()
    env = environment(var, PORT=str(port), HOST="0.0.0.0", ALLOWED_HOSTS="readiness.example.org")
    with running(SERVE, log, env) as served:
        until(lambda: fetch(f"http://127.0.0.1:{port}/health", "readiness.example.org")[0] == 200, "it answers")
        status, headers, _ = fetch(f"http://127.0.0.1:{port}/", "readiness.example.org")
        assert (status, headers["location"]) == (301, "https://readiness.example.org/")
        assert fetch(f"http://127.0.0.1:{port}/", "elsewhere.example.org")[0] == 400
        assert stop(served) == 0


def test_serve_names_a_framework_file_that_cannot_be_used(settings, tmp_path) -> None:
    (tmp_path / "broken.toml").write_text("kind = ")
    settings.FRAMEWORK_DIRS = [tmp_path]
    with pytest.raises(CommandError, match=r"broken\.toml"):
        serve.check_framework_files()

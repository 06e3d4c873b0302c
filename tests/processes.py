"""Starts the project's own commands as processes, with an environment that holds nothing but what a test gives."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Seconds after which a test gives up on what never comes. No test waits for it where all is well, however slow the
# machine is: each waits for what has to happen, and goes on as soon as it has.
ENOUGH = 300
#: For tests with processes that are run on either database: on PostgreSQL always, on SQLite at full length only.
ON_POSTGRESQL_FIRST = [
    pytest.param("postgresql", marks=pytest.mark.services),
    pytest.param("sqlite", marks=pytest.mark.long),
]
# Set by a test run for its own settings; a process under test reads what the test gives it.
OURS = {
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CELERY_BROKER_URL",
    "CLAMD_URL",
    "DATABASE_URL",
    "DATA_DIR",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_URL",
    "FROM_EMAIL",
    "HOST",
    "HTTPS",
    "MAX_UPLOAD_MB",
    "PORT",
    "PUBLIC_URL",
    "SECRET_KEY",
    "SENDFILE_PREFIX",
    "STORAGE_URL",
    "WEB_THREADS",
    "WEB_WORKERS",
}


def environment(data_dir: Path, **given: str) -> dict[str, str]:
    """The machine's environment without the project's settings, plus `data_dir` and what is given.

    Settings that are not given are empty, which counts as not set, so that a `.env` in the checkout changes nothing.
    """
    settings = dict.fromkeys(OURS - {"DJANGO_SETTINGS_MODULE"}, "") | {"DATA_DIR": str(data_dir)} | given
    return {name: value for name, value in os.environ.items() if name not in OURS} | settings


def manage(*arguments: str, data_dir: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Runs `manage.py` with `arguments` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data_dir, **given),
        capture_output=True,
        text=True,
        timeout=ENOUGH,
    )


@contextmanager
def running(command: list[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the length of a `with` block, its output in `log`; it and its children are gone afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = ENOUGH) -> int:
    """Asks a process to end, ends its group by force where it does not, and returns its exit status."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def until(condition: Callable[[], object], what: str, every: float = 0.05) -> None:
    """Returns as soon as `condition` holds, which is asked every so many seconds; AssertionError naming `what` after
    ENOUGH of them."""
    end = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < end, f"not within {ENOUGH} seconds: {what}"
        time.sleep(every)


def is_alive(pid: int) -> bool:
    """Whether the process runs. One that has ended does not, even where nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def fetch(url: str, host: str | None = None) -> tuple[int, dict[str, str], str]:
    """Status, headers in lower case and body of a GET that follows no redirect; status 0 where nobody listens."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args, **kwargs):
            return None

    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=ENOUGH) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
    except OSError:
        return 0, {}, ""

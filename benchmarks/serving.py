"""The project behind gunicorn, for benchmarks that speak to it over loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.outbox.installation import ROOT
from tests.services import free_port

START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A gunicorn that listens on a port of this machine; `worker` is its worker process."""

    port: int
    worker: int


@contextmanager
def served(environment: dict[str, str]) -> Iterator[Served]:
    """Run gunicorn with one worker process, started as the project starts it, until the block ends."""
    port = int(os.environ.get("BENCH_PORT") or free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:readiness.web_server", "readiness.wsgi"],
        cwd=ROOT,
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield Served(port, _worker_of(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def _worker_of(master: int) -> int:
    """The one worker's process id."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.1)
    raise RuntimeError("gunicorn has no worker")

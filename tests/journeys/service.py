"""The whole service as `manage.py serve` starts it: web server, worker with beat, mail server, a database file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from readiness import mailbox
from tests.outbox.installation import migrated_file
from tests.processes import ENOUGH, ROOT, environment, fetch, running, until
from tests.services import free_port

# The day of the briefing paper's worked example, ten minutes into the council's working hours.
BEGIN = "2011-04-18T09:10:00+01:00"
MOST_MEGABYTES = 2


@dataclass
class Service:
    """A running service: where it answers, what was filled in, and ways to move its clock and to run its commands."""

    url: str
    data: Path
    clock: Path
    env: dict[str, str]
    world: dict[str, Any]

    def move_clock(self, moment: str) -> None:
        """Sets the clock of every process of the service to an ISO moment; it continues from there."""
        set_clock(self.clock, moment)

    def manage(self, *arguments: str) -> Any:
        """What one of the project's commands answers in JSON."""
        done = run([sys.executable, "manage.py", *arguments, "--format", "json"], self.env)
        return json.loads(done.stdout)

    def mail(self, recipient: str) -> list[mailbox.Stored]:
        """What the mail server took for somebody, oldest first."""
        stored = mailbox.messages(self.data / "mailbox")
        return [each for each in reversed(stored) if recipient in each.recipients]


def set_clock(path: Path, moment: str) -> None:
    """Writes the moment with the steady clock's reading, whole: every process of the service reads it all the time."""
    datetime.fromisoformat(moment)
    partial = path.with_suffix(".partial")
    partial.write_text(f"{moment} {time.monotonic()}")
    partial.replace(path)


def run(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; AssertionError with its own words where it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=ENOUGH)
    assert done.returncode == 0, done.stderr
    return done


@contextmanager
def served(folder: Path) -> Iterator[Service]:
    """The service for the length of a `with` block, filled with the world of the journeys, in a folder of its own."""
    clock, data, port = folder / "clock", folder / "var", free_port()
    set_clock(clock, BEGIN)
    env = environment(data, PORT=str(port), MAX_UPLOAD_MB=str(MOST_MEGABYTES))
    env |= {"PYTHONPATH": str(Path(__file__).parent / "clock"), "READINESS_CLOCK": str(clock)}
    env |= {"DJANGO_SETTINGS_MODULE": "readiness.settings"}
    data.mkdir()
    shutil.copy(migrated_file(), data)
    world = json.loads(run([sys.executable, "-m", "tests.journeys.world"], env).stdout)
    log = folder / "log"
    with running([sys.executable, "manage.py", "serve", "--no-demo"], log, env) as process:
        url = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            assert process.poll() is None, log.read_text()[-4000:]
            return fetch(f"{url}/health")[0] == 200 and mailbox.listening(data / "mailbox") is not None

        until(answers, "the service answers")
        yield Service(url, data, clock, env, world)
    assert "Traceback" not in log.read_text(), log.read_text()[-4000:]

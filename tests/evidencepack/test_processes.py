"""Packs made by processes of their own: asked for at once, built at once, and by a worker that is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.outbox.installation import ROOT, Installation, installation
from tests.processes import ENOUGH, ON_POSTGRESQL_FIRST, until
from tests.services import redis_url

pytestmark = [pytest.mark.processes]

# The paper's own framework with nothing supplied: some fifty pages to draw, which takes a worker seconds.
FILL = """
from datetime import date
from django.db import transaction
from tests.factories.people import make_council, make_inspection
with transaction.atomic():
    print(make_inspection(make_council(), notified=date(2011, 4, 18)).pk)
"""
ASK = """
import json
from evidencepack.actions import request_pack
from inspections.models import Inspection
from tests.factories.people import at
pack, is_new = request_pack(inspection=Inspection.objects.get(), by=None, now=at("2011-04-18 10:00"))
print(json.dumps([pack.number, is_new]))
"""
BUILD = """
import json
from evidencepack import building
from evidencepack.progress import QUEUE
print(json.dumps([building.build(pk) is not None for pk in QUEUE.waiting(building.timezone.now())]))
"""
# What the page and beat do: one names the pack, the other looks what waits.
TELL = "from evidencepack import tasks; tasks.ask({pk})"
LOOK = "from evidencepack import tasks; tasks.build_waiting.delay()"


@pytest.fixture(scope="module", params=ON_POSTGRESQL_FIRST)
def filled(request, tmp_path_factory) -> Iterator[Installation]:
    with installation(request.param, tmp_path_factory.mktemp("packs")) as made:
        made.run(FILL)
        yield made


@pytest.fixture
def place(filled) -> Installation:
    filled.query("DELETE FROM evidencepack_pack")
    return filled


def packs(place: Installation) -> list[tuple]:
    return place.query("SELECT number, state, tries FROM evidencepack_pack ORDER BY number")


def folder(place: Installation) -> Path:
    return place.directory / "packs"


def half_built(place: Installation) -> list[Path]:
    return sorted(folder(place).glob(".*"))


@contextmanager
def worker(place: Installation, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker with its children in a group of its own; gone afterwards, however it ends."""
    command = [sys.executable, "-m", "celery", "-A", "readiness", "worker", "-P", "threads", "-c", "1", "-l", "info"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--without-mingle", "--without-gossip"],
            cwd=ROOT,
            env=environment(place),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(ENOUGH)


def environment(place: Installation) -> dict[str, str]:
    """PostgreSQL comes with Redis, SQLite with the embedded broker."""
    return {**place.environment, "CELERY_BROKER_URL": redis_url() if place.database else ""}


def tell(place: Installation, script: str) -> None:
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        cwd=ROOT,
        env=environment(place),
        check=True,
        timeout=ENOUGH,
    )


def test_two_who_ask_at_once_get_one_pack(place) -> None:
    answers = place.run_at_once(ASK)
    assert sorted(answers) == [[1, False], [1, True]]
    assert packs(place) == [(1, "queued", 0)]


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_two_workers_at_once_build_a_pack_once(place) -> None:
    place.run(ASK)
    answers = place.run_at_once(BUILD)
    assert [built for answer in answers for built in answer if built] == [True]
    assert packs(place) == [(1, "ready", 1)]
    assert half_built(place) == []


def test_pack_of_a_worker_that_was_killed_is_finished_by_another(place, tmp_path) -> None:
    """Killed in the middle, with files half written: no pack is there, and the next worker makes a whole one."""
    place.run(ASK)
    ((pk,),) = place.query("SELECT id FROM evidencepack_pack")
    with worker(place, tmp_path / "first") as process:
        tell(place, TELL.format(pk=pk))
        begun = "SELECT 1 FROM evidencepack_pack WHERE state = 'building' AND done > 0"
        until(lambda: place.query(begun), "the first worker has begun", every=0.01)
        kill(process)
    assert packs(place) == [(1, "building", 1)]
    assert [path.is_dir() for path in half_built(place)] == [True]
    assert not (folder(place) / str(pk)).exists()

    # Two minutes later: nobody has given a sign of life.
    place.query("UPDATE evidencepack_pack SET free_at = requested_at")
    with worker(place, tmp_path / "second"):
        tell(place, LOOK)
        finished = "SELECT 1 FROM evidencepack_pack WHERE state = 'ready'"
        until(lambda: place.query(finished), "the second worker has finished")
        until(lambda: not half_built(place), "what the first worker left behind is still there")
    assert packs(place) == [(1, "ready", 2)]
    ((pdf, zipped),) = place.query("SELECT pdf_sha256, zip_sha256 FROM evidencepack_pack")
    files = folder(place) / str(pk)
    assert hashlib.sha256((files / "pack.pdf").read_bytes()).hexdigest() == pdf
    assert hashlib.sha256((files / "pack.zip").read_bytes()).hexdigest() == zipped
    assert sorted(path.name for path in files.iterdir()) == ["front.pdf", "pack.pdf", "pack.zip"]


@pytest.mark.long
def test_pack_is_whole_and_alone_at_whatever_moments_its_workers_were_killed(tmp_path) -> None:
    """Killed again and again for each pack, at touches of disk and database from the first to the last; `LONG=1` for
    more of them."""
    chains = 6 if os.environ.get("LONG") == "1" else 2
    script = f"import json; from tests.evidencepack import killing; print(json.dumps(killing.run({chains})))"
    with installation("sqlite", tmp_path) as made:
        found = made.run(script)
    in_peace = found["in peace"]
    assert (in_peace["state"], in_peace["as the row says"], in_peace["folders"]) == ("ready", [True, True], [True])
    assert in_peace["on record"] == 1
    assert found["moments"] > 100
    killed = [each.pop("killed") for each in found["after kills"]]
    # A worker that came too late for a pack that was ready already was not killed, since it had nothing to do.
    assert sum(map(sum, killed)) > 3 * chains
    assert found["after kills"] == [in_peace] * chains


BYTES = """
import hashlib, json
from django.conf import settings
from django.db import transaction
from tests.evidencepack.killing import FRAMEWORKS
settings.FRAMEWORK_DIRS = [FRAMEWORKS]
settings.OFFICE_CONVERSION = False
from evidencepack.models import Pack
from tests.evidencepack.scene import ask, build, fill, make_scene
if not Pack.objects.exists():
    scene = make_scene()
    fill(scene)
    ask(scene)
Pack.objects.update(state="queued")
pack = build(Pack.objects.get())
print(json.dumps([hashlib.sha256((pack.folder / name).read_bytes()).hexdigest() for name in pack.file_names]))
"""


@pytest.mark.long
def test_same_pack_has_the_same_bytes_whatever_process_makes_it(tmp_path) -> None:
    """By processes that order their sets otherwise, in other zones and other languages, under another umask."""
    with installation("sqlite", tmp_path) as made:
        found = []
        for seed, zone, language in (("0", "Europe/London", "C.UTF-8"), ("4711", "Pacific/Auckland", "POSIX")):
            settings = {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language}
            script = f"import django, os; os.umask({0o22 if seed == '0' else 0o77}); django.setup()\n{BYTES}"
            run = subprocess.run(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env={**made.environment, **settings},
                check=True,
                capture_output=True,
                text=True,
                timeout=ENOUGH,
            )
            found.append(json.loads(run.stdout))
    assert found[0] == found[1]
    assert len(found[0]) == len(set(found[0])) == 5

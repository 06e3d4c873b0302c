"""Runs in a separate process: kills its children while they build a pack, each time at a later moment.

A moment is any touch of the file system or the database. After some kills one child builds to the end, and what is
there then must be what a pack that nobody disturbed is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from accounts.models import Event
from evidencepack import building, sweeping
from evidencepack.models import Pack, PackState
from evidencepack.progress import LEASE, QUEUE
from tests.evidencepack.scene import ASKED, ask, fill, make_scene

FRAMEWORKS = Path(__file__).resolve().parents[1] / "data" / "frameworks"
TOUCHES = ("open", "os.", "shutil.", "tempfile.", "sqlite3.")
KILLS = QUEUE.most_tries - 1  # before a pack is given up


def in_child(work: Callable[[], None]) -> int:
    """How a child that does this ended: 0, or less than 0 if it was killed."""
    connections.close_all()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def building_touches(on_touch: Callable[[], None]) -> None:
    """Builds the pack that waits, telling of every touch just before it happens."""
    sys.addaudithook(lambda event, arguments: on_touch() if event.startswith(TOUCHES) else None)

    def statement(execute: Callable[..., Any], *given: Any) -> Any:
        on_touch()
        return execute(*given)

    with connection.execute_wrapper(statement):
        building.build(Pack.objects.get().pk, now=lambda: ASKED)


def count() -> int:
    """How many moments there are in a build."""
    reader, writer = os.pipe()

    def work() -> None:
        seen: list[int] = []
        building_touches(lambda: seen.append(1))
        os.write(writer, str(len(seen)).encode())

    in_child(work)
    os.close(writer)
    with os.fdopen(reader) as told:
        return int(told.read())


def kill_at(moment: int) -> int:
    def work() -> None:
        left = [moment]

        def on_touch() -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        building_touches(on_touch)

    return in_child(work)


def seen() -> dict[str, Any]:
    """What is there: the pack, its files, what is on record, and every name in the folder of the packs."""
    pack = Pack.objects.get()
    files = {name: hashlib.sha256((pack.folder / name).read_bytes()).hexdigest() for name in pack.file_names}
    return {
        "state": pack.state,
        "files": files,
        "as the row says": [files["pack.pdf"] == pack.pdf_sha256, files["pack.zip"] == pack.zip_sha256],
        "on record": Event.objects.filter(verb="pack built").count(),
        "folders": [path.name == str(pack.pk) for path in Path(settings.PACKS_DIR).iterdir()],
        "manifest": len(pack.manifest),
    }


def begin_anew() -> None:
    pack = Pack.objects.get()
    shutil.rmtree(pack.folder, ignore_errors=True)
    Event.objects.filter(verb="pack built").delete()
    Pack.objects.update(state=PackState.QUEUED, tries=0, claim="", free_at=ASKED, finished_at=None, manifest=[])


def run(chains: int) -> dict[str, Any]:
    """The pack of an undisturbed build, and of each build that was killed several times before it could finish."""
    settings.FRAMEWORK_DIRS = [FRAMEWORKS]
    settings.OFFICE_CONVERSION = False
    scene = make_scene()
    fill(scene)
    ask(scene)
    building.build(
        Pack.objects.get().pk, now=lambda: ASKED
    )  # once here, so that what it loads is there in the children
    in_peace = seen()
    begin_anew()
    moments = count()
    wanted = chains * KILLS
    # Every so often, and the last ones, in which the pack is put in place, one by one.
    spread = [1 + moments * number // (wanted - KILLS) for number in range(wanted - KILLS)]
    at = [*spread, *range(moments - KILLS + 1, moments + 1)]
    found = []
    for first in range(chains):
        begin_anew()
        killed = [_killed(moment) for moment in at[first::chains]]
        for pk in QUEUE.waiting(ASKED + LEASE):
            building.build(pk, now=lambda: ASKED + LEASE)
        sweeping.sweep(ASKED)
        found.append({"killed": killed, **seen()})
    return {"moments": moments, "in peace": in_peace, "after kills": found}


def _killed(moment: int) -> bool:
    """Whether a new worker was killed at this moment; the one before it has been silent for long."""
    Pack.objects.filter(state=PackState.BUILDING).update(free_at=ASKED - timedelta(days=1))
    return kill_at(moment) == -signal.SIGKILL

"""Sets the clock of every Python process that has this folder on its PYTHONPATH to the time in a file.

The served project is unchanged: its web server, worker, beat and mail server are the real ones, and only what their
clocks say is shifted. The file holds a moment and the reading of the machine's steady clock at which it held; all
processes look at it all the time, so that a journey can move the day for all of them at once.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

FILE = Path(os.environ["READINESS_CLOCK"])
# Kept from the shift, which covers every other clock of the process.
EVERY = 0.1


def moment(text: str) -> datetime:
    """What the clock says now, by the file's text: an ISO moment, a space, seconds of the steady clock."""
    said, _, steady = text.partition(" ")
    # In UTC: with a named zone the whole process would change its local time.
    return datetime.fromisoformat(said).astimezone(UTC) + timedelta(seconds=time.monotonic() - float(steady))


def follow() -> None:
    """Moves this process's clock whenever the file says something new."""

    def watch() -> None:
        known = TEXT
        while True:
            time.sleep(EVERY)
            text = FILE.read_text()
            if text != known:
                known = text
                CLOCK.move_to(moment(text))

    threading.Thread(target=watch, name="clock", daemon=True).start()


TEXT = FILE.read_text()
CLOCK = time_machine.travel(moment(TEXT), tick=True).start()
follow()
# A thread does not survive a fork, and the web server's and Celery's processes are forks.
os.register_at_fork(after_in_child=follow)

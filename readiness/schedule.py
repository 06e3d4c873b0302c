"""What the software does by itself: each minute or more often by Celery beat, and everything else by the clock."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

# A run that no worker has taken before the next one is dropped, so that none pile up while no worker is running.
# Nothing rarer is listed here: beat counts from its own start, and may be restarted before the time comes.
BEAT: dict[str, dict[str, Any]] = {
    "send waiting mail": {"task": "outbox.tasks.send_waiting", "schedule": 30.0, "options": {"expires": 28}},
    "reminders": {"task": "reminders.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "waiting packs": {"task": "evidencepack.tasks.build_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "waiting case imports": {"task": "cases.tasks.work_on_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "waiting case exports": {
        "task": "cases.tasks.make_waiting_exports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "waiting audit exports": {
        "task": "audits.tasks.make_waiting_exports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "previews": {"task": "documents.tasks.make_previews", "schedule": 10.0, "options": {"expires": 9}},
    "waiting ZIPs": {"task": "intake.tasks.unpack_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "routine work": {"task": "routine.tasks.run_due", "schedule": 60.0, "options": {"expires": 55}},
}

# Due by when it was last done (`routine/running.py`); times of day are in Europe/London.
ROUTINE: dict[str, dict[str, Any]] = {
    "kept files read again": {"task": "documents.tasks.verify", "every": timedelta(minutes=10)},
    "uploads left behind": {"task": "documents.tasks.sweep", "at": time(3)},
    "files nobody sorted": {"task": "intake.tasks.sweep", "at": time(3)},
    "files of no case import": {"task": "cases.tasks.sweep", "at": time(3)},
    "files of no audit": {"task": "audits.tasks.sweep", "at": time(3)},
    "previews of nothing": {"task": "documents.tasks.sweep_previews", "at": time(3)},
    "child-level data whose time has come": {"task": "cases.tasks.erase_due", "at": time(4)},
    # In the evening; if no worker runs until midnight, the chart has a gap.
    "readiness of the day": {"task": "timetable.tasks.keep_readiness", "at": time(18), "same_day_only": True},
}
# Only if BOUNCES_URL is set.
ROUTINE_WITH_BOUNCES: dict[str, dict[str, Any]] = {
    "mail that came back": {"task": "reminders.tasks.receive_bounces", "every": timedelta(minutes=5)}
}

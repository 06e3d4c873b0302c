"""Reminder emails through the outbox, against a bare smtplib loop over one connection to the same server.

Both send the same 5,000 emails to one aiosmtpd server, which runs in a process of its own on this machine. The floor's
emails are put together before its clock starts, and it stores nothing. Ours starts from waiting rows, claims them, puts
each email together, and commits each one with its ledger row as soon as the server has it. It is measured with one
worker process and with two, as a council's installation has, on both databases.
"""

from __future__ import annotations

import os
import pickle
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.outbox.installation import Installation, installation

MAILS = 5000
REACH = "70 % of the floor's rate (1.43 x)"
SERVER = """
import asyncio
from aiosmtpd.smtp import SMTP
class Taker:
    async def handle_DATA(self, server, session, envelope):
        return "250 Taken"
async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taker(), hostname="localhost", loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(serve())
"""
FILL = f"""
from datetime import date
from accounts.models import User
from outbox.actions import compose, queue_all
from reminders.models import Reminder
from tests.factories.people import NOW, make_council, make_inspection
inspection = make_inspection(make_council(), notified=date(2011, 4, 18))
people = [User(email=f"reader{{n}}@example.org", full_name=f"Reader {{n}}", password="!") for n in range({MAILS})]
people = User.objects.bulk_create(people)
text = "Dear reader,\\n\\n" + "You owe this, and it is due on 19 April 2011 at 5pm.\\n" * 12
html = "<!DOCTYPE html><html><body>" + "<p>You owe this, due on 19 April 2011 at 5pm.</p>" * 12 + "</body></html>"
messages = queue_all([
    compose(to=p.email, to_name=p.full_name, subject="Reminder: 1 due today", text=text, html=html, now=NOW)
    for p in people
])
Reminder.objects.bulk_create(
    Reminder(inspection=inspection, person=p, audience="owner", duty_key="document:1", point="0", message=m,
             created_at=NOW)
    for p, m in zip(people, messages)
)
"""
WAIT_AGAIN = "UPDATE outbox_message SET state = 'queued', sent_at = NULL, tries = 0, free_at = created_at"
SEND = """
import json, time
from django.utils import timezone
from outbox.sending import send_waiting
began = time.time()
sent = send_waiting(now=timezone.now()).sent
print(json.dumps([began, time.time(), sent]))
"""
BUILD = """
import pickle
from outbox.building import email_of
from outbox.models import Message
mails = [(m.to, email_of(m).message().as_bytes()) for m in Message.objects.order_by("pk")]
pickle.dump(mails, open(%r, "wb"))
"""


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure the floor and ours in turn. Returns a row for each case: seconds (medians) and the rate compared."""
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        return [row for kind in ("postgresql", "sqlite") for row in _on(kind, port, repeats)]
    finally:
        server.terminate()
        server.communicate()


def _on(kind: str, port: int, repeats: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bench-mail-") as folder:
        directory = Path(folder) / f"bench-mail-{kind}"
        directory.mkdir()
        with installation(kind, directory) as place:
            place.smtp_port = port
            place.run(FILL)
            mails = _built(place, directory / "mails.pickle")
            floors: list[float] = []
            ours: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(repeats):
                floors.append(_floor(mails, port))
                for workers, seconds in ours.items():
                    place.query(WAIT_AGAIN)
                    seconds.append(_ours(place, workers))
    return [_row(kind, workers, floors, seconds) for workers, seconds in ours.items()]


def _built(place: Installation, path: Path) -> list[tuple[str, bytes]]:
    place.run(BUILD % str(path))
    mails: list[tuple[str, bytes]] = pickle.loads(path.read_bytes())
    return mails


def _floor(mails: list[tuple[str, bytes]], port: int) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for to, content in mails:
            client.sendmail("readiness@example.org", [to], content)
    return time.perf_counter() - began


def _ours(place: Installation, workers: int) -> float:
    """Seconds from when the first worker starts sending until the last one has finished; starting Python is not
    counted.
    """
    done = place.run_at_once(SEND, workers)
    assert sum(sent for _, _, sent in done) == MAILS
    return float(max(end for _, end, _ in done) - min(begin for begin, _, _ in done))


def _row(kind: str, workers: int, floors: list[float], seconds: list[float]) -> dict[str, Any]:
    floor, ours = statistics.median(floors), statistics.median(seconds)
    return {
        "benchmark": "mail",
        "case": f"{MAILS} mails, {kind}, {workers} worker process{'es' if workers > 1 else ''}",
        "floor": "smtplib over one connection, mails put together before",
        "floor_seconds": round(floor, 3),
        "seconds": round(ours, 3),
        "ratio": round(ours / floor, 2),
        "rate": f"{floor / ours:.0%} of the floor's rate",
        "reach": REACH,
    }


if __name__ == "__main__":
    for row in run(int(os.environ.get("REPEATS", "3"))):
        print(f"{row['case']}: {row['seconds']} s, floor {row['floor_seconds']} s, {row['rate']}")

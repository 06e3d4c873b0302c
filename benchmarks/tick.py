"""A tick of reminders that finds nothing to send, against reading the same rows by plain SQL.

So many inspections of as many councils, with fifty people each, all notified on one day and with every deadline far
ahead. The first tick looks at all of them. Later ticks, one a minute, look at what may have changed. The rival's plain
SQL reads the inspections with their councils, owners and people in three statements, once, and does nothing with them.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.outbox.installation import installation

REACH = "3 x the floor; linear in inspections"
SIZES = (1, 50, 150)
PEOPLE = 50

FILL = """
import sys
from datetime import date, timedelta
from django.utils import timezone
from accounts.models import Council, Holding, Membership, Post, Role, User
from inspections.models import Inspection, Ownership
from inspections.working_days import WorkingCalendar
from reminders.tick import tick
now = timezone.now()
notified = WorkingCalendar().next_working(timezone.localdate(now) - timedelta(days=1))
if notified > timezone.localdate(now):
    notified = WorkingCalendar().previous_working(timezone.localdate(now))
for n in range(SIZE):
    council = Council.objects.create(slug=f"council-{n}", name=f"Council {n}")
    people = User.objects.bulk_create(
        User(email=f"p{n}-{m}@example.org", full_name=f"Person {n} {m}", password="!") for m in range(PEOPLE)
    )
    Membership.objects.bulk_create(Membership(council=council, user=user, role=Role.OWNER) for user in people)
    posts = Post.objects.bulk_create(Post(council=council, name=f"Post {m}", organisation="C") for m in range(PEOPLE))
    Holding.objects.bulk_create(
        Holding(post=post, user=user, started_on=notified) for post, user in zip(posts, people, strict=True)
    )
    inspection = Inspection.objects.create(
        council=council, slug=f"inspection-{n}", title=f"Inspection {n}", framework_key="slac-2009",
        plan_key="oxfordshire", opened_at=now, notified_on=notified, notification_recorded_at=now,
    )
    framework = inspection.framework
    items = [f"document:{d.key}" for d in framework.documents]
    items += [f"focus-group:{g.key}" for g in framework.focus_groups]
    Ownership.objects.bulk_create(
        Ownership(inspection=inspection, item=item, post=posts[at % PEOPLE]) for at, item in enumerate(items)
    )
# What is due by now goes out, so that nothing is left to send.
while tick(now).queued:
    pass
"""
MEASURE = """
import json, statistics, time
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from inspections.models import Inspection
from reminders.models import Quiet
from reminders.tick import tick
def floor():
    rows = 0
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in (
            "SELECT i.*, c.* FROM inspections_inspection i JOIN accounts_council c ON c.id = i.council_id "
            "WHERE i.withdrawn_at IS NULL",
            "SELECT o.inspection_id, o.item, p.name, u.id, u.full_name, u.email FROM inspections_ownership o "
            "JOIN accounts_post p ON p.id = o.post_id "
            "LEFT JOIN accounts_holding h ON h.post_id = p.id AND h.ended_on IS NULL "
            "LEFT JOIN accounts_user u ON u.id = h.user_id",
            "SELECT m.council_id, m.role, u.id, u.full_name, u.email FROM accounts_membership m "
            "JOIN accounts_user u ON u.id = m.user_id",
        ):
            cursor.execute(statement)
            rows += len(cursor.fetchall())
    return time.perf_counter() - began, rows
def ours(*, first):
    if first:
        Quiet.objects.all().delete()
    began = time.perf_counter()
    done = tick(timezone.now())
    assert not done.queued and not done.troubled, (len(done.queued), done.troubled)
    return time.perf_counter() - began
floor(); ours(first=True)
print(json.dumps({"floor": floor()[0], "rows": floor()[1], "first": ours(first=True), "later": ours(first=False)}))
"""


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure the floor and the tick in turn at three sizes; a row for the first tick and one for later ticks."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-tick-") as folder:
        for size in SIZES:
            directory = Path(folder) / f"bench-tick-{size}"
            directory.mkdir()
            with installation("postgresql", directory) as place:
                place.run(FILL.replace("SIZE", str(size)).replace("PEOPLE", str(PEOPLE)))
                place.query("VACUUM ANALYZE")
                rows += _rows(size, [place.run(MEASURE) for _ in range(repeats)])
    return rows


def _rows(size: int, rounds: list[dict[str, float]]) -> list[dict[str, Any]]:
    floor = statistics.median(each["floor"] for each in rounds)
    found = []
    for key, words in (("first", "every inspection looked at"), ("later", "each minute after that")):
        seconds = statistics.median(each[key] for each in rounds)
        found.append(
            {
                "benchmark": "tick",
                "case": f"inspections: {size}, people: {size * PEOPLE:,}, nothing to send, {words}",
                "floor": f"the {int(rounds[0]['rows']):,} rows by plain SQL",
                "floor_seconds": round(floor, 4),
                "seconds": round(seconds, 4),
                "ratio": round(seconds / floor, 2),
                "each_ms": round(1000 * seconds / size, 2),
                "reach": REACH,
            }
        )
    return found


if __name__ == "__main__":
    for row in run(int(os.environ.get("REPEATS", "3"))):
        sys.stdout.write(f"{row}\n")

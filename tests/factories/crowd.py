"""A council with one of everything or with thirty, for counting queries."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import Role
from focusgroups.actions import add_attendee, record_briefing
from inspections.models import ClosureDay, Inspection, Ownership
from tests.factories.documents import make_version
from tests.factories.people import NOW, make_inspection, make_person, make_post
from timetable.models import StepRecord


def crowd(inspection: Inspection, number: int) -> None:
    """So many people in posts that own every item, files, attendees, briefings, closure days, past inspections."""
    council, framework = inspection.council, inspection.framework
    items = [
        *(f"document:{document.key}" for document in framework.documents),
        *(f"focus-group:{group.key}" for group in framework.focus_groups),
        *(f"step:{step.key}" for step in framework.steps if step.deadline),
    ]
    roles = (Role.OWNER, Role.DCS_OFFICE, Role.COORDINATOR)
    posts = [make_post(council, holder=make_person(council, *roles)) for _ in range(number)]
    Ownership.objects.bulk_create(
        Ownership(inspection=inspection, item=item, post=post, position=position)
        for item in items
        for position, post in enumerate(posts)
    )
    part = next(part for document in framework.documents for part in document.parts if part.dated)
    document = next(document for document in framework.documents if part in document.parts)
    steps = [step for step in framework.steps if step.duty == "record"]
    for n, post in enumerate(posts, start=council.posts.count()):
        by = post.holdings.get().user
        make_version(inspection, document.key, part.key, as_at=NOW.date() - timedelta(days=n + 1), by=by)
        group = framework.focus_groups[n % len(framework.focus_groups)].key
        add_attendee(inspection=inspection, group=group, name=f"Attendee {n}", by=by, now=NOW)
        record_briefing(inspection=inspection, group=group, by=by, now=NOW)
        step = steps[n % len(steps)].key
        StepRecord.objects.get_or_create(
            inspection=inspection, step=step, undone_at=None, defaults={"done_at": NOW, "done_by": by}
        )
        past = make_inspection(council, notified=date(2009, 3, 2))
        make_version(past, document.key, part.key, as_at=date(2009, 1, 5), by=by)
        day = date(2012, 1, 3) + timedelta(days=n)
        ClosureDay.objects.get_or_create(council=council, date=day, defaults={"reason": "Closed", "added_at": NOW})

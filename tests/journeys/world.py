"""Fills the served project's database before the journeys begin, and says as JSON what is in it.

Run as `python -m tests.journeys.world` in the environment of the served project. Every journey has a council of its
own, so that none of them depends on another. Everything is filled in through the actions that people's clicks reach.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

import documents.evidence.actions  # noqa: E402
import documents.reviews.actions  # noqa: E402
import focusgroups.actions  # noqa: E402
import timetable.actions  # noqa: E402
from accounts.actions import add_council, add_person, give_post  # noqa: E402
from accounts.models import Council, Holding, Post, Role, User  # noqa: E402
from documents.state import states  # noqa: E402
from inspections.actions import open_inspection, record_notification  # noqa: E402
from inspections.models import Inspection, Ownership  # noqa: E402
from inspections.snapshot import snapshot_of  # noqa: E402
from intake.models import Archive, WaitingFile  # noqa: E402
from tests.access.rows import World  # noqa: E402
from tests.factories.documents import add, complete, pdf_bytes  # noqa: E402
from tests.factories.people import PASSWORD  # noqa: E402
from tests.journeys import audited  # noqa: E402
from tests.table import TABLES  # noqa: E402

# Every journey's council, and how long before "today" (18 April 2011) its inspection was notified.
NOT_NOTIFIED = {
    "call": "Callshire",
    "pack": "Packshire",
    "plain": "Plainshire",
    "folder": "Foldershire",
    "folder-plain": "Plainfoldershire",
}
DAY_ONE, DAY_THREE, DAY_FIVE = date(2011, 4, 18), date(2011, 4, 14), date(2011, 4, 12)
NOTIFIED = {
    "upload": ("Uploadshire", DAY_ONE),
    "refused": ("Refusedshire", DAY_ONE),
    "review": ("Reviewshire", DAY_THREE),
    "deadline": ("Deadlineshire", DAY_ONE),
    "keyboard": ("Keyboardshire", DAY_ONE),
    "lists": ("Listshire", DAY_ONE),
    "lists-plain": ("Plainlistshire", DAY_ONE),
    "audits": ("Auditshire", DAY_FIVE),
    "audits-plain": ("Plainauditshire", DAY_FIVE),
}
# The council whose pages are all opened, and its inspections in the four states that a page can be in.
EVERY_PAGE = "Everyshire"
STATES = {
    "empty": None,
    "middle": date(2011, 4, 13),
    "complete": date(2011, 4, 14),
    "late": date(2011, 3, 21),
}
NAMES = {
    Role.COORDINATOR: "Cora Example",
    Role.MEMBER: "Mina Example",
    Role.OWNER: "Owen Example",
    Role.DCS_OFFICE: "Dina Example",
    Role.CASE_OFFICER: "Casey Example",
    Role.AUDITOR: "Audrey Example",
    Role.BOARD: "Bo Example",
    Role.ADMINISTRATOR: "Ada Example",
    Role.DATA_PROTECTION: "Dara Example",
}
HOLDERS = ("Asha", "Ben", "Carys", "Dev", "Elin", "Femi", "Gwen", "Hari", "Isla", "Jude", "Kofi", "Lena", "Milo")


def make_people(council: Council, now: datetime) -> dict[Role, User]:
    """One person for each role."""
    return {
        role: add_person(
            council=council,
            email=f"{role.value}@{council.slug}.example.org",
            full_name=name,
            roles=[role],
            telephone="01632 960123",
            by=None,
            now=now,
        )
        for role, name in NAMES.items()
    }


def fill_posts(council: Council, inspection: Inspection, people: dict[Role, User], now: datetime) -> None:
    """The owner holds both posts of the first document; of the others every eighth is vacant."""
    first = Post.objects.filter(ownerships__inspection=inspection, ownerships__item="document:1")
    mine = {post.pk for post in first}
    others = cycle(
        add_person(
            council=council,
            email=f"{name.lower()}@{council.slug}.example.org",
            full_name=f"{name} Holder",
            roles=[Role.OWNER],
            telephone="01632 960456",
            by=None,
            now=now,
        )
        for name in HOLDERS
    )
    posts = Post.objects.filter(council=council, ownerships__inspection=inspection).distinct().order_by("pk")
    for number, post in enumerate(posts):
        if post.pk in mine:
            give_post(post=post, user=people[Role.OWNER], by=None, now=now)
        elif number % 8 != 7:
            give_post(post=post, user=next(others), by=None, now=now)


def make_place(name: str, now: datetime, notified: date | None = None) -> tuple[Inspection, dict[Role, User]]:
    """A council with its people and an inspection on the paper's framework and plan."""
    council = add_council(slug=name.lower(), name=name)
    people = make_people(council, now)
    inspection = make_inspection(council, people, now, slug=name.lower())
    fill_posts(council, inspection, people, now)
    if notified:
        notify(inspection, notified, people)
    return inspection, people


def make_inspection(
    council: Council, people: dict[Role, User], now: datetime, slug: str, title: str = "Inspection", plan: bool = True
) -> Inspection:
    return open_inspection(
        council=council,
        title=title,
        slug=slug,
        framework_key="slac-2009",
        plan_key="oxfordshire" if plan else "",
        by=people[Role.COORDINATOR],
        now=now,
    )


def notify(inspection: Inspection, day: date, people: dict[Role, User]) -> None:
    at = min(timezone.now(), timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=9))))
    record_notification(inspection=inspection, notified_on=day, by=people[Role.DCS_OFFICE], now=at)


def supply(inspection: Inspection, keys: Iterable[str], now: datetime, by: User, *, approve: bool = False) -> None:
    """Everything that the framework asks of these documents; approved where that is asked."""
    for key in keys:
        complete(inspection, key, by=by, now=now)
        if approve:
            contents = states(snapshot_of(inspection, now=now))[key].contents
            documents.reviews.actions.approve(inspection=inspection, document=key, contents=contents, by=by, now=now)


def arrange(inspection: Inspection, now: datetime, *, every: int = 1) -> None:
    """Focus groups with briefed attendees: all of them, or every second, third ... one."""
    for group in inspection.framework.focus_groups[::every]:
        for name, role in (("Ann Example", "Team manager"), ("Bob Example", "Headteacher")):
            focusgroups.actions.add_attendee(
                inspection=inspection, group=group.key, name=name, role=role, organisation="Council", by=None, now=now
            )
        focusgroups.actions.record_briefing(inspection=inspection, group=group.key, by=None, now=now)


def record_steps(inspection: Inspection, now: datetime) -> None:
    for step in inspection.framework.steps:
        if step.duty in ("record", "send-documents"):
            timetable.actions.record_step(inspection=inspection, step_key=step.key, by=None, now=now, note="By email")


def fill_places(now: datetime) -> dict[str, Any]:
    made = {key: make_place(name, now) for key, name in NOT_NOTIFIED.items()}
    made |= {key: make_place(name, now, day) for key, (name, day) in NOTIFIED.items()}
    inspection, people = made["review"]
    supply(inspection, ["3", "4"], now, people[Role.COORDINATOR])
    supply(inspection, ["13"], now, people[Role.COORDINATOR], approve=True)
    inspection, people = made["plain"]
    supply(inspection, ["4"], now, people[Role.COORDINATOR])
    # Of known lengths, since the journey looks for their pages by number.
    inspection, people = made["pack"]
    for number, pages in enumerate((2, 3)):
        body = pdf_bytes(pages, f"Minutes {number + 1}")
        day = date(2011, 3, 14) - timedelta(days=30 * number)
        add(inspection, "1", "minutes", as_at=day, content=body, name=f"board-{number + 1}.pdf", now=now)
    add(inspection, "10", "reports", content=pdf_bytes(1, "Report"), name="report.pdf", as_at=date(2011, 3, 1), now=now)
    add(inspection, "3", "plan", content=b"a,b\r\n1,2\r\n", name="plan.csv", as_at=date(2011, 3, 1), now=now)
    more = {key: audited.fill(made[key][0], now) for key in ("audits", "audits-plain")}
    audited.give_one_case(*made["audits-plain"], now)
    return {
        key: {
            "council": inspection.council.slug,
            "inspection": inspection.slug,
            "people": {role.value: user.email for role, user in people.items()}
            | {name: user.email for name, user in more.get(key, {}).items()},
            "owing": owing(inspection, people),
        }
        for key, (inspection, people) in made.items()
    }


def owing(inspection: Inspection, people: dict[Role, User]) -> list[str]:
    """Everybody with a duty: holders of posts that own something, the roles that owe something themselves, and the
    coordinator for vacant posts.
    """
    holdings = Holding.objects.current().filter(post__ownerships__inspection=inspection)
    found = set(holdings.values_list("user__email", flat=True))
    return sorted(found | {people[role].email for role in (Role.DCS_OFFICE, Role.CASE_OFFICER, Role.COORDINATOR)})


def fill_every_page(now: datetime) -> dict[str, Any]:
    """The council whose pages are all opened, and the address of every page by state with a role that may open it."""
    council = add_council(slug=EVERY_PAGE.lower(), name=EVERY_PAGE)
    people = make_people(council, now)
    made = {
        state: make_inspection(council, people, now, state, f"Inspection, {state}", plan=state != "empty")
        for state in STATES
    }
    fill_posts(council, made["middle"], people, now)
    lead = people[Role.COORDINATOR]
    world = World(council=council, inspection=made["middle"], people=people, outsider=lead)
    Ownership.objects.filter(inspection=made["middle"], item__in=["document:1", "document:9", "document:11"]).delete()
    for table in TABLES:
        table.prepare(world)
    # As if it had just arrived: what has waited for a week is taken away in the night, or as soon as beat starts.
    for waits in (Archive, WaitingFile):
        waits.objects.update(arrived_at=now)
    supply(made["middle"], ["3", "4", "6"], now, lead)
    supply(made["middle"], ["5", "10"], now, lead, approve=True)
    contents = states(snapshot_of(made["middle"], now=now))["3"].contents
    documents.reviews.actions.return_document(
        inspection=made["middle"], document="3", contents=contents, reason="Last year’s plan.", by=lead, now=now
    )
    arrange(made["middle"], now, every=3)
    supply(made["complete"], [d.key for d in made["complete"].framework.documents], now, lead, approve=True)
    arrange(made["complete"], now)
    for state, day in STATES.items():
        if day:
            notify(made[state], day, people)
    record_steps(made["complete"], now)
    return {
        "people": {role.value: user.email for role, user in people.items()},
        "pages": {state: pages(World(council, made[state], people, lead, world.things)) for state in STATES},
    }


def pages(world: World) -> list[dict[str, str]]:
    """Name, address and a role of every page that is opened by GET (forms' addresses apart) and shows something."""
    found = []
    for table in TABLES:
        for row in table.ROWS:
            if row.method == "GET":
                role = next(role for role in Role if role in row.allowed)
                address = reverse(row.name, kwargs=row.kwargs(world))
                found.append({"name": row.name, "path": address, "role": "" if row.public else role.value})
    return found


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()
    with transaction.atomic():
        places = fill_places(now)
        every_page = fill_every_page(now)
        User.objects.update(password=make_password(PASSWORD))
    print(json.dumps({"password": PASSWORD, "places": places, "every_page": every_page}))


if __name__ == "__main__":
    main()

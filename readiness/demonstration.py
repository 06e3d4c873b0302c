"""The demonstration: a fictional council, one person per role, an inspection part-way ready.

Nothing in it is real: the people have addresses at example.org and the papers say that they are samples. It is made
with the same actions that people use, so it shows only what the software can do.
"""

from __future__ import annotations

import contextlib
import io
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import cycle
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.html import escape

import documents.evidence.actions
import documents.meetings.actions
import documents.reviews.actions
import feeds.actions
import focusgroups.actions
import timetable.actions
from accounts.actions import add_council, add_person, give_post
from accounts.models import Council, Holding, Membership, Post, Role, User
from audits.discarding import discard_audits
from cases.imports.files import discard_lists
from documents.meetings.expected import has_calendar
from documents.models import File, Sending
from documents.reviews.approvals import TWO
from documents.state import DocumentState, states
from documents.wording import listed
from evidencepack.actions import discard_packs
from feeds.models import FeedKind
from files.receiving import receive
from frameworks import CoreDocument, Covered, Part
from inspections.actions import open_inspection, record_notification
from inspections.models import Inspection, Ownership, library
from inspections.snapshot import Snapshot, snapshot_of
from printing.pdf import render
from readiness import demonstration_contact
from readiness.demonstration_audits import fill_audits, second_auditor
from readiness.demonstration_cases import fill_lists
from readiness.demonstration_dates import set_dates
from readiness.demonstration_days import keep_days
from readiness.demonstration_evidence import (
    add_damaged,
    add_macros,
    bring_from_rehearsal,
    drop_files,
    met,
    move_one,
    name_of,
    pieces_of,
    send_pack,
    talk,
)
from readiness.demonstration_people import ATTENDEES, HOLDERS, ROLES
from refusals import Refused
from reminders.actions import discard_reminders

COUNCIL, INSPECTION = "demonstration", "demonstration"
FRAMEWORK, PLAN = "slac-2009", "oxfordshire"
LONDON = ZoneInfo("Europe/London")
# Documents were added one after another, this many days apart, the last of them this many days ago.
APART, LATEST_PAPERS = 6, 10
# How complete each document is, in turn: its contents, and what was decided about it.
PROGRESS = (
    ("short", ""),
    ("full", ""),
    ("full", "approve"),
    ("brought", "approve"),
    ("short", ""),
    ("short", ""),
    ("full", "return"),
    ("empty", ""),
    ("old", ""),
    ("full", "approve"),
    ("full", "approve once"),
    ("empty", ""),
    ("full", ""),
)


@dataclass(frozen=True)
class Demonstration:
    """What was made: the inspection, today's working day in it (None before notification), and the people who can sign
    in.
    """

    inspection: Inspection
    day: int | None
    people: tuple[tuple[User, tuple[Role, ...]], ...]
    password: str


def fill(*, day: int | None, now: datetime) -> Demonstration:
    """Delete the present demonstration, if any, and make a new one, without changing anything else.

    With `day`, the inspection was notified so that today (or the last working day before it) is that working day.
    Raises Refused for a day that the framework does not have.
    """
    _check_day(day)
    with transaction.atomic():
        _take_away()
        council = add_council(slug=COUNCIL, name="Fictionshire (demonstration)")
        password = "-".join(secrets.choice(_WORDS) for _ in range(4))
        people = _people(council, password, now)
        second = second_auditor(council, password, now)
        lead = people[Role.COORDINATOR]
        begun = now - timedelta(days=120)
        inspection = open_inspection(
            council=council,
            title="Safeguarding and looked after children",
            slug=INSPECTION,
            framework_key=FRAMEWORK,
            plan_key=PLAN,
            by=lead,
            now=begun,
        )
        _holders(inspection, people, password, begun)
        notified = _notified_on(inspection, day, now)
    # Drawing the papers takes seconds, and no other writer should wait for that, so each is stored by itself.
    snapshot = snapshot_of(inspection, now=_moment(notified or timezone.localdate(now), 8))
    since = _documents(snapshot, lead, begun)
    with transaction.atomic():
        _groups(snapshot, lead)
    keep_days(snapshot.inspection, since, snapshot.now)
    talk(snapshot, lead)
    _histories(snapshot, lead)
    drop_files(snapshot, lead, now)
    fill_lists(inspection, by=people[Role.CASE_OFFICER], now=now)
    move_one(snapshot, paper=_paper, by=lead)
    add_macros(snapshot, snapshot.framework.documents[5], by=lead)
    add_damaged(snapshot, snapshot.framework.documents[4], paper=_paper, by=lead)
    with transaction.atomic():
        for person, kind in ((people[Role.OWNER], FeedKind.WORK), (people[Role.DCS_OFFICE], FeedKind.TIMETABLE)):
            feeds.actions.make_feed(council=inspection.council, user=person, kind=kind, now=begun)
        if notified is not None:
            _notify(inspection, notified, people[Role.DCS_OFFICE], now)
            set_dates(inspection, by=people[Role.DCS_OFFICE], now=now)
    fill_audits(inspection, people, second, now=now)
    send_pack(inspection, paper=_paper, by=people[Role.DCS_OFFICE], lead=lead, now=now)
    inspection.refresh_from_db()
    found = snapshot_of(inspection, now=now).day
    return Demonstration(inspection, found, tuple((user, (role,)) for role, user in people.items()), password)


_WORDS = (
    "amber", "bridge", "candle", "dapple", "ember", "fennel", "garden", "harbour", "island", "juniper", "kettle",
    "lantern", "meadow", "nettle", "orchard", "pebble", "quarry", "ribbon", "saddle", "thimble", "umbrella", "velvet",
    "willow", "yonder", "acorn", "basket", "cobalt", "drizzle", "feather", "glimmer", "hazel", "ivory",
)  # fmt: skip


def _take_away() -> None:
    council = Council.objects.filter(slug=COUNCIL).first()
    if council is None:
        return
    people = list(User.objects.filter(memberships__council=council, email__endswith="@example.org").distinct())
    for inspection in Inspection.objects.filter(council=council):
        discard_reminders(inspection)
        discard_packs(inspection)
        discard_audits(inspection)
        discard_lists(inspection)
        Sending.objects.filter(inspection=inspection).delete()  # What it says was sent cannot be deleted.
        inspection.delete()
    Ownership.objects.filter(post__council=council).delete()
    Holding.objects.filter(post__council=council).delete()
    Membership.objects.filter(council=council).delete()
    Post.objects.filter(council=council).delete()
    council.delete()
    # People with a role in a council of the installation's own stay, and so do people named in its record.
    for user in User.objects.filter(pk__in=[user.pk for user in people], memberships=None):
        with contextlib.suppress(ProtectedError), transaction.atomic():
            user.delete()


def _people(council: Council, password: str, now: datetime) -> dict[Role, User]:
    found: dict[Role, User] = {}
    for role, (name, address) in ROLES.items():
        found[role] = add_person(
            council=council,
            email=address,
            full_name=name,
            roles=[role],
            telephone=f"01632 96{len(found):04d}",
            by=None,
            now=now,
        )
        _give_password(found[role], password)
    return found


def _give_password(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])


def _holders(inspection: Inspection, people: dict[Role, User], password: str, now: datetime) -> None:
    """The owner holds the first document's first post and the busiest one; of the others every sixth is vacant."""
    council = inspection.council
    owned = Ownership.objects.filter(inspection=inspection).select_related("post").order_by("pk")
    posts = list({row.post_id: row.post for row in owned}.values())
    busiest = Counter(row.post_id for row in owned).most_common(1)[0][0]
    names = iter(HOLDERS)
    for number, post in enumerate(posts):
        if post == posts[0] or post.pk == busiest:
            give_post(post=post, user=people[Role.OWNER], by=people[Role.ADMINISTRATOR], now=now)
            continue
        if number % 6 == 5:
            continue
        name, address = next(names)
        user = add_person(
            council=council,
            email=address,
            full_name=name,
            roles=[Role.OWNER],
            telephone=f"01632 961{number:03d}",
            by=people[Role.ADMINISTRATOR],
            now=now,
        )
        _give_password(user, password)
        give_post(post=post, user=user, by=people[Role.ADMINISTRATOR], now=now)


def _check_day(day: int | None) -> None:
    last = library().framework(FRAMEWORK).last_day
    if day is not None and not 1 <= day <= last:
        raise Refused(f"Day {day} is no day of this framework: it has the days 1 to {last}.")


def _notified_on(inspection: Inspection, day: int | None, now: datetime) -> date | None:
    if day is None:
        return None
    calendar = snapshot_of(inspection, now=now).calendar
    today = timezone.localdate(now)
    while not calendar.is_working(today):
        today -= timedelta(days=1)
    return calendar.add(today, 1 - day)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON)


def _notify(inspection: Inspection, notified: date, by: User, now: datetime) -> None:
    at = min(_moment(notified, 9), now)
    record_notification(inspection=inspection, notified_on=notified, by=by, now=at)
    snapshot = snapshot_of(inspection, now=now)
    # The steps that have passed were recorded, except the latest.
    due = [
        dated
        for dated in (snapshot.schedule.steps if snapshot.schedule else ())
        if dated.step.duty == "record" and dated.due and dated.due < now
    ]
    for dated in due[:-1]:
        assert dated.due is not None
        at = dated.due - timedelta(hours=3)
        timetable.actions.record_step(inspection=inspection, step_key=dated.step.key, by=by, now=at)
    demonstration_contact.fill(snapshot, by, min(_moment(notified, 9), now))


def _documents(snapshot: Snapshot, lead: User, begun: datetime) -> datetime:
    """Adds the papers of each document and the readiness of each evening. Returns when the last ones were added."""
    rows = list(zip(snapshot.framework.documents, cycle(PROGRESS), strict=False))
    # Evidence brought forward was there first; dated papers are as recent as possible, so they come last.
    rows.sort(key=lambda row: (row[1][0] != "brought", any(part.dated for part in row[0].parts)))
    since = snapshot.now - timedelta(days=LATEST_PAPERS + APART * len(rows))
    for place, (document, (fill_with, fate)) in enumerate(rows, start=1):
        owner = next((o.holder for o in snapshot.owners_of(f"document:{document.key}") if o.holder), None)
        by = User.objects.get(pk=owner) if owner else lead
        if fill_with == "brought":
            pieces = pieces_of(document, "full", snapshot)
            bring_from_rehearsal(snapshot, document, pieces, paper=_paper, by=lead, now=begun)
            _decide(snapshot, document, fate, lead)
            continue
        is_dated = any(part.dated for part in document.parts)
        arrived = snapshot.now - timedelta(days=LATEST_PAPERS + (0 if is_dated else APART * (len(rows) - place)))
        keep_days(snapshot.inspection, since, arrived)
        since = arrived
        for number, (part, dated, covers) in enumerate(pieces_of(document, fill_with, snapshot)):
            at = arrived - timedelta(minutes=number)
            received = receive(
                io.BytesIO(_paper(document, part, dated, at, covers)),
                name=name_of(part, dated, covers),
                content_type="application/pdf",
            )
            documents.evidence.actions.add_file(
                inspection=snapshot.inspection,
                document=document.key,
                part=part.key,
                received=received,
                as_at=dated,
                covers=[each.key for each in covers],
                by=by,
                now=at,
            )
        _decide(snapshot, document, fate, lead)
    return since


def _histories(snapshot: Snapshot, lead: User) -> None:
    """Calendars that name missing and coming meetings, and a file with an earlier version."""
    for document in snapshot.framework.documents:
        for part in document.parts:
            if has_calendar(part):
                documents.meetings.actions.expect_meetings(
                    inspection=snapshot.inspection,
                    document=document.key,
                    part=part.key,
                    days=[met(snapshot.today, number) for number in range(-2, part.needed + 1)],
                    by=lead,
                    now=snapshot.now - timedelta(days=9),
                )
    file = File.objects.filter(inspection=snapshot.inspection, document=snapshot.framework.documents[4].key).first()
    if file is None:
        return
    at, document = snapshot.now - timedelta(days=4), snapshot.framework.document(file.document)
    paper = _paper(document, document.part(file.part), None, at)
    documents.evidence.actions.replace_file(
        file=file,
        received=receive(io.BytesIO(paper), name=f"{file.label[:-4]} corrected.pdf", content_type="application/pdf"),
        as_at=None,
        note="Two figures were last year’s",
        by=lead,
        now=at,
    )


def _decide(snapshot: Snapshot, document: CoreDocument, fate: str, lead: User) -> None:
    if not fate:
        return
    state: DocumentState = states(snapshot)[document.key]
    decide = documents.reviews.actions.approve
    if fate == "approve once":
        documents.reviews.actions.ask_for_approvals(
            inspection=snapshot.inspection,
            document=document.key,
            needed=TWO,
            by=lead,
            now=snapshot.now - timedelta(days=4),
        )
    if fate == "return":
        decide = partial(
            documents.reviews.actions.return_document, reason="The figures are last year’s. Please replace them."
        )
    decide(
        inspection=snapshot.inspection,
        document=document.key,
        contents=state.contents,
        by=lead,
        now=snapshot.now - timedelta(days=3),
    )


def _paper(
    document: CoreDocument, part: Part, dated: date | None, at: datetime, covers: tuple[Covered, ...] = ()
) -> bytes:
    """A sample page that says what it stands for."""
    when = f"<p>As at {dated:%d %B %Y}</p>" if dated else ""
    on = f"<p>On {escape(listed([each.label for each in covers]))}</p>" if covers else ""
    lines = "".join(
        f"<p>{number}. Sample text of a paper that exists for the demonstration alone.</p>" for number in range(1, 9)
    )
    html = f"<h1>{escape(document.title)}</h1><h2>{escape(part.label)}</h2>{when}{on}{lines}"
    return render(html, title=part.label, made_at=at)


def _groups(snapshot: Snapshot, lead: User) -> None:
    """Of every four groups two are arranged, one has attendees, one has nothing."""
    names = cycle(ATTENDEES)
    for number, group in enumerate(snapshot.framework.focus_groups):
        if number % 4 == 3:
            continue
        at = snapshot.now - timedelta(days=LATEST_PAPERS + 2)
        for _ in range(3 + number % 3):
            name, role, organisation = next(names)
            focusgroups.actions.add_attendee(
                inspection=snapshot.inspection,
                group=group.key,
                name=name,
                role=role,
                organisation=organisation,
                by=lead,
                now=at,
            )
        if number % 4 != 2:
            focusgroups.actions.record_briefing(
                inspection=snapshot.inspection, group=group.key, by=lead, now=at + timedelta(days=2)
            )

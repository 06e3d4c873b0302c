"""Every page, calendar and reminder shows the same duties with the same moment, on each day of the inspection."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from icalendar import Calendar

from accounts.access import viewer_of
from accounts.models import Role, User
from contact.reading import set_up_meeting_of
from evidencepack import front
from feeds.actions import make_feed
from feeds.models import Feed, FeedKind
from feeds.secret import token_of
from govuk.dates import clock_time, long_datetime, weekday_date
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.snapshot import Snapshot, snapshot_of
from readiness import demonstration
from reminders.records.reading import reading_of
from tests import reading
from tests.factories.documents import pdf_bytes
from tests.factories.people import at
from tests.reading import by_class, sign_in
from timetable.countdown import ahead
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
#: The demonstration is built as on its day 4; requests of the inspectors are due on day 5.
MADE = at("2011-05-18 11:00")
LATE = "What is late, longest first"
WRONG = "What is wrong, worst first, with its owner and since when"
DAY_BY_DAY = "Every working day with its date, its steps and how the date was worked out"
CHART = "Every step and everything else that is due, with dates and how it stands; the bar beside it shows the same"

Facts = list[tuple[str, str]]


def facts(duties: Iterable[Duty]) -> Facts:
    """What each is called and when it is due, in words."""
    return sorted((duty.title, long_datetime(duty.due)) for duty in duties)


class Reader:
    """The pages of one person on the demonstration, and what they say of duties."""

    def __init__(self, person: User, inspection: Inspection) -> None:
        self.person, self.inspection, self.client = person, inspection, sign_in(person)

    def page(self, name: str, *more: Any) -> Any:
        return self.client.get(reverse(name, args=[self.inspection.slug, *more]))

    def work(self) -> Facts:
        items = reading.page(self.page("timetable:my-work")).xpath(by_class("house-work__item"))
        texts = [(item.xpath("./h2")[0], item.xpath("./p")[0]) for item in items]
        return sorted((reading.words(h2), _due(reading.words(p))) for h2, p in texts)

    def calendar(self) -> Facts:
        feed = Feed.objects.get(user=self.person, kind=FeedKind.WORK)
        found = Client().get(reverse("feeds:feed", args=[feed.pk, token_of(feed)])).content
        events = [event for event in Calendar.from_ical(found).walk("VEVENT") if event["status"] == "CONFIRMED"]
        return sorted(
            (re.sub("^(Rehearsal: )?(Due|Done): ", "", str(event["summary"])), long_datetime(event.decoded("dtend")))
            for event in events
        )

    def month_cells(self, months: Iterable[tuple[int, int]]) -> dict[str, str]:
        """What stands in the cell of each day of these months, by its weekday, day and month."""
        found = {}
        for year, month in months:
            for cell in reading.page(self.page("timetable:month-of", year, month)).xpath(by_class("house-month__day")):
                dates = cell.xpath(".//*[contains(@class, 'house-month__long')]")
                if dates:
                    found[reading.words(dates[0])] = reading.words(cell)
        return found


def _due(text: str) -> str:
    found = re.search(r"Due (\d.*?)(?: \(day \d+\))?$", text)
    return found[1] if found else ""


@pytest.fixture
def demo(settings, tmp_path, monkeypatch, time_machine) -> Inspection:
    settings.UPLOADS_DIR, settings.PACKS_DIR = tmp_path / "uploads", tmp_path / "packs"
    for drawn_by in (demonstration, front):
        monkeypatch.setattr(drawn_by, "render", lambda html, **given: pdf_bytes(words=html))
    time_machine.move_to(MADE, tick=False)
    demonstration.fill(day=4, now=MADE)
    return Inspection.objects.get(slug="demonstration")


def test_every_page_calendar_and_reminder_shows_the_same_duties_at_the_same_moment(demo, time_machine) -> None:
    of_role = {role: User.objects.filter(memberships__role=role).order_by("pk")[0] for role in Role}
    people = [of_role[role] for role in (Role.DCS_OFFICE, Role.OWNER, Role.COORDINATOR)]
    for person in people:
        make_feed(council=demo.council, user=person, kind=FeedKind.WORK, now=MADE)
    dates = snapshot_of(demo, now=MADE).schedule
    assert dates is not None
    for day in dates.days:
        moment = datetime.combine(day.date, time(9), LONDON)
        time_machine.move_to(moment, tick=False)
        snapshot = snapshot_of(demo, now=moment)
        # Signed in again each day: nobody stays signed in for weeks.
        compare(snapshot, all_duties(snapshot), *(Reader(person, demo) for person in people))


def compare(snapshot: Snapshot, duties: list[Duty], office: Reader, owner: Reader, idle: Reader) -> None:
    now, late = snapshot.now, [duty for duty in duties if duty.is_late(snapshot.now)]
    assert {d.key: d.due for d in reading_of(snapshot).reminded_of()} == {d.key: d.due for d in duties}
    for person in (office, owner):
        viewer = viewer_of(person.person, snapshot.inspection.council)
        mine = [duty for duty in duties if duty.is_of(viewer.user.pk, viewer.posts, viewer.roles)]
        assert mine
        assert person.work() == facts(duty for duty in mine if not duty.done)
        assert person.calendar() == facts(duty for duty in mine if duty.due)
    coming = ahead(duties, now)
    countdown = office.page("timetable:countdown")
    (next_words,) = reading.texts(countdown, by_class("house-next"))
    expected = (coming[0].title, long_datetime(coming[0].due)) if coming else ("No deadline lies ahead.",)
    assert [words for words in expected if words not in next_words] == []
    # The coordinator owes nothing, and is told what the council's next deadline is.
    (said,) = reading.texts(idle.page("timetable:my-work"), by_class("house-empty"))
    next_due = f"The council’s next deadline is {long_datetime(coming[0].due)}: " if coming else "in your name"
    assert next_due in said
    rows = reading.rows(countdown, LATE) if late else []
    assert sorted((row[0], row[3]) for row in rows) == facts(late)
    wall = office.page("timetable:wall")
    assert reading.texts(wall, by_class("wall__heading"))[1] == f"Late: {len(late)}"
    assert reading.texts(wall, by_class("wall__title"))[0].startswith(coming[0].title) if coming else True
    dashboard = office.page("dashboard")
    found = [row for row in reading.rows(dashboard, WRONG) if row[0] == "Late"] if late else []
    assert sorted(row[3] for row in found) == sorted(f"Late since {long_datetime(duty.due)}" for duty in late)
    totals = [int(text.split()[2]) for text in reading.texts(dashboard, by_class("house-tiles") + "/li")]
    assert sum(totals) == len(duties)
    compare_calendars(snapshot, duties, office, countdown)


def compare_calendars(snapshot: Snapshot, duties: list[Duty], office: Reader, countdown: Any) -> None:
    """The views of the timetable: each deadline on its day at its hour, each other duty on all three."""
    dated = [duty for duty in duties if duty.due]
    cells = office.month_cells({(localdate(d.due).year, localdate(d.due).month) for d in dated})
    chart = {row[0]: row[1:3] for row in reading.rows(office.page("timetable:chart"), CHART)}
    days = {row[1].removesuffix(" Today"): row[2] for row in reading.rows(countdown, DAY_BY_DAY)}
    for duty in dated:
        titles = [step.title for step in snapshot.framework.steps if duty.kind.is_for(step, duty.key)]
        (title,) = titles or [duty.title]
        day, hour = weekday_date(localdate(duty.due)), clock_time(duty.due)
        assert f"{title} Due at {hour}" in cells[day], (duty.key, day)
        if not titles:
            assert f"{title} Due at {hour}" in days[day]
            state = "Done" if duty.done else "Late" if duty.is_late(snapshot.now) else "To do"
            words, said = chart[title]
            assert (words.partition(", day")[0], said) == (long_datetime(duty.due), state)
    meeting = set_up_meeting_of(snapshot)
    assert meeting is not None
    assert f"Set-up meeting At {clock_time(meeting)}" in cells[weekday_date(localdate(meeting))]
    assert chart["Set-up meeting"][0].startswith(long_datetime(meeting))

"""The emails of the next days, if nothing changes until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from inspections.duty import Duty
from inspections.standing import Standing
from reminders import planning
from reminders.planning import Person
from reminders.points import LONDON, weekly
from reminders.tick import hours_of, people_of, rule_of
from timetable.duties import all_duties

DAYS = 10


@dataclass(frozen=True, slots=True)
class ComingMail:
    """An email that a person will get; `duties` is how many it will speak of (0 for the weekly summary)."""

    person: Person
    duties: int


@dataclass(frozen=True, slots=True)
class ComingDay:
    """The emails of one day, by name."""

    date: date
    mails: tuple[ComingMail, ...]


def coming(standing: Standing) -> list[ComingDay]:
    """The emails of the next ten days, day by day; days without any are left out.

    Read from the duties as they stand now, so whatever is done in the meantime falls away.
    """
    if standing.inspection.is_withdrawn:
        return []
    rule = rule_of(standing)
    until = standing.now + timedelta(days=DAYS)
    if rule is None:
        return _weekly(standing)
    assert standing.schedule is not None  # it is notified, so it has dates
    found: dict[date, dict[Person, int]] = defaultdict(lambda: defaultdict(int))
    people = people_of(standing)
    duties = [duty for duty in all_duties(standing) if not duty.done]
    points = {due: rule.coming(due, standing.now, until) for due in {duty.due for duty in duties}}
    for duty in duties:
        for point in points[duty.due]:
            if rule.is_over(standing.schedule.days[-1].date, point.at):
                continue
            for person, _ in planning.told_of(duty, point, people, point.at):
                found[point.at.astimezone(LONDON).date()][person] += 1
    return [_day(day, found[day].items()) for day in sorted(found)]


def _weekly(standing: Standing) -> list[ComingDay]:
    """The next weekly summary; it waits for a working day where Monday is none."""
    point = weekly(standing.now + timedelta(days=7), hours_of(standing))
    day = standing.calendar.next_working(point.at.astimezone(LONDON).date())
    documents = [duty for duty in all_duties(standing) if duty.kind == "document"]
    people = people_of(standing)
    owing = _owing(documents, people)
    group = dict.fromkeys(people.with_role(*planning.GROUP), 0) if documents else {}
    return [_day(day, (group | owing).items())] if group or owing else []


def _owing(documents: Iterable[Duty], people: planning.People) -> dict[Person, int]:
    counts: dict[Person, int] = defaultdict(int)
    for duty in documents:
        if not duty.done:
            for person in people.owing(duty):
                counts[person] += 1
    return counts


def _day(day: date, counts: Iterable[tuple[Person, int]]) -> ComingDay:
    mails = [ComingMail(person, count) for person, count in counts]
    return ComingDay(day, tuple(sorted(mails, key=lambda mail: (mail.person.name, mail.person.pk))))

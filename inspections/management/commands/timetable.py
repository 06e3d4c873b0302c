"""The dates that would follow from a notification. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from inspections.commands import DEFAULT_FRAMEWORK, ContractCommand, a_date, framework_named
from inspections.schedule import Schedule, schedule
from inspections.working_days import WorkingCalendar, in_words


class Command(ContractCommand):
    help = "Shows every working day of an inspection notified on a day, with its steps, and the days that do not count."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--notified", metavar="DATE", type=a_date, required=True, help="day of notification, such as 2011-04-18"
        )
        parser.add_argument(
            "--framework", metavar="KEY", default=DEFAULT_FRAMEWORK, help=f"default: {DEFAULT_FRAMEWORK}"
        )

    def answer(self, *, notified: date, framework: str, **options: Any) -> Any:
        found = framework_named(framework)
        return timetable_as_json(schedule(found, notified, WorkingCalendar()))

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        return timetable_as_text(answer)


def timetable_as_json(dates: Schedule) -> dict[str, Any]:
    """The dates in the form of `commands.md`: each working day with its steps, and the skipped days with the reason."""
    return {
        "notified": dates.notified.isoformat(),
        "days": [
            {
                "day": day.number,
                "date": day.date.isoformat(),
                "steps": [
                    {
                        "key": dated.step.key,
                        "title": dated.step.title,
                        "party": dated.step.party,
                        "deadline": dated.step.deadline,
                        "first_day": dated.first_day,
                        "last_day": dated.last_day,
                    }
                    for dated in day.steps
                ],
            }
            for day in dates.days
        ],
        "skipped": [{"date": day.isoformat(), "reason": reason} for day, reason in dates.skipped],
    }


def timetable_as_text(answer: dict[str, Any]) -> Iterable[str]:
    """The same for people: a line for each working day, a line below it for each step, then the days that do
    not count.
    """
    for day in answer["days"]:
        yield f"day {day['day']:>2}  {in_words(date.fromisoformat(day['date']), weekday=True)}"
        for step in day["steps"]:
            yield f"          {step['title']} ({step['party']}{', deadline' if step['deadline'] else ''})"
    yield "Days that do not count:"
    for row in answer["skipped"]:
        yield f"          {in_words(date.fromisoformat(row['date']), weekday=True)}: {row['reason']}"

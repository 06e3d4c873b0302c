"""Rows of the long tables of the timetable, built as text: a countdown has some seventy, and templates are too slow.

All values are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe

from govuk.addresses import address_of
from govuk.components import tag
from govuk.dates import clock_time, day_month, long_datetime, weekday_date
from govuk.markup import build, build_all
from inspections.duty import Duty
from inspections.models import Inspection
from timetable.countdown import DayRow, OtherDuty, OwnerContact, Task
from timetable.forecast import Gap

MOST_LINES = 3

_DAY = (
    '<tr class="govuk-table__row house-day house-day--{}{}" id="day-{}">'
    '<th scope="row" class="govuk-table__header" data-label="Day">{}</th>'
    '<td class="govuk-table__cell house-day__date">{}{}</td>'
    '<td class="govuk-table__cell house-day__steps">{}</td>'
    '<td class="govuk-table__cell house-day__why">{}</td></tr>'
)
_STEP = '<div class="house-day__step">{} <span class="house-day__party">{}{}</span></div>'
_NO_STEP = mark_safe('<span class="house-day__none">No step begins or ends</span>')
_TODAY = mark_safe(' <strong class="house-day__today">Today</strong>')
_TASK = (
    '<li class="govuk-task-list__item{}"><div class="govuk-task-list__name-and-hint">{}'
    '<div class="govuk-task-list__hint">{}{}{}</div></div><div class="govuk-task-list__status">{}</div></li>'
)
_INFORMATION = mark_safe('<span class="house-quiet">For information</span>')
_NOTHING_YET = mark_safe('<span class="house-quiet">Nothing owed yet</span>')
_TELEPHONE = ', <a class="govuk-link govuk-link--no-visited-state" href="tel:{}">{}</a>'
_EMAIL = ', <a class="govuk-link govuk-link--no-visited-state" href="mailto:{}">{}</a>'
_DUTY = (
    '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">'
    '<a class="govuk-link" href="{}">{}</a></th>'
    '<td class="govuk-table__cell" data-label="Owner">{}</td>'
    '<td class="govuk-table__cell" data-label="What is missing">{}</td>'
    '<td class="govuk-table__cell house-when" data-label="Due">{}</td></tr>'
)


def task_address(inspection: Inspection, task: Task) -> str:
    """The page on which the task's duties are done: its own, or the list if there are several."""
    first = task.duties[0]
    return address_of(first.kind.list_url, inspection.slug) if first.kind.list_url else first.url


def day_rows(days: Iterable[DayRow], inspection: Inspection) -> SafeString:
    """A <tr> for each working day with its date, its steps and how the date was computed."""
    return build_all(_DAY, (_day(day, inspection) for day in days))


def _day(day: DayRow, inspection: Inspection) -> tuple[object, ...]:
    return (
        day.state,
        # A date that simply follows the previous one needs no explanation on paper.
        " house-day--plain" if "the working day after" in day.explanation else "",
        day.number,
        day.number,
        weekday_date(day.date),
        _TODAY if day.state == "today" else "",
        build_all(_STEP, [*(_step(task, day, inspection) for task in day.tasks), *map(_other_step, day.others)])
        or _NO_STEP,
        day.explanation,
    )


def _step(task: Task, day: DayRow, inspection: Inspection) -> tuple[object, ...]:
    dated = task.dated
    title: str = dated.step.title
    if task.duties:
        title = build(
            '{} <a class="govuk-link" href="{}">{}</a>', tag(task.state), task_address(inspection, task), title
        )
    span = ""
    if dated.first != dated.last:
        span = f", until {day_month(dated.last)}" if day.date == dated.first else f", since {day_month(dated.first)}"
    return title, _party(task), span


def _other_step(other: OtherDuty) -> tuple[object, ...]:
    link = build('{} <a class="govuk-link" href="{}">{}</a>', tag(other.state), other.duty.url, other.duty.title)
    return link, "", f"Due at {clock_time(other.duty.due)}"


def task_items(tasks: Iterable[Task], others: Sequence[OtherDuty], inspection: Inspection) -> SafeString:
    """An <li> of a task list for each step and other duty: what it is, who acts, and how to reach those who owe it.

    Duties with an hour of their own come first, or last once they are done.
    """
    waiting = [_other(other) for other in others if not other.duty.done]
    done = [_other(other) for other in others if other.duty.done]
    return build_all(_TASK, [*waiting, *(_task(task, inspection) for task in tasks), *done])


def _task(task: Task, inspection: Inspection) -> tuple[object, ...]:
    title = task.dated.step.title
    if not task.duties:
        quiet = _NOTHING_YET if task.dated.step.deadline else _INFORMATION
        return "", build("<div>{}</div>", title), _party(task), "", _contacts(task.contacts), quiet
    link = build('<a class="govuk-link govuk-task-list__link" href="{}">{}</a>', task_address(inspection, task), title)
    facts = [f"due {long_datetime(task.dated.due)}"] if task.dated.due else []
    if task.total > 1:
        facts.append(f"{task.done} of {task.total} done")
    if task.unowned:
        facts.append(f"{task.unowned} without an owner")
    hint = "".join(f" · {fact}" for fact in facts)
    return " govuk-task-list__item--with-link", link, _party(task), hint, _contacts(task.contacts), tag(task.state)


def _other(other: OtherDuty) -> tuple[object, ...]:
    duty = other.duty
    link = build('<a class="govuk-link govuk-task-list__link" href="{}">{}</a>', duty.url, duty.title)
    hint = f"due {long_datetime(duty.due)}"
    return " govuk-task-list__item--with-link", link, "", hint, _contacts(other.contacts), tag(other.state)


def _party(task: Task) -> str:
    party = task.dated.step.party
    return party[:1].upper() + party[1:]


def _contacts(contacts: Sequence[OwnerContact]) -> SafeString:
    """The first few people who owe something, with their telephone numbers."""
    lines: list[tuple[object]] = [(_contact(contact),) for contact in contacts[:MOST_LINES]]
    if len(contacts) > MOST_LINES:
        lines.append((f"and {len(contacts) - MOST_LINES} more",))
    return build_all('<div class="house-contact">{}</div>', lines)


def _contact(contact: OwnerContact) -> SafeString:
    if not contact.name:
        return build("{}: vacant", contact.post)
    number = build(_TELEPHONE, contact.telephone.replace(" ", ""), contact.telephone) if contact.telephone else ""
    address = build(_EMAIL, contact.email, contact.email) if contact.email else ""
    return build("{}{}{} ({})", contact.name, number, address, contact.post)


def duty_rows(duties: Iterable[Duty]) -> SafeString:
    """A <tr> for each duty: what is owed, by whom, what is missing, and when it is due."""
    return build_all(_DUTY, (_duty(duty) for duty in duties))


def _duty(duty: Duty) -> tuple[object, ...]:
    if duty.due:
        due = long_datetime(duty.due)
    else:
        due = f"day {duty.due_day}" if duty.due_day else "no date yet"
    return duty.url, duty.title, duty_owners(duty), missing_lines(duty), due


_GAP = _DUTY.removesuffix("</tr>") + '<td class="govuk-table__cell" data-label="If nothing more is done">{}</td></tr>'


def gap_rows(gaps: Iterable[Gap]) -> SafeString:
    """A <tr> for each gap: the same as for a duty, with how long there would be and how late it would be."""
    return build_all(_GAP, ((*_duty(gap.duty), _late_by(gap)) for gap in gaps))


def _late_by(gap: Gap) -> SafeString | str:
    if gap.duty.due is None or not gap.duty.hangs_on_call:
        return ""
    when = f"when the next phase, {gap.begins}, begins" if gap.begins else "on the last day"
    left = f"{_days(gap.left)} to put it right" if gap.left else "to be put right today"
    return build('would be late by {} {}<div class="house-quiet">{}</div>', _days(gap.late_by), when, left)


def _days(number: int) -> str:
    return "1 working day" if number == 1 else f"{number} working days"


def duty_owners(duty: Duty) -> SafeString:
    """The posts that owe it with their holders; or that a post is vacant or there is no owner."""
    if duty.is_unowned:
        return tag("tbc")
    if duty.role is not None:
        return build("{}", duty.role.label)
    rows = (
        (owner.name, build(" {}", tag("vacant")) if owner.is_vacant else f": {owner.holder_name}")
        for owner in duty.owners
    )
    return build_all("<div>{}{}</div>", rows)


def missing_lines(duty: Duty) -> SafeString:
    """What is missing, one line each, the first few in full."""
    lines = [(line,) for line in duty.missing[:MOST_LINES]]
    if len(duty.missing) > MOST_LINES:
        lines.append((f"and {len(duty.missing) - MOST_LINES} more",))
    return build_all("<div>{}</div>", lines)

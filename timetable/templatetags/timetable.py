"""`{% load timetable %}`: how urgent a duty is and where to do it."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from govuk import charts, components
from govuk.addresses import address_of
from govuk.dates import day_month
from govuk.markup import build
from inspections.dated import DatedStep
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from inspections.working_days import WorkingCalendar
from timetable import rows
from timetable.trend import Trend

register = template.Library()

register.simple_tag(rows.day_rows)
register.simple_tag(rows.task_items)
register.simple_tag(rows.duty_rows)
register.simple_tag(rows.gap_rows)


@register.simple_tag
def duty_action(duty: Duty) -> str:
    """The link to where it is done: a document's page opens at the first part in which something is missing."""
    return duty.act_url or duty.url


@register.simple_tag
def duty_tag(duty: Duty, snapshot: Snapshot) -> SafeString:
    """How urgent the duty is: late, due today, or its room's own word for its state."""
    if duty.is_late(snapshot.now):
        return components.tag("late")
    if duty.due is not None and localdate(duty.due) == snapshot.today:
        return components.tag("due today")
    return components.tag(duty.state)


@register.simple_tag
def dated_link(dated: DatedStep, inspection: Inspection) -> SafeString:
    """A step's title as a link to the page that explains its date and can move it."""
    address = address_of("inspections:date", inspection.slug, "step", dated.step.key)
    return build('<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>', address, dated.step.title)


@register.simple_tag
def dated_days(dated: DatedStep) -> str:
    """When a step falls, in a few words: "6 to 18 May, days 11 to 19"."""
    if dated.first is None or dated.last is None:
        return "No date yet"
    if dated.first == dated.last:
        return f"{day_month(dated.last)}, day {dated.last_day}" if dated.last_day else day_month(dated.last)
    first = str(dated.first.day) if dated.first.month == dated.last.month else day_month(dated.first)
    span = f"{first} to {day_month(dated.last)}"
    return f"{span}, days {dated.first_day} to {dated.last_day}" if dated.first_day and dated.last_day else span


@register.filter
def words_of(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


@register.filter
def why_not(calendar: WorkingCalendar, day: date) -> str:
    """Why the day does not count; empty on a working day."""
    return calendar.why_not(day) or ""


@register.simple_tag
def trend_chart(trend: Trend) -> SafeString:
    """The trend as a chart; its sentence is the text for people who do not see it."""
    return charts.trend_chart(trend.series, f"Share that is ready, day by day. {trend.said}")

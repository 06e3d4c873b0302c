"""`{% load readiness %}`: the rows and tiles of the dashboard."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from govuk import charts
from govuk.components import tag
from govuk.dates import long_date, long_datetime
from govuk.markup import build, build_all
from readiness.dashboard import Problem, Tile
from timetable.rows import duty_owners

register = template.Library()

_WORDS = {"soon": "due soon"}


@register.simple_tag
def dashboard_tile(tile: Tile) -> SafeString:
    """One number of the dashboard with its bar and legend."""
    chart = charts.stacked_bar(tile.parts, True, tile.label)
    return charts.tile("", tile.done, tile.label, tile.total, tile.address, chart, tile.tone)


_PROBLEM = (
    '<tr class="govuk-table__row"><td class="govuk-table__cell">{}</td>'
    '<th scope="row" class="govuk-table__header"><a class="govuk-link" href="{}">{}</a>{}</th>'
    '<td class="govuk-table__cell" data-label="Owner">{}</td>'
    '<td class="govuk-table__cell house-when">{}</td></tr>'
)


@register.simple_tag
def problem_rows(problems: Iterable[Problem]) -> SafeString:
    """A <tr> for each problem: what is wrong, with what, who owes it, and since when or by when."""
    return build_all(_PROBLEM, (_problem(problem) for problem in problems))


def _problem(problem: Problem) -> tuple[object, ...]:
    duty = problem.duty
    gap: SafeString | str = ""
    if duty.missing:
        more = f" And {len(duty.missing) - 1} more." if len(duty.missing) > 1 else ""
        gap = build('<div class="house-quiet">{}{}</div>', duty.missing[0], more)
    if problem.kind == "turning" and duty.turning:
        gap = build('<div class="house-quiet">{}</div>', duty.turning[0])
    if problem.kind == "turning":
        when = f"From {long_date(duty.turns_on)}"
    elif problem.since:
        when = f"Late since {long_datetime(problem.since)}"
    elif duty.due:
        when = f"Due {long_datetime(duty.due)}"
    else:
        when = f"Due on day {duty.due_day}" if duty.due_day else ""
    return tag(_WORDS.get(problem.kind, problem.kind)), duty.url, duty.title, gap, duty_owners(duty), when

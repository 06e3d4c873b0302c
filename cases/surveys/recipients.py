"""Which children a survey's letter goes to: those on its lists, but only recent care leavers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from cases.exports.tables import applied_lists
from cases.models import Child, ListRow, SurveyLetter
from frameworks import Framework, FrameworkSurvey
from inspections.snapshot import Snapshot


def counted_from(snapshot: Snapshot) -> date:
    """The day from which the months since leaving care are counted back: the call, or today before it."""
    return snapshot.schedule.notified if snapshot.schedule else snapshot.today


def rows_for(survey: FrameworkSurvey, framework: Framework, inspection_pk: int, on: date) -> QuerySet[ListRow]:
    """The current rows of the children who should get the letter.

    Care leavers without a date of leaving are included, because somebody has to decide.
    """
    assert survey.letter is not None
    rows = ListRow.objects.filter(inspection=inspection_pk, list__in=survey.letter.lists, until=None)
    ended = framework.field_with("end-of-care")
    if ended is None or survey.letter.left_within_months is None:
        return rows
    first = months_before(on, survey.letter.left_within_months).isoformat()
    left = Cast(KeyTextTransform(ended.key, "values"), TextField())
    return rows.annotate(left=left).filter(Q(left=None) | Q(left__gte=first))


def recipients(survey: FrameworkSurvey, snapshot: Snapshot) -> QuerySet[Any]:
    """The children who should get the letter, by identifier. `was_sent` and `why_not` are None while undecided."""
    inspection = snapshot.inspection
    rows = rows_for(survey, snapshot.framework, inspection.pk, counted_from(snapshot))
    letters = SurveyLetter.objects.filter(child=OuterRef("pk"), survey__key=survey.key)
    return (
        Child.objects.filter(Exists(rows.filter(child=OuterRef("pk"))), inspection=inspection)
        .annotate(was_sent=letters.values("was_sent"), why_not=letters.values("why_not"))
        .order_by("folded")
    )


def left_of(survey: FrameworkSurvey, snapshot: Snapshot, children: list[Child]) -> dict[int, str]:
    """When the care leavers among these children left care, by id: an ISO date, or "" if it is not known."""
    framework = snapshot.framework
    assert survey.letter is not None
    leaver, ended = framework.field_with("care-leaver"), framework.field_with("end-of-care")
    rows = ListRow.objects.filter(child__in=children, list__in=survey.letter.lists, until=None).annotate(who=F("child"))
    found = {}
    for who, values in rows.values_list("who", "values"):
        day = values.get(ended.key, "") if ended else ""
        if day or (leaver and values.get(leaver.key) == "yes"):
            found[who] = day
    return found


def is_imported(survey: FrameworkSurvey, snapshot: Snapshot) -> bool:
    """Whether each list that the letter depends on was imported or stated to be empty."""
    return survey.letter is None or applied_lists(snapshot.inspection).keys() >= set(survey.letter.lists)


def months_before(day: date, months: int) -> date:
    """The same day of the month some months earlier, or the last day of that month.

    >>> months_before(date(2012, 2, 29), 12)
    datetime.date(2011, 2, 28)
    """
    month = day.year * 12 + day.month - 1 - months
    for last in (day.day, 30, 29, 28):
        try:
            return date(month // 12, month % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no month before {day}")

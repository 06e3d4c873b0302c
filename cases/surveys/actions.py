"""Record what was done about a survey, and which children were sent its letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from cases.models import Child, Survey, SurveyLetter
from cases.surveys.recipients import is_imported, recipients
from frameworks import FrameworkSurvey
from govuk.text import many_lines, one_line
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused


@transaction.atomic
def record_survey(
    *,
    inspection: Inspection,
    survey: str,
    arrangements: str,
    passed_on_by: str,
    passed_on_to: str,
    sent_at: datetime | None,
    closes_on: date | None,
    by: User | None,
    now: datetime,
) -> bool:
    """Record a survey's arrangements: who passes it on, to whom, when, and when it closes. Returns whether anything
    changed.

    Raises Refused for a time in the future, a closing day before it was passed on, and an unknown survey.
    """
    inspection = locked_unless_withdrawn(inspection)
    found = _survey(inspection, survey)
    if sent_at is not None and sent_at > now:
        raise Refused("Enter when it was passed on: that is still to come.", field="sent_at")
    if sent_at is not None and closes_on is not None and closes_on < localdate(sent_at):
        raise Refused("A survey cannot close before it is passed on.", field="closes_on")
    facts: dict[str, Any] = {
        "arrangements": many_lines(arrangements),
        "passed_on_by": one_line(passed_on_by),
        "passed_on_to": many_lines(passed_on_to),
        "sent_at": sent_at,
        "closes_on": closes_on,
    }
    row = Survey.objects.filter(inspection=inspection, key=found.key).first()
    if row is not None and facts == {name: getattr(row, name) for name in facts}:
        return False
    recorded = {**facts, "recorded_at": now, "recorded_by": by}
    Survey.objects.update_or_create(inspection=inspection, key=found.key, defaults=recorded)
    detail = {"sent at": sent_at.isoformat() if sent_at else None}
    audit.record(inspection, by=by, verb="survey recorded", subject=found.title, now=now, detail=detail)
    return True


@transaction.atomic
def record_letters(
    *,
    inspection: Inspection,
    survey: str,
    sent: Iterable[str],
    not_sent: Mapping[str, str],
    by: User | None,
    now: datetime,
) -> int:
    """Record which children were sent the letter, and why others were not. Returns how many records changed.

    Children are given by their keys. Raises Refused, and records nothing, if a child should not (or no longer) get the
    letter, is given as both sent and not sent, or is not sent it without a reason.
    """
    inspection = locked_unless_withdrawn(inspection)
    found = _with_letter(inspection, survey)
    wanted = dict.fromkeys(sent, (True, ""))
    if wanted.keys() & not_sent.keys():
        raise Refused("A child is said to have had the letter and not to have had it.")
    for key, why in not_sent.items():
        if not one_line(why):
            raise Refused("Say of each child who was not sent the letter why not.")
        wanted[key] = (False, one_line(why)[:500])
    children = {child.key: child for child in recipients(found, snapshot_of(inspection, now=now))}
    if not wanted.keys() <= children.keys():
        raise Refused("The lists have changed in the meantime. Look at the letters again.")
    return _keep(inspection, found, {children[key]: said for key, said in wanted.items()}, by, now)


@transaction.atomic
def record_all_sent(*, inspection: Inspection, survey: str, seen: int, by: User | None, now: datetime) -> int:
    """Record the letter as sent to every child without a record. Returns how many.

    `seen` is the number that the person was shown. Raises Refused if that number has changed.
    """
    inspection = locked_unless_withdrawn(inspection)
    found = _with_letter(inspection, survey)
    undecided = [child for child in recipients(found, snapshot_of(inspection, now=now)) if child.was_sent is None]
    if len(undecided) != seen:
        raise Refused(f"There are {len(undecided)} letters to record now, not {seen}. Look at them again.")
    return _keep(inspection, found, dict.fromkeys(undecided, (True, "")), by, now)


def _keep(
    inspection: Inspection,
    survey: FrameworkSurvey,
    said: Mapping[Child, tuple[bool, str]],
    by: User | None,
    now: datetime,
) -> int:
    row, _ = Survey.objects.get_or_create(
        inspection=inspection, key=survey.key, defaults={"recorded_at": now, "recorded_by": by}
    )
    before = {
        child: (was_sent, why) for child, was_sent, why in row.letters.values_list("child", "was_sent", "why_not")
    }
    changed = [
        SurveyLetter(survey=row, child=child, was_sent=was_sent, why_not=why, recorded_at=now, recorded_by=by)
        for child, (was_sent, why) in said.items()
        if before.get(child.pk) != (was_sent, why)
    ]
    if not changed:
        return 0
    SurveyLetter.objects.bulk_create(
        changed,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["survey", "child"],
        update_fields=["was_sent", "why_not", "recorded_at", "recorded_by"],
    )
    if any(each.was_sent for each in changed):
        Survey.objects.filter(pk=row.pk, sent_at=None).update(sent_at=now)
    detail = {"sent": sum(each.was_sent for each in changed), "not sent": sum(not each.was_sent for each in changed)}
    audit.record(inspection, by=by, verb="survey letters recorded", subject=survey.title, now=now, detail=detail)
    return len(changed)


def _survey(inspection: Inspection, key: str) -> FrameworkSurvey:
    found = next((survey for survey in inspection.framework.surveys if survey.key == key), None)
    if found is None:
        raise Refused("There is no such survey.")
    return found


def _with_letter(inspection: Inspection, key: str) -> FrameworkSurvey:
    found = _survey(inspection, key)
    if found.letter is None:
        raise Refused("This survey is not sent by letter to each child.")
    if not is_imported(found, snapshot_of(inspection, now=inspection.opened_at)):
        raise Refused("Import the case list first: it says who should get the letter.")
    return found

"""The demonstration's selected cases: named on day 5, audited by two people, handed over on day 11.

One audit is late, one has an immediate concern that was acknowledged, one was moderated with another grade and has
follow-up actions. Whatever lies ahead of the demonstration's day
has not happened.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.actions import add_person
from accounts.models import Council, Role, User
from audits.assigning.actions import assign
from audits.exports import building
from audits.exports.actions import record_handed_over, request_export
from audits.models import Assignment, Audit, SelectedCase
from audits.moderating.actions import agree_grade, grade_as_moderator
from audits.moderating.follow_up_actions import add_follow_up
from audits.selecting.actions import select_cases
from audits.writing.actions import save_answers, submit_audit
from audits.writing.concerns import acknowledge_concern, raise_concern
from cases.models import ListRow
from frameworks import AuditQuestion, CaseSelection, audit_questions
from inspections.models import Inspection
from inspections.snapshot import Snapshot, snapshot_of
from readiness.demonstration_people import SECOND_AUDITOR

#: How many cases of each selection are named, in the order of the framework.
NAMED = (8, 4)
#: Which of the first selection, from 0, is late, about which there is a concern, and which is moderated.
LATE, CONCERN, MODERATED = 6, 2, 0
#: How long after they are named the cases are assigned; how long before the deadline the audits are handed over.
ASSIGNED_AFTER, HANDED_OVER_BEFORE = timedelta(hours=1), timedelta(hours=2)
_WORDS = {
    "text": "Sample text: what this audit of a synthetic case says exists for the demonstration alone.",
    "yes-no": "no",
}


def second_auditor(council: Council, password: str, now: datetime) -> User:
    """A colleague of the auditor, so that each can grade what the other wrote."""
    name, address = SECOND_AUDITOR
    given: dict[str, Any] = {"full_name": name, "roles": [Role.AUDITOR], "telephone": "01632 960099"}
    user = add_person(council=council, email=address, by=None, now=now, **given)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def fill_audits(inspection: Inspection, people: Mapping[Role, User], second: User, *, now: datetime) -> None:
    """Select cases, assign and write their audits, and hand them over, as far as it would have happened by `now`."""
    officer, auditors = people[Role.CASE_OFFICER], (people[Role.AUDITOR], second)
    snapshot = snapshot_of(inspection, now=now)
    if snapshot.schedule is None:
        return
    for place, selection in enumerate(inspection.framework.case_selections[: len(NAMED)]):
        named_at = _named_at(snapshot, selection)
        if named_at is None or named_at > now:
            continue
        names = _identifiers(inspection)[sum(NAMED[:place]) : sum(NAMED[: place + 1])]
        cases = select_cases(
            inspection=inspection, selection=selection.key, identifiers=names, by=officer, now=named_at
        )
        _audit(snapshot, selection, cases, auditors, officer, named_at + ASSIGNED_AFTER)
        _hand_over(snapshot, selection, people[Role.DCS_OFFICE])


def _named_at(snapshot: Snapshot, selection: CaseSelection) -> datetime | None:
    """Three hours before the day of the step on which cases may be named first ends."""
    dated = snapshot.dated(snapshot.framework.step(selection.step))
    due = _due(snapshot, selection.audit_step)
    if dated is None or dated.first is None or due is None:
        return None
    return due.replace(year=dated.first.year, month=dated.first.month, day=dated.first.day) - timedelta(hours=3)


def _due(snapshot: Snapshot, step: str | None) -> datetime | None:
    dated = snapshot.dated(snapshot.framework.step(step)) if step else None
    return dated.due if dated else None


def _identifiers(inspection: Inspection) -> list[str]:
    rows = ListRow.objects.filter(inspection=inspection, until=None).order_by("child__folded")
    return list(rows.values_list("child__identifier", flat=True).distinct())


def _audit(
    snapshot: Snapshot,
    selection: CaseSelection,
    cases: Sequence[SelectedCase],
    auditors: Sequence[User],
    officer: User,
    at: datetime,
) -> None:
    """The audits are written one after another until they are due; the late one is submitted on the day after."""
    due = _due(snapshot, selection.audit_step)
    if due is None or at > snapshot.now:
        return
    is_first = selection == snapshot.framework.case_selections[0]
    each = (due - at) / (len(cases) + 1)
    for place, case in enumerate(cases):
        audit, auditor = Audit.objects.get(case=case), auditors[place % len(auditors)]
        assign(audit=audit, user=auditor, part=Assignment.Part.AUDITOR, by=officer, now=at)
        done = at + each * (place + 1)
        if is_first and place == LATE:
            done = due + timedelta(hours=17)
        begun = done - each
        if begun <= snapshot.now:
            concern = is_first and place == CONCERN
            _write(snapshot, audit, auditor, officer, place, begun, concern=concern)
        if done <= snapshot.now:
            submit_audit(audit=audit, by=auditor, now=done)
            if is_first and place == MODERATED:
                _moderate(snapshot, audit, auditors[(place + 1) % len(auditors)], officer, done)


def _write(
    snapshot: Snapshot, audit: Audit, auditor: User, officer: User, place: int, at: datetime, *, concern: bool
) -> None:
    asked = audit_questions(snapshot.framework, snapshot.plan)
    answers = {question.key: _answer(snapshot, question, place) for question in asked}
    if concern:
        raise_concern(audit=audit, words="Sample text of a concern about a synthetic case.", by=auditor, now=at)
        acknowledge_concern(
            audit=audit,
            done="Sample text: the team manager was told, and the synthetic child was seen the same day.",
            by=officer,
            now=min(at + timedelta(minutes=40), snapshot.now),
        )
        answers |= {question.key: "yes" for question in asked if question.role == "immediate-concern"}
    save_answers(audit=audit, answers=answers, seen={}, by=auditor, now=at)


def _moderate(snapshot: Snapshot, audit: Audit, moderator: User, officer: User, at: datetime) -> None:
    """Each thing half an hour after the one before, as far as that has passed."""
    assign(audit=audit, user=moderator, part=Assignment.Part.MODERATOR, by=officer, now=at)
    grades = snapshot.framework.grades
    times = [at + timedelta(minutes=30 * number) for number in range(1, 4)]
    if times[-1] > snapshot.now:
        return
    lower = grades[-2].key
    grade_as_moderator(audit=audit, grade=lower, comments="Sample text of a comment.", by=moderator, now=times[0])
    agree_grade(
        audit=audit,
        grade=lower,
        why="Sample text: both read the synthetic file again, and the plan has no dates.",
        by=moderator,
        now=times[1],
    )
    for what, days in (("Sample text: give the plan dates", 5), ("Sample text: tell the synthetic family", 10)):
        due_on = (times[2] + timedelta(days=days)).date()
        add_follow_up(audit=audit, what=what, who="Team manager", due_on=due_on, by=officer, now=times[2])


def _answer(snapshot: Snapshot, question: AuditQuestion, place: int) -> str:
    if question.kind == "grade":
        grades = snapshot.framework.grades
        return grades[(1, 2, 1, 2, 0, 2, 3, 1)[place % 8] % len(grades)].key
    if question.kind == "themes":
        themes = snapshot.framework.audit_themes
        return themes[place % len(themes)].key if themes else ""
    return _WORDS[question.kind]


def _hand_over(snapshot: Snapshot, selection: CaseSelection, office: User) -> None:
    """All of a selection's audits go to the inspectors two hours before the deadline, if all are submitted."""
    due = _due(snapshot, selection.handover_step)
    if due is None or due - HANDED_OVER_BEFORE > snapshot.now:
        return
    at = due - HANDED_OVER_BEFORE
    inspection = snapshot.inspection
    export, _ = request_export(inspection=inspection, selection=selection.key, by=None, now=at)
    building.make(export.pk, now=lambda: at)
    record_handed_over(
        export=export,
        recipient="Ines Example, lead inspector",
        how="on paper, in person",
        handed_over_at=at,
        is_partial=True,
        once=uuid.uuid5(uuid.NAMESPACE_URL, f"{inspection.slug}/{selection.key}/{at.isoformat()}/{inspection.pk}"),
        by=office,
        now=at,
    )

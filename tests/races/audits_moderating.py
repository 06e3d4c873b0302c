"""Moderation of audits: two moderators, and a grade given while the audit is opened again or agreed on."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Event
from audits.models import Assignment, FollowUp, Moderation
from audits.moderating import actions, follow_up_actions
from audits.writing.actions import reopen_audit
from inspections.models import Inspection
from tests.factories.moderated import Part, afresh, give, make_auditor, moderated_case, submitted_case
from tests.factories.people import NOW, make_council, make_inspection
from tests.racing import Race

WHO: dict[str, Any] = {"by": None, "now": NOW}
DUE = date(2039, 5, 1)
REOPENED = "audit reopened"


def _inspection() -> Inspection:
    return make_inspection(make_council())


def two_moderators_grade_one_audit() -> Race:
    """The moderator is replaced while grading: one grade stands, and it is that of the moderator at the time."""
    inspection = _inspection()
    former, present = make_auditor(inspection), make_auditor(inspection)
    case = submitted_case(inspection, moderator=former)

    def grade(by: Any, key: str) -> None:
        actions.grade_as_moderator(audit=afresh(case).audit, grade=key, comments="", by=by, now=NOW)

    def replace_and_grade() -> None:
        Assignment.objects.filter(audit=case.audit, user=former).update(ended_at=NOW)
        give(case, present, Part.MODERATOR)
        grade(present, "inadequate")

    def holds() -> bool:
        row = Moderation.objects.get(audit=case.audit)
        return (row.moderator, row.grade) in {(former, "adequate"), (present, "inadequate")}

    return Race(lambda: grade(former, "adequate"), replace_and_grade, holds)


def one_moderator_grades_twice() -> Race:
    """In two windows: the first grade stands."""
    inspection = _inspection()
    moderator = make_auditor(inspection)
    case = submitted_case(inspection, moderator=moderator)
    given = []

    def grade(key: str) -> None:
        actions.grade_as_moderator(audit=afresh(case).audit, grade=key, comments="", by=moderator, now=NOW)
        given.append(key)

    def holds() -> bool:
        return [Moderation.objects.get(audit=case.audit).grade] == given

    return Race(lambda: grade("adequate"), lambda: grade("inadequate"), holds)


def audit_is_graded_while_it_is_opened_again() -> Race:
    """It is graded as submitted, or it is open and not graded."""
    inspection = _inspection()
    auditor, moderator = make_auditor(inspection), make_auditor(inspection)
    case = submitted_case(inspection, auditor=auditor, moderator=moderator)

    def grade() -> None:
        actions.grade_as_moderator(audit=afresh(case).audit, grade="good", comments="", by=moderator, now=NOW)

    def holds() -> bool:
        rows = Event.objects.filter(inspection=inspection.slug, verb__in=["audit moderated", REOPENED]).order_by("pk")
        verbs = [row.verb for row in rows]
        graded = Moderation.objects.filter(audit=case.audit, first_grade="good").exists()
        return verbs == (["audit moderated", REOPENED] if graded else [REOPENED])

    return Race(grade, lambda: reopen_audit(audit=afresh(case).audit, by=auditor, now=NOW), holds)


def two_agreed_grades_are_recorded() -> Race:
    """The later one stands whole: its grade with its own reason."""
    case = moderated_case(_inspection(), "good", "adequate")

    def agree(key: str) -> None:
        actions.agree_grade(audit=afresh(case).audit, grade=key, why=f"Because of {key}", **WHO)

    def holds() -> bool:
        row = Moderation.objects.get(audit=case.audit)
        return row.why_agreed == f"Because of {row.agreed_grade}"

    return Race(lambda: agree("good"), lambda: agree("adequate"), holds)


def two_follow_up_actions_are_added() -> Race:
    case = submitted_case(_inspection())
    facts: dict[str, Any] = {"what": "Visit again", "who": "The team", "due_on": DUE}
    add = lambda: follow_up_actions.add_follow_up(audit=afresh(case).audit, **facts, **WHO)  # noqa: E731
    numbers = FollowUp.objects.filter(audit=case.audit).order_by("number").values_list("number", flat=True)
    return Race(add, add, lambda: list(numbers.all()) == [1, 2])


def one_follow_up_action_is_closed_twice() -> Race:
    """The first evidence stands."""
    case = submitted_case(_inspection())
    row = follow_up_actions.add_follow_up(audit=case.audit, what="Visit", who="The team", due_on=DUE, **WHO)
    closed = []

    def close(evidence: str) -> None:
        found = FollowUp.objects.select_related("audit__case__inspection").get(pk=row.pk)
        if follow_up_actions.close_follow_up(follow_up=found, evidence=evidence, file=None, **WHO):
            closed.append(evidence)

    return Race(
        lambda: close("One"), lambda: close("Other"), lambda: closed == [FollowUp.objects.get(pk=row.pk).evidence]
    )


RACES = (
    two_moderators_grade_one_audit,
    one_moderator_grades_twice,
    audit_is_graded_while_it_is_opened_again,
    two_agreed_grades_are_recorded,
    two_follow_up_actions_are_added,
    one_follow_up_action_is_closed_twice,
)

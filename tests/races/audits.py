"""Selected cases: one inspection, and two people who select at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from accounts.models import Event, Role, User
from audits.assigning import actions as assigning
from audits.exports import actions as exporting
from audits.models import AuditExport, AuditHandover, SelectedCase
from audits.selecting import actions
from audits.writing import actions as writing
from audits.writing import concerns
from inspections.models import Inspection
from outbox.models import Message
from tests.audits.making import WHOLE, answer
from tests.factories.audited import make_export, submit
from tests.factories.audits import make_child, make_selected_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.racing import Race

WHO: dict[str, Any] = {"by": None, "now": NOW}


def _inspection(*identifiers: str) -> Inspection:
    inspection = make_inspection(make_council())
    for each in identifiers:
        make_child(inspection, each)
    return inspection


def _select(inspection: Inspection, *identifiers: str, selection: str = "initial") -> Callable[[], object]:
    return lambda: actions.select_cases(inspection=inspection, selection=selection, identifiers=identifiers, **WHO)


def _cases(inspection: Inspection) -> list[tuple[int, str]]:
    return list(
        SelectedCase.objects.filter(inspection=inspection).order_by("number").values_list("number", "child__identifier")
    )


def two_selections_are_filled() -> Race:
    """No number is given twice, whichever selection is first."""
    inspection = _inspection("A1", "A2", "B1")
    one, other = _select(inspection, "A1", "A2"), _select(inspection, "B1", selection="additional")

    def holds() -> bool:
        names = [name for _, name in _cases(inspection)]
        return [number for number, _ in _cases(inspection)] == [1, 2, 3] and sorted(names) == ["A1", "A2", "B1"]

    return Race(one, other, holds)


def one_case_is_selected_twice() -> Race:
    """One has it, the other is told that it is selected already, and selects nothing of what came with it."""
    inspection = _inspection("A1", "A2", "A3")
    one, other = _select(inspection, "A1", "A2"), _select(inspection, "A1", "A3")

    def holds() -> bool:
        return _cases(inspection) in ([(1, "A1"), (2, "A2")], [(1, "A1"), (2, "A3")])

    return Race(one, other, holds)


def more_are_selected_than_there_may_be() -> Race:
    inspection = _inspection(*(f"C{number}" for number in range(14)))
    one = _select(inspection, *(f"C{number}" for number in range(7)), selection="additional")
    other = _select(inspection, *(f"C{number}" for number in range(7, 14)), selection="additional")
    return Race(one, other, lambda: [number for number, _ in _cases(inspection)] == list(range(1, 8)))


def a_case_is_taken_out_twice() -> Race:
    inspection = _inspection()
    case = make_selected_case(inspection)
    take_out = lambda: actions.take_out(case=case, why="Another one", **WHO)  # noqa: E731
    told = Event.objects.filter(inspection=inspection.slug, verb="case taken out")
    return Race(take_out, take_out, lambda: told.count() == 1)


def _auditor(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.AUDITOR)


def two_auditors_are_assigned() -> Race:
    """One audits the case, the other is told that it has an auditor."""
    inspection = _inspection()
    audit = make_selected_case(inspection).audit
    one, other = (
        (lambda user=user: assigning.assign(audit=audit, user=user, part="auditor", **WHO))
        for user in (_auditor(inspection), _auditor(inspection))
    )
    return Race(one, other, lambda: audit.assignments.filter(ended_at=None).count() == 1)


def one_person_gets_two_parts() -> Race:
    inspection = _inspection()
    audit, user = make_selected_case(inspection).audit, _auditor(inspection)
    one, other = (
        (lambda part=part: assigning.assign(audit=audit, user=user, part=part, **WHO))
        for part in ("auditor", "moderator")
    )
    return Race(one, other, lambda: audit.assignments.filter(ended_at=None).count() == 1)


def one_question_is_answered_twice() -> Race:
    """The first is saved, the second comes back as a clash; neither meets an error."""
    audit = make_selected_case(_inspection()).audit
    one, other = (
        (lambda text=text: writing.save_answers(audit=audit, answers={"strengths": text}, seen={}, **WHO))
        for text in ("One", "Other")
    )
    return Race(one, other, lambda: list(audit.answers.values_list("version", flat=True)) == [1])


def an_audit_is_submitted_while_an_answer_is_emptied() -> Race:
    """It is never submitted without an answer that it needs."""
    audit = make_selected_case(_inspection()).audit
    answer(audit, **WHOLE)

    def holds() -> bool:
        audit.refresh_from_db()
        return audit.submitted_at is None or bool(audit.answers.get(question="strengths").text)

    return Race(
        lambda: writing.submit_audit(audit=audit, **WHO),
        lambda: writing.save_answers(audit=audit, answers={"strengths": ""}, seen={"strengths": 1}, **WHO),
        holds,
    )


def one_concern_is_raised_twice() -> Race:
    inspection = _inspection()
    make_person(inspection.council, Role.COORDINATOR, email=f"{inspection.slug}@example.org")
    audit = make_selected_case(inspection).audit
    call = lambda: concerns.raise_concern(audit=audit, words="A fictional concern", **WHO)  # noqa: E731
    return Race(call, call, lambda: Message.objects.filter(to=f"{inspection.slug}@example.org").count() == 1)


def _submitted(inspection: Inspection, selection: str = "initial") -> SelectedCase:
    case = make_selected_case(inspection, selection=selection)
    submit(case)
    return case


def _export(inspection: Inspection, selection: str = "initial") -> Callable[[], object]:
    return lambda: exporting.request_export(inspection=inspection, selection=selection, **WHO)


def _hand_over(export: AuditExport) -> Callable[[], object]:
    facts: dict[str, Any] = {"recipient": "Lead inspector", "how": "In person", "once": uuid4()}
    return lambda: exporting.record_handed_over(export=export, handed_over_at=NOW, is_partial=False, **facts, **WHO)


def _comes_first(inspection: Inspection, verb: str, other: str) -> bool:
    """Whether the record has the one before the other, or has only one of them."""
    events = Event.objects.filter(inspection=inspection.slug, verb__in=[verb, other]).order_by("pk")
    return list(events.values_list("verb", flat=True)) in ([verb, other], [other])


def one_selection_is_exported_twice() -> Race:
    """Both get the same export."""
    inspection = _inspection()
    _submitted(inspection)
    call = _export(inspection)
    return Race(call, call, lambda: AuditExport.objects.filter(inspection=inspection).count() == 1)


def two_selections_are_exported() -> Race:
    """One is made, the other is told to wait."""
    inspection = _inspection()
    _submitted(inspection)
    _submitted(inspection, "additional")
    one, other = _export(inspection), _export(inspection, "additional")
    return Race(one, other, lambda: AuditExport.objects.filter(inspection=inspection).count() == 1)


def the_only_submitted_audit_is_reopened_while_it_is_exported() -> Race:
    """Nothing is exported once no audit is submitted."""
    inspection = _inspection()
    audit = _submitted(inspection).audit
    return Race(
        _export(inspection),
        lambda: writing.reopen_audit(audit=audit, **WHO),
        lambda: _comes_first(inspection, "audit export asked for", "audit reopened"),
    )


def one_handing_over_is_recorded_twice() -> Race:
    """A form that was sent twice has one effect."""
    inspection = _inspection()
    export = make_export(inspection, "initial", [_submitted(inspection).number])
    call = _hand_over(export)
    return Race(call, call, lambda: AuditHandover.objects.filter(export=export).count() == 1)


def a_case_is_selected_while_the_audits_are_handed_over() -> Race:
    """Whoever hands over is told of every case that is missing from the export."""
    inspection = _inspection("A1")
    export = make_export(inspection, "initial", [_submitted(inspection).number])
    return Race(
        _hand_over(export),
        _select(inspection, "A1"),
        lambda: _comes_first(inspection, "audits handed over", "cases selected"),
    )


RACES = (
    two_selections_are_filled,
    one_case_is_selected_twice,
    more_are_selected_than_there_may_be,
    a_case_is_taken_out_twice,
    two_auditors_are_assigned,
    one_person_gets_two_parts,
    one_question_is_answered_twice,
    an_audit_is_submitted_while_an_answer_is_emptied,
    one_concern_is_raised_twice,
    one_selection_is_exported_twice,
    two_selections_are_exported,
    the_only_submitted_audit_is_reopened_while_it_is_exported,
    one_handing_over_is_recorded_twice,
    a_case_is_selected_while_the_audits_are_handed_over,
)

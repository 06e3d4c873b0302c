"""Selected cases: one inspection, and two people who select at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Event
from audits.models import SelectedCase
from audits.selecting import actions
from inspections.models import Inspection
from tests.factories.audits import make_child, make_selected_case
from tests.factories.people import NOW, make_council, make_inspection
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


RACES = (
    two_selections_are_filled,
    one_case_is_selected_twice,
    more_are_selected_than_there_may_be,
    a_case_is_taken_out_twice,
)

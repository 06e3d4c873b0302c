"""The actions on audits, as `tests.test_house_actions` runs them: each made ready, then a function that acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from audits.selecting import actions
from tests.factories.audits import make_child, make_selected_case


def _select(s: Any) -> Callable[[], object]:
    child = make_child(s.inspection)
    return lambda: actions.select_cases(selection="initial", identifiers=[child.identifier], **s.here)


def _sample(s: Any) -> Callable[[], object]:
    s.inspection.kind = "rehearsal"
    s.inspection.save()
    make_child(s.inspection)
    chosen = s.inspection.framework.case_selection("initial")
    seen = actions.token_of_sample(actions.sample_for(s.inspection, chosen, seed=1, size=1, now=s.here["now"]))
    return lambda: actions.select_sample(selection="initial", seed=1, size=1, seen=seen, **s.here)


def _take_out(s: Any) -> Callable[[], object]:
    case = make_selected_case(s.inspection)
    return lambda: actions.take_out(case=case, why="Another one was chosen", **s.who)


SELECTING = {
    "audits.selecting.actions.select_cases": _select,
    "audits.selecting.actions.select_sample": _sample,
    "audits.selecting.actions.take_out": _take_out,
}

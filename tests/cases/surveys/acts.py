"""What makes ready for each action on surveys, for the test that goes through all actions of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases.models import Child
from cases.surveys import actions
from tests.factories.applied_cases import apply_lists

KEY = "children"
NOTHING: dict[str, Any] = {
    "arrangements": "", "passed_on_by": "", "passed_on_to": "", "sent_at": None, "closes_on": None
}  # fmt: skip


def _child(s: Any) -> Child:
    apply_lists(s.inspection, {"looked-after": {"F1": {}}})
    return Child.objects.get(inspection=s.inspection)


def _record(s: Any) -> Callable[[], object]:
    return lambda: actions.record_survey(survey=KEY, **NOTHING, **s.here)


def _letters(s: Any) -> Callable[[], object]:
    child = _child(s)
    return lambda: actions.record_letters(survey=KEY, sent=[child.key], not_sent={}, **s.here)


def _all(s: Any) -> Callable[[], object]:
    _child(s)
    return lambda: actions.record_all_sent(survey=KEY, seen=1, **s.here)


SURVEYS = {
    "cases.surveys.actions.record_survey": _record,
    "cases.surveys.actions.record_letters": _letters,
    "cases.surveys.actions.record_all_sent": _all,
}

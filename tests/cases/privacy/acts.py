"""What makes ready for each action on child-level data, for the test that goes through all actions of the house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from cases.models import Child
from cases.privacy import erasure, warning
from inspections.models import Inspection
from tests.factories.applied_cases import apply_lists
from tests.factories.people import at

MOMENT = at("2011-04-20 09:00")
OVER = date(2012, 6, 1)


def _lists(s: Any) -> Child:
    apply_lists(s.inspection, {s.inspection.framework.case_lists[0].key: {"F1": {}}})
    return Child.objects.get(inspection=s.inspection)


def _erase_due(s: Any) -> Callable[[], object]:
    _lists(s)
    return lambda: erasure.erase_due(on=OVER, **s.here)


def _erase_child(s: Any) -> Callable[[], object]:
    child = _lists(s)
    return lambda: erasure.erase_child(child=child, why="Asked for", **s.who)


def _erase_again(s: Any) -> Callable[[], object]:
    child = _lists(s)
    facts: dict[str, Any] = {"scope": "child", "on": MOMENT.date(), "child": child.key, "now": MOMENT}
    return lambda: erasure.erase_again(inspection=s.inspection, **facts)


def _warn(s: Any) -> Callable[[], object]:
    """Withdrawn so long ago that the day of erasure is near."""
    _lists(s)
    gone = {"withdrawn_at": at("2010-10-30 09:00"), "withdrawn_reason": "Deferred"}
    Inspection.objects.filter(pk=s.inspection.pk).update(**gone)
    return lambda: warning.warn(inspection=s.inspection, now=MOMENT)


PRIVACY = {
    "cases.privacy.erasure.erase_due": _erase_due,
    "cases.privacy.erasure.erase_child": _erase_child,
    "cases.privacy.erasure.erase_again": _erase_again,
    "cases.privacy.warning.warn": _warn,
}

"""Surveys: whoever sees counts sees how they stand; the letters are the case officer's alone."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from cases.models import ListRow
from tests.access.rows import Row, World, of_inspection
from tests.factories.applied_cases import apply_lists

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.CASE_OFFICER})
RECORDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE, Role.CASE_OFFICER})
OFFICER = frozenset({Role.CASE_OFFICER})


def prepare(world: World) -> None:
    apply_lists(world.inspection, {"looked-after": {"Letter 1": {}}})


def _key(world: World) -> str:
    """The key of a child who is on the list, whatever was imported last; of no child where nobody is on it."""
    row = ListRow.objects.filter(inspection=world.inspection, list="looked-after", until=None).order_by("pk").last()
    return row.child.key if row else "0" * 32


def _survey(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "survey": "children"}


def _letter(world: World) -> dict[str, Any]:
    return {**_survey(world), "key": _key(world)}


ROWS = [
    Row("cases:surveys", "GET", READERS, of_inspection),
    Row("cases:survey", "GET", RECORDERS, _survey),
    Row("cases:survey", "POST", RECORDERS, _survey, lambda world: {"arrangements": "By post"}),
    Row("cases:survey-letters", "GET", OFFICER, _survey),
    Row("cases:survey-letters", "POST", OFFICER, _survey, lambda world: {"shown": [_key(world)]}),
    Row("cases:survey-all-sent", "POST", OFFICER, _survey, lambda world: {"seen": "1"}),
    Row("cases:survey-letter", "GET", OFFICER, _letter),
    Row("cases:survey-letter", "POST", OFFICER, _letter, lambda world: {"was_sent": "yes"}),
]

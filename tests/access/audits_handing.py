"""Addresses of the list of audits, of their exports and of handing them over."""

from __future__ import annotations

from accounts.models import Role
from tests.access.rows import Row, World, of_inspection

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.CASE_OFFICER, Role.AUDITOR})


def prepare(world: World) -> None:
    pass


ROWS = [
    Row("audits:list", "GET", READERS, of_inspection),
]

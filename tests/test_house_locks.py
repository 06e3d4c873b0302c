"""Every action locks the row that its rules are about before it reads anything else, always in the same order.

[Why](../docs/decisions/0014-an-action-holds-its-row.md). What happens to a rule without it is in `tests/test_races.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.test_house import SOURCES, name_of
from tests.test_house_actions import OF_COUNCILS, OF_INSPECTIONS, Scene, scene, uploads

__all__ = ["scene", "uploads"]

LOCKS = {"accounts_council": "council", "inspections_inspection": "inspection", "accounts_user": "person"}
FIRST_TABLE = re.compile(r'(?:FROM|UPDATE|INTO) "?(\w+)"?')
# What touches no row.
BESIDES = ("SAVEPOINT", "RELEASE SAVEPOINT", "SET LOCAL")
# What only adds to the record, so that nothing it could have checked can have changed.
NO_RULE = {"evidencepack.actions.record_opened"}
# Which inspections an email concerns is written on the email.
# The figures of a PDF are those that the person was shown; the file is made before it is added.
READS_FIRST = {
    "reminders.returned.take": {"outbox_message", "reminders_reminder"},
    "audits.themes.actions.offer_themes": {
        "audits_assignment",
        "audits_audit",
        "audits_answer",
        "audits_moderation",
    },
}
ACTIONS = {name: act for name, act in {**OF_COUNCILS, **OF_INSPECTIONS}.items() if name not in NO_RULE}
# Each locks what is no council's and no inspection's: mail that a worker has in hand, and what a feed has told.
OTHER_LOCKS = {"jobs/queue.py", "reminders/records/stale_mail.py", "feeds/publishing.py"}


def _statements(captured: CaptureQueriesContext) -> list[tuple[str, str]]:
    """What each statement does (lock, read or write) and its table, without savepoints and settings."""
    found = []
    for sql in (query["sql"] for query in captured.captured_queries):
        if not sql.startswith(BESIDES):
            does = "lock" if "FOR NO KEY UPDATE" in sql else "read" if sql.startswith("SELECT") else "write"
            found.append((does, FIRST_TABLE.search(sql)[1]))
    return found


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTIONS)
def test_action_holds_its_row_before_it_reads_anything_else_and_rows_in_one_order(scene: Scene, name: str) -> None:
    act = ACTIONS[name](scene)
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = _statements(captured)
    held = [LOCKS.get(table, table) for does, table in statements if does == "lock"]
    before = statements[: [does for does, _ in statements].index("lock")] if held else statements
    assert {table for _, table in before} - set(LOCKS) - READS_FIRST.get(name, set()) == set()
    assert {does for does, _ in before} <= {"read"}
    assert held[0] in {"council", "inspection"}
    taken = [LOCKS[table] for does, table in statements if does != "read" and table in LOCKS]
    assert list(dict.fromkeys(taken)) == [kind for kind in LOCKS.values() if kind in taken]


def test_rows_are_locked_in_two_places_alone() -> None:
    places = {name_of(path) for path in SOURCES if "select_for_update" in Path(path).read_text()}
    assert places - OTHER_LOCKS == {"accounts/locks.py", "inspections/locks.py"}

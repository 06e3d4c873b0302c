"""An installation that has inspectors keeps them when their table moves to this room, and when it moves back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories.people import NOW, make_council, make_inspection

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("contact", "0001_initial"), ("inspections", "0002_fixed_dates")]
AFTER = [("contact", "0002_inspectors_moved"), ("inspections", "0003_inspectors")]


def _migrate(to: list[tuple[str, str]]):
    """The models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.fixture
def latest() -> Iterator[None]:
    """Whatever happens, the tests that follow find the database as it is now."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_inspectors_are_kept_when_their_table_moves_and_moves_back(latest) -> None:
    inspection = make_inspection(make_council("Fictionshire"))
    facts = {"inspection_id": inspection.pk, "added_at": NOW}
    old = _migrate(BEFORE).get_model("contact", "Inspector").objects
    lead = old.create(name="Ines Example", part="lead", telephone="01632 960777", **facts)
    new = _migrate(AFTER).get_model("inspections", "Inspector").objects
    assert list(new.values_list("pk", "name", "part", "telephone")) == [
        (lead.pk, "Ines Example", "lead", "01632 960777")
    ]
    later = new.create(name="Noor Example", part="health", **facts)
    again = _migrate(BEFORE).get_model("contact", "Inspector").objects
    assert list(again.order_by("pk").values_list("pk", "name")) == [
        (lead.pk, "Ines Example"),
        (later.pk, "Noor Example"),
    ]

"""Imports by processes of their own that are killed, at any moment."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.factories.cases import csv_of, row
from tests.outbox.installation import installation
from tests.processes import ON_POSTGRESQL_FIRST

pytestmark = [pytest.mark.processes]
CHAINS = 0 if os.environ.get("LONG") == "1" else 5
RUN = f"import json; from tests.cases.imports import killing; print(json.dumps(killing.run({CHAINS})))"


@pytest.mark.parametrize("database", ON_POSTGRESQL_FIRST)
def test_an_import_is_whole_and_once_at_whatever_moments_its_workers_were_killed(tmp_path, database):
    with installation(database, tmp_path) as made:
        found = made.run(RUN)
    quiet = found["in peace"]
    assert (quiet["state"], quiet["on record"], quiet["files"]) == ("applied", 2, 2)
    assert quiet["counts"][2] == 0
    assert min(found["moments"]) > 10
    after = found["after kills"]
    assert sum(each.pop("kills") for each in after) > 4 * len(after)
    assert [each.pop("half") for each in after] == [0] * len(after)
    assert after == [quiet] * len(after)


FILL = """
import json
from tests.factories.people import make_council, make_inspection
print(json.dumps(make_inspection(make_council()).slug))
"""
SECRET = "FICTIONAL-4711"


def holding(folder: Path) -> list[str]:
    """The files below a folder in which the identifier stands: database, its log, uploads, queue."""
    return [path.name for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_check_leaves_nothing_that_a_search_of_everything_finds(tmp_path):
    place, file = tmp_path / "place", tmp_path / "Child in need.csv"
    place.mkdir()
    file.write_bytes(csv_of([row(SECRET)]))
    with installation("sqlite", place) as made:
        slug = made.run(FILL)
        checked = made.manage("import_cases", slug, str(file), "--check", "--format", "json")
        assert (checked.returncode, json.loads(checked.stdout)["difference"]["added"]) == (0, 1)
        assert SECRET not in checked.stdout + checked.stderr
        assert holding(place) == []
        # A refused import leaves no file; one that is applied is found, so the search can find something.
        file.write_bytes(csv_of([row(SECRET, Gender="Sideways")]))
        refused = made.manage("import_cases", slug, str(file), "--format", "json")
        assert (refused.returncode, len(json.loads(refused.stdout)["errors"])) == (1, 1)
        kept = holding(place / "uploads")
        file.write_bytes(csv_of([row(SECRET)]))
        assert made.manage("import_cases", slug, str(file)).returncode == 0
        assert (kept, len(holding(place)) > 1) == ([], True)

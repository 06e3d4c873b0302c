"""Imports by processes of their own that are killed, at any moment."""

from __future__ import annotations

import os

import pytest

from tests.outbox.installation import installation

pytestmark = [pytest.mark.processes]
CHAINS = 0 if os.environ.get("LONG") == "1" else 5
RUN = f"import json; from tests.cases.imports import killing; print(json.dumps(killing.run({CHAINS})))"


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
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

"""`import_cases` as scripts see it: one JSON document, every fault, status 1 for a refusal, nothing half in."""

from __future__ import annotations

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.management.commands import import_cases
from cases.models import CaseImport, Child, ImportFault, ListRow, StagedRow
from tests.cases.imports.conftest import files_in
from tests.factories.cases import IN_NEED, applied, case_file, csv_of, on_list, row

# Rows are staged, compared and merged in other ways on each database.
pytestmark = [pytest.mark.django_db, pytest.mark.database]
KEYS = {"accepted", "rows", "lists", "errors", "warnings", "columns", "difference"}


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "Child in need.csv"


def run(inspection, *words: object, form: str = "json") -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            given = (inspection.slug, *map(str, words), "--format", form)
            call_command("import_cases", *given, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


def answer(inspection, *words: object) -> tuple[int, dict]:
    status, out, _ = run(inspection, *words)
    return status, json.loads(out)


def rows_of_tables() -> list[int]:
    return [model.objects.count() for model in (CaseImport, Child, ImportFault, ListRow, StagedRow)]


def test_applies_files_as_one_change(inspection, file):
    file.write_bytes(csv_of([row("A1"), row("A2")]))
    status, found = answer(inspection, file, "--on", "2011-03-31")
    assert (status, set(found)) == (0, KEYS)
    assert (found["accepted"], found["rows"], found["lists"]) == (True, 2, {IN_NEED: 2})
    assert found["difference"] == {"added": 2, "changed": 0, "gone": 0, "unchanged": 0}
    assert {frozenset(each) for each in found["columns"]} == {frozenset({"heading", "field", "good", "empty", "bad"})}
    assert set(on_list(inspection)) == {"A1", "A2"}
    again = answer(inspection, file, "--on", "2011-03-31")[1]
    assert again["difference"] == {"added": 0, "changed": 0, "gone": 0, "unchanged": 2}
    assert not StagedRow.objects.exists()


def test_every_error_is_told_and_nothing_is_kept(inspection, file, uploads):
    file.write_bytes(csv_of([row(f"A{number}", Gender="Sideways") for number in range(150)]))
    status, found = answer(inspection, file)
    assert (status, found["accepted"], len(found["errors"])) == (1, False, 150)
    assert found["errors"][7] == {
        "file": "Child in need.csv", "sheet": "", "row": 9, "column": "Gender", "value": "Sideways",
        "message": found["errors"][7]["message"],
    }  # fmt: skip
    assert rows_of_tables() == [0] * 5
    assert files_in(uploads) == []


def test_a_check_reports_the_same_and_keeps_nothing(inspection, file, uploads):
    applied(inspection, case_file(csv_of([row("A1"), row("A2"), row("A3")])))
    before, held = rows_of_tables(), files_in(uploads)
    file.write_bytes(csv_of([row("A1"), row("A2", Gender="Male"), row("A4")]))
    status, found = answer(inspection, file, "--check")
    assert (status, found["accepted"]) == (0, True)
    assert found["difference"] == {"added": 1, "changed": 1, "gone": 1, "unchanged": 1}
    assert (rows_of_tables(), files_in(uploads)) == (before, held)
    assert answer(inspection, file)[1] == found


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_a_day_to_come_is_refused(inspection, file, check):
    file.write_bytes(csv_of([row("A1")]))
    status, out, err = run(inspection, file, "--on", "2999-01-01", *check)
    assert (status, out) == (1, "")
    assert err == "The as-at day is yet to come. Give the day on which the lists were made.\n"
    assert rows_of_tables() == [0] * 5


def test_a_list_that_would_become_empty_asks_for_a_yes(inspection, file):
    applied(inspection, case_file(csv_of([row("A1")])))
    file.write_bytes(csv_of([]))
    for check in (["--check"], []):
        status, found = answer(inspection, file, *check)
        assert (status, found["accepted"], len(found["errors"])) == (1, False, 1)
    assert len(on_list(inspection)) == 1
    status, found = answer(inspection, file, "--allow-empty")
    assert (status, found["difference"]["gone"], on_list(inspection)) == (0, 1, {})


def test_values_are_shown_to_whoever_asks_for_them(inspection, file):
    file.write_bytes(csv_of([row("A1")]))
    for check in (["--check"], []):
        found = answer(inspection, file, "--values", *check)[1]
        (read,) = found["rows"]
        assert (read["list"], read["row"]) == (IN_NEED, 2)
        assert read["fields"]["identifier"] == "A1"
        assert read["fields"]["date-of-birth"] == "2004-02-02"
        assert read["fields"]["ethnicity"] == "WBRI"


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_a_file_that_cannot_be_used_is_one_error_without_row_and_column(inspection, tmp_path, settings, check):
    settings.MAX_CASE_FILE_MB = 1
    empty, large, other = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.pdf"
    empty.touch()
    other.write_bytes(b"%PDF-1.4")
    with large.open("wb") as stream:
        os.truncate(stream.fileno(), 2 * 1024**3)
    for path in (empty, large, other, tmp_path, tmp_path / "missing.csv"):
        status, found = answer(inspection, path, *check)
        assert (status, found["accepted"], len(found["errors"])) == (1, False, 1), path
        (error,) = found["errors"]
        assert (error["file"], error["row"], error["column"]) == (path.name, None, None)
    assert rows_of_tables() == [0] * 5


def test_a_list_may_be_named_and_one_that_is_not_is_refused(inspection, file):
    file.write_bytes(csv_of([row("A1")]))
    status, _, said = run(inspection, file, "--list", "no-such-list")
    assert (status, "There is no case list" in said) == (1, True)
    named = file.with_name("export.csv")
    named.write_bytes(file.read_bytes())
    assert answer(inspection, named, "--list", IN_NEED)[1]["lists"] == {IN_NEED: 1}


def test_what_people_read(inspection, file):
    file.write_bytes(csv_of([row("A1"), row("A2", Gender="Sideways")]))
    status, out, err = run(inspection, file, form="text")
    assert (status, "Nothing was changed" in out) == (1, True)
    assert "error: Child in need.csv, row 3, Gender: “Sideways”" in err
    file.write_bytes(csv_of([row("A1")]))
    status, out, err = run(inspection, file, form="text")
    assert (status, "Applied: 1 added" in out) == (0, True)


def test_a_file_that_grows_while_it_is_read_is_read_as_it_was(inspection, file):
    """Somebody writes to it faster than it is read, and never ends."""
    content = csv_of([row("A1")])
    file.write_bytes(content)
    size = file.stat().st_size

    class Growing(io.BytesIO):
        def read(self, most: int | None = -1) -> bytes:
            return (super().read(most) + content * 100_000)[:most]

    found = import_cases.BoundedStream(Growing(content), size)
    assert b"".join(iter(lambda: found.read(7), b"")) == content
    assert answer(inspection, file)[1]["rows"] == 1

"""What can go wrong while an import is read, kept or applied: nothing half done, nothing of a child in a log."""

from __future__ import annotations

import logging
import os
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings as project
from django.db import DataError, OperationalError, connection

from cases import stored_files
from cases.imports import actions, applying, limits, staging, worker
from cases.imports.queue import LEASE, QUEUE
from cases.models import CaseImport, ImportFile, ListRow, StagedRow
from inspections.actions import withdraw
from refusals import Refused
from spreadsheets.limits import MEGABYTE
from tests.cases.imports.conftest import files_in
from tests.disks import small_disk
from tests.factories.cases import HEADINGS, IN_NEED, applied, apply, ask, case_file, csv_of, on_list, read, row
from tests.factories.people import NOW
from tests.spreadsheets.sheets import with_entry, xlsx_of

__all__ = ["small_disk"]

# Rows are staged, compared and merged in other ways on each database.
pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHO = {"by": None, "now": NOW}
State = CaseImport.State
LONG = os.environ.get("LONG") == "1"
SECRET = "FICTIONAL-77"


def two() -> bytes:
    return csv_of([row(SECRET), row("A2")])


def work(case_import: CaseImport, later: timedelta = timedelta()) -> CaseImport | None:
    return worker.work(case_import.pk, now=lambda: NOW + later)


@pytest.fixture
def logged(caplog) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_an_import_that_ends_its_workers_is_given_up_with_words(inspection):
    asked = ask(inspection, case_file(two()))
    for _ in range(QUEUE.most_tries):
        assert QUEUE.take(asked.pk, NOW) is not None
        CaseImport.objects.update(free_at=NOW)
    found = work(asked)
    assert (found.state, "cut off again and again" in found.error) == (State.FAILED, True)
    assert not StagedRow.objects.exists()


def test_what_a_dead_worker_staged_is_not_there_twice(inspection, monkeypatch):
    monkeypatch.setattr(worker, "BUNCH", 1)
    asked = ask(inspection, case_file(two()))
    kept = staging.keep_faults

    def die(case_import, faults):
        if StagedRow.objects.count() == 2:
            raise OperationalError("the server closed the connection")
        return kept(case_import, faults)

    monkeypatch.setattr(staging, "keep_faults", die)
    assert work(asked) is None
    assert StagedRow.objects.count() == 1
    monkeypatch.setattr(staging, "keep_faults", kept)
    assert work(asked) is None  # until the lease of the first is over
    assert work(asked, LEASE).state == State.CHECKED
    assert StagedRow.objects.count() == 2


def test_a_worker_that_was_taken_over_writes_nothing_more(inspection, monkeypatch):
    monkeypatch.setattr(worker, "BUNCH", 1)
    asked = ask(inspection, case_file(two()))
    kept = staging.keep_faults

    def overtaken(case_import, faults):
        monkeypatch.setattr(staging, "keep_faults", kept)
        CaseImport.objects.filter(pk=asked.pk).update(claim="another")
        return kept(case_import, faults)

    monkeypatch.setattr(staging, "keep_faults", overtaken)
    assert work(asked) is None
    assert StagedRow.objects.count() == 1


def test_files_that_are_gone_are_said(inspection):
    asked = ask(inspection, case_file(two()))
    stored_files.FOLDER.discard(ImportFile.objects.get().stored_name)
    found = work(asked)
    assert (found.state, "not there any more" in found.error) == (State.FAILED, True)


@pytest.mark.parametrize("error", [DataError, RuntimeError])
def test_a_fault_ends_the_import_and_its_words_reach_no_log(inspection, monkeypatch, logged, error):
    asked = ask(inspection, case_file(two()))

    def fail(*args):
        raise error(f'CONTEXT: COPY cases_stagedrow, line 1: "{SECRET}"')

    monkeypatch.setattr(staging, "insert_rows", fail)
    found = work(asked)
    assert (found.state, "server’s log" in found.error) == (State.FAILED, True)
    assert error.__name__ in logged.text
    assert SECRET not in logged.text + found.error


@pytest.mark.postgresql
def test_what_the_database_says_of_a_row_reaches_no_log(inspection, monkeypatch, logged):
    """A real error of PostgreSQL, which quotes the row."""
    asked = ask(inspection, case_file(two()))
    text = staging._text
    monkeypatch.setattr(staging, "_text", lambda rows: text([[*row[:2], row[2] * 100, *row[3:]] for row in rows]))
    found = work(asked)
    assert found.state == State.FAILED
    assert SECRET not in logged.text + found.error


@pytest.mark.postgresql
def test_contradictions_are_looked_for_without_statistics_of_the_new_rows(inspection, monkeypatch):
    """With 100,000 new rows the planner would otherwise compare each with each, for many minutes."""
    seen = []

    def look(case_import):
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_nestloop")
            seen.append(cursor.fetchone()[0])

    monkeypatch.setattr(applying, "find_contradictions", look)
    applied(inspection, case_file(two()))
    assert seen == ["off"]


def test_an_identifier_longer_than_any_is_a_fault_of_its_row(inspection):
    refused = read(inspection, case_file(csv_of([row("A1"), row("B" * 300)])))
    assert refused.state == State.REFUSED
    assert refused.faults.get(level="error").row == 3


def test_so_is_one_of_figures_after_others_that_are_plain(inspection):
    refused = read(inspection, case_file(csv_of([*(row(f"A{number}") for number in range(5)), row("9" * 300)])))
    assert refused.state == State.REFUSED
    assert refused.faults.get(level="error").row == 7


def test_rows_that_fail_to_be_made_into_text_end_the_copy(inspection, monkeypatch, logged):
    asked = ask(inspection, case_file(two()))

    def fail(self, values):
        raise ValueError(SECRET)

    monkeypatch.setattr(staging.Encoder, "__call__", fail)
    found = work(asked)
    assert (found.state, StagedRow.objects.count()) == (State.FAILED, 0)
    assert SECRET not in logged.text


@pytest.mark.parametrize("statement", [2, 3, 5, 8, 11])
def test_nothing_is_half_applied_where_the_database_fails_in_the_middle(inspection, logged, statement):
    applied(inspection, case_file(csv_of([row("A1"), row("A2", Gender="Male"), row("A3")])))
    before = on_list(inspection)
    checked = read(inspection, case_file(csv_of([row("A2"), row("A3"), row("A4")])))
    actions.apply_import(case_import=checked, **WHO)
    left = [statement]

    def fail(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] == 0:
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        assert work(checked) is None
    assert on_list(inspection) == before
    found = work(checked, LEASE)
    assert (found.state, set(on_list(inspection))) == (State.APPLIED, {"A2", "A3", "A4"})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", ["reading", "applying"])
def test_a_database_that_goes_away_in_the_middle_is_come_back_to(inspection, monkeypatch, part):
    """Its own connection is really cut, while COPY runs and while rows are merged."""
    applied(inspection, case_file(csv_of([row("A1"), row("A2", Gender="Male")])))
    before = on_list(inspection)
    asked = ask(inspection, case_file(csv_of([row("A2"), row("A4")])))
    if part == "applying":
        actions.apply_import(case_import=work(asked), **WHO)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    place, name = (staging._CopyStream, "read") if part == "reading" else (applying, "last_applied")
    real = getattr(place, name)

    def cut(*args):
        monkeypatch.setattr(place, name, real)
        given = connection.get_connection_params()
        keys = [key for key in ("dbname", "user", "host", "port", "password") if key in given]
        with closing(psycopg2.connect(**{key: given[key] for key in keys})) as other:
            other.cursor().execute("SELECT pg_terminate_backend(%s)", [pid])
        return real(*args)

    monkeypatch.setattr(place, name, cut)
    assert work(asked) is None
    connection.close()
    assert on_list(inspection) == before
    found = work(asked, LEASE)
    assert found.state == (State.CHECKED if part == "reading" else State.APPLIED)
    assert StagedRow.objects.count() == (2 if part == "reading" else 0)


def test_what_was_shown_is_what_is_applied_or_it_is_shown_again(inspection):
    """A child is erased between the difference and the applying."""
    applied(inspection, case_file(csv_of([row("A1"), row("A2")])))
    checked = read(inspection, case_file(csv_of([row("A1"), row("A3")])))
    actions.apply_import(case_import=checked, **WHO)
    ListRow.objects.filter(child__folded="a2").delete()
    found = work(checked)
    assert (found.state, found.difference[IN_NEED]["gone"], len(on_list(inspection))) == (State.CHECKED, 0, 1)
    assert apply(found).state == State.APPLIED


def test_a_full_disk_is_said_and_nothing_is_kept(inspection, settings, small_disk):
    settings.UPLOADS_DIR = small_disk.path / "uploads"
    received = case_file(two())
    small_disk.fill()
    content = b"x" * (1024 * 1024)
    with pytest.raises(Refused, match="no room"):
        ask(inspection, case_file(content, "children.csv"))
    with pytest.raises(Refused, match="no room"):
        ask(inspection, case_file(content, "children.csv"), received)
    small_disk.clear()
    assert [path for path in files_in(settings.UPLOADS_DIR) if path.stat().st_size] == []
    assert not CaseImport.objects.exists()


def test_bytes_without_a_row_are_swept(inspection, settings):
    ask(inspection, case_file(two()))
    stray = stored_files.FOLDER.keep(case_file(two()).path)
    later = NOW.__class__.now(NOW.tzinfo) + timedelta(days=2)
    assert stored_files.sweep(now=later) == 1
    assert not stored_files.FOLDER.path_of(stray).exists()
    assert len(files_in(Path(project.UPLOADS_DIR))) == 1


def test_a_workbook_that_unpacks_without_end_is_refused_in_words(inspection, monkeypatch):
    """Of the real limit by LONG=1; a thousandth of it otherwise."""
    megabytes = limits.limits().unpacked // MEGABYTE if LONG else 1
    small = replace(limits.limits(), unpacked=megabytes * MEGABYTE)
    monkeypatch.setattr(worker, "limits", lambda: small)
    book = xlsx_of(Children=[list(HEADINGS), list(row("A1").values())])
    bomb = with_entry(book, "xl/media/bomb.bin", bytes((megabytes + 1) * MEGABYTE))
    assert len(bomb) < megabytes * 10_000 + 100_000
    refused = read(inspection, case_file(bomb, "Child in need.xlsx"))
    assert refused.state == State.REFUSED
    assert "unpacks to more" in refused.faults.get(level="error").message
    assert not StagedRow.objects.exists()


def test_rows_beyond_the_limit_are_refused_in_words(inspection, monkeypatch):
    monkeypatch.setattr(worker, "limits", lambda: replace(limits.limits(), rows=10))
    refused = read(inspection, case_file(csv_of([row(f"A{number}") for number in range(12)])))
    assert refused.state == State.REFUSED
    assert "more than 10 rows" in refused.faults.get(level="error").message
    assert not StagedRow.objects.exists()


def test_an_inspection_withdrawn_meanwhile_stands_as_it_is(inspection):
    checked = read(inspection, case_file(two()))
    actions.apply_import(case_import=checked, **WHO)
    withdraw(inspection=inspection, reason="Deferred", **WHO)
    found = work(checked)
    assert (found.state, "withdrawn" in found.error) == (State.FAILED, True)
    assert not ListRow.objects.exists()

"""Making an export of audits: whole, frozen, hashed; what is missing is named; cut off, it is taken up again."""

from __future__ import annotations

import hashlib
import io
import logging
import zipfile
from datetime import date, timedelta

import pytest
from django.db import OperationalError

from accounts.models import Event, Role
from audits.exports import actions, building, documents
from audits.models import Audit, AuditExport, AuditFile, Contribution, FollowUp, SelectedCase
from audits.stored_files import FOLDER, sweep
from refusals import Refused
from tests.factories.audited import Part, add_file, answer, give_part, grade, submit
from tests.factories.audits import make_selected_case
from tests.factories.documents import pdf_bytes
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
State = AuditExport.State


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"), notified=date(2011, 4, 18), title="Fictionshire 2011")


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """What is on the pages, without drawing them: the markup of each PDF in the order in which they are made."""
    pages: list[str] = []

    def keep(name, context, *, title, made_at):
        from django.template.loader import render_to_string

        pages.append(render_to_string(name, context))
        return b"%PDF " + title.encode()

    monkeypatch.setattr(documents, "render_template", keep)
    return pages


@pytest.fixture
def cases(inspection):
    """Three cases: two submitted, the first with everything, and one begun."""
    first, second, third = (make_selected_case(inspection, identifier=f"Child-{each}") for each in "ABC")
    for case in (first, second):
        submit(case)
    answer(third)
    mo, pat = (make_person(inspection.council, Role.AUDITOR, name=name) for name in ("Mo Moderator", "Pat Police"))
    give_part(first, mo, Part.MODERATOR)
    grade(first, mo, "inadequate", agreed="adequate")
    part = give_part(first, pat, Part.CONTRIBUTOR, agency="Police")
    Contribution.objects.create(assignment=part, text="No call-outs.", saved_at=NOW, submitted_at=NOW)
    FollowUp.objects.create(audit=first.audit, number=1, what="Date the plan", who="Team manager", added_at=NOW)
    Audit.objects.filter(case=first).update(concern_at=NOW, concern="A bruise.", acknowledgement="Seen at once.")
    add_file(first, "chronology.pdf", b"one")
    add_file(first, "chronology.pdf", b"two")
    return first, second, third


def request(inspection, now=NOW):
    return actions.request_export(inspection=inspection, selection="initial", by=None, now=now)[0]


def made(inspection, now=NOW) -> AuditExport:
    found = building.make(request(inspection, now).pk, now=lambda: now)
    assert found is not None
    return found


def content(export: AuditExport, kind: str) -> bytes:
    return FOLDER.path_of(str(export.files.get(kind=kind).stored_name)).read_bytes()


def test_export_holds_the_submitted_audits_and_names_those_that_are_missing(inspection, cases, drawn) -> None:
    export = made(inspection)
    assert (export.state, export.cases, export.lacking, export.done, export.total) == (State.READY, [1, 2], [3], 2, 2)
    every = drawn[-1]
    for said in ("Child-A", "Child-B", "Case 3: not submitted", "NOT SUPPLIED", "Visits were made every month"):
        assert (said, said in every) == (said, True)
    assert "Child-C" not in every


def test_audit_on_paper_has_answers_contributions_agreed_grade_and_what_follows(inspection, cases, drawn) -> None:
    made(inspection)
    first = " ".join(drawn[0].split())
    wanted = ("Child-A", "Good", "Adequate", "Contribution: Police", "No call-outs.", "Date the plan", "A bruise.",
              "Seen at once.", "chronology.pdf", "What was found")  # fmt: skip
    assert [said for said in wanted if said not in first] == []
    # Neither the moderator's own grade nor who wrote what.
    assert [said for said in ("Inadequate", "Mo Moderator", "Pat Police") if said in first] == []


def test_zip_has_a_folder_for_each_case_with_its_files(inspection, cases, drawn) -> None:
    export = made(inspection)
    with zipfile.ZipFile(io.BytesIO(content(export, "zip"))) as packed:
        assert packed.namelist() == [
            "case-01/audit.pdf",
            "case-01/files/chronology.pdf",
            "case-01/files/chronology (2).pdf",
            "case-02/audit.pdf",
            "NOT SUPPLIED.txt",
        ]
        assert packed.read("case-01/files/chronology (2).pdf") == b"two"
        assert packed.read("NOT SUPPLIED.txt").decode() == "Case 3: not submitted\r\n"


def test_pdf_is_drawn_and_readable(inspection, cases) -> None:
    import pikepdf

    export = made(inspection)
    with pikepdf.open(io.BytesIO(content(export, "pdf"))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Fictionshire 2011: audits, initial case files"
        assert len(pdf.pages) >= 4


def test_export_is_hashed_and_frozen(inspection, cases, drawn) -> None:
    export = made(inspection)
    submit(cases[2])
    for file in export.files.all():
        bytes_ = FOLDER.path_of(str(file.stored_name)).read_bytes()
        assert (file.size, file.sha256) == (len(bytes_), hashlib.sha256(bytes_).hexdigest())
    later = made(inspection, NOW + timedelta(hours=1))
    export.refresh_from_db()
    assert (export.cases, later.number, later.cases, later.lacking) == ([1, 2], 2, [1, 2, 3], [])


def test_asked_again_while_it_is_made_it_is_the_same(inspection, cases) -> None:
    first = request(inspection)
    assert actions.request_export(inspection=inspection, selection="initial", by=None, now=NOW) == (first, False)


def test_one_selection_is_exported_at_a_time(inspection, cases) -> None:
    submit(make_selected_case(inspection, selection="additional"))
    request(inspection)
    with pytest.raises(Refused, match="Other audits are being exported"):
        actions.request_export(inspection=inspection, selection="additional", by=None, now=NOW)


@pytest.mark.parametrize("selection", ["additional", "no-such-selection"])
def test_nothing_to_export_is_refused(inspection, cases, selection) -> None:
    with pytest.raises(Refused):
        actions.request_export(inspection=inspection, selection=selection, by=None, now=NOW)


@pytest.mark.parametrize("how", ["erased", "reopened", "graded", "file removed"])
def test_audit_that_changes_meanwhile_fails_the_export(inspection, cases, drawn, monkeypatch, how) -> None:
    export = request(inspection)
    draw = documents.all_audits

    def changed(*args, **given):
        if how == "erased":
            SelectedCase.objects.filter(number=1).update(child=None)
        elif how == "reopened":
            Audit.objects.filter(case=cases[1]).update(submitted_at=None)
        elif how == "graded":
            grade(cases[1], make_person(inspection.council, Role.AUDITOR), agreed="good")
        else:
            AuditFile.objects.filter(name="chronology.pdf").update(stored_name=None)
        return draw(*args, **given)

    monkeypatch.setattr(building, "all_audits", changed)
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, export.error, export.files.count()) == (State.FAILED, building.CHANGED, 0)
    assert not list(building.SCRATCH.root.iterdir())


def test_file_that_is_gone_fails_the_export(inspection, cases, drawn) -> None:
    export = request(inspection)
    FOLDER.discard_all([name for name in AuditFile.objects.values_list("stored_name", flat=True) if name])
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, export.error) == (State.FAILED, building.CHANGED)


def test_fault_quotes_no_audit_in_the_log(inspection, cases, monkeypatch, caplog) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(*args, **given):
        raise ValueError("Child-A is at fault")

    monkeypatch.setattr(building, "one_audit", fail)
    export = request(inspection)
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, "Child-A" in caplog.text + export.error) == (State.FAILED, False)


def test_with_the_database_gone_another_worker_takes_it_up(inspection, cases, drawn, monkeypatch) -> None:
    export = request(inspection)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_freeze", lambda *args: (_ for _ in ()).throw(OperationalError))
        assert building.make(export.pk, now=lambda: NOW) is None
    assert building.make(export.pk, now=lambda: NOW) is None
    later = NOW + timedelta(minutes=6)
    found = building.make(export.pk, now=lambda: later)
    assert found is not None
    assert found.state == State.READY


def test_export_that_kills_its_workers_is_given_up(inspection, cases) -> None:
    export = request(inspection)
    AuditExport.objects.filter(pk=export.pk).update(tries=5)
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, export.error) == (State.FAILED, building.GIVEN_UP)


def test_what_a_dead_worker_left_is_taken_away(settings) -> None:
    left = building.SCRATCH.root / ("0" * 32)
    left.mkdir(parents=True)
    (left / "1.pdf").write_bytes(pdf_bytes())
    building.sweep()
    assert not left.exists()


def test_sweep_keeps_files_that_rows_refer_to(inspection, drawn, settings, tmp_path) -> None:
    settings.UPLOADS_DIR = tmp_path
    case = make_selected_case(inspection)
    submit(case)
    add_file(case)
    export = made(inspection)
    later = NOW + timedelta(days=30_000)
    stray = add_file(case, "stray.pdf", b"stray")
    name = stray.stored_name
    assert name is not None
    stray.delete()
    assert sweep(now=later) == 1
    assert not FOLDER.path_of(name).exists()
    assert content(export, "pdf").startswith(b"%PDF")


def test_record_has_numbers_and_hashes_and_nothing_of_a_child(inspection, cases, drawn) -> None:
    made(inspection)
    said = str(list(Event.objects.values_list("subject", "detail")))
    assert "Audit export 1" in said
    assert [word for word in ("Child-", "bruise", "chronology") if word in said] == []

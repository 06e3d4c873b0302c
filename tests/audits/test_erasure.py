"""Erasing takes everything child-level of the audits: which child it was, what was written, files and exports."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from audits.exports import actions, building, documents
from audits.models import Answer, Assignment, Audit, AuditExport, Contribution, FollowUp, OwnCase, SelectedCase
from audits.state import audits_state
from audits.stored_files import FOLDER
from cases.models import Child, ListRow
from cases.privacy import erasure
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.applied_cases import apply_lists
from tests.factories.audited import ANSWERS, Part, add_file, answer, give_part, grade, hand_over, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "Fictional-4711"
#: After 180 days from the publication of an inspection notified on 18 April 2011.
DUE = date(2012, 1, 31)


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"), notified=date(2011, 4, 18))


def filled(inspection, identifier: str = SECRET) -> SelectedCase:
    """A submitted audit in which the secret stands everywhere that words are kept."""
    case = make_selected_case(inspection, identifier=identifier)
    ann, mo, pat = (make_person(inspection.council, Role.AUDITOR) for _ in range(3))
    give_part(case, ann)
    give_part(case, mo, Part.MODERATOR)
    part = give_part(case, pat, Part.CONTRIBUTOR, agency="Police")
    answer(case, dict.fromkeys(ANSWERS, identifier) | {"grade": "good"})
    submit(case, by=ann)
    facts = {"concern": identifier, "acknowledgement": identifier, "why_extended": identifier, "extended_to": NOW}
    Audit.objects.filter(case=case).update(concern_at=NOW, **facts)
    Contribution.objects.create(assignment=part, text=identifier, saved_at=NOW)
    Assignment.objects.filter(pk=part.pk).update(why_ended=identifier, ended_at=NOW)
    FollowUp.objects.create(
        audit=case.audit, number=1, what=identifier, who=identifier, evidence=identifier, added_at=NOW
    )
    OwnCase.objects.create(audit=case.audit, user=pat, declared_at=NOW)
    made = grade(case, mo, agreed="good")
    made.comments = made.why_agreed = identifier
    made.save()
    add_file(case, f"{identifier}.pdf", identifier.encode())
    return case


def exported(inspection, monkeypatch) -> AuditExport:
    monkeypatch.setattr(documents, "render_template", lambda name, context, **given: repr(context).encode())
    export, _ = actions.request_export(inspection=inspection, selection="initial", by=None, now=NOW)
    made = building.make(export.pk, now=lambda: NOW)
    assert made is not None
    return made


def rows_with(secret: str) -> list[str]:
    """Every row of the database in which the words stand, by its table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # names of our own tables
            found += [table for row in cursor.fetchall() if secret.lower() in repr(row).lower()]
    return found


def files_in_folder() -> set[str]:
    return {path.name for path in FOLDER.path_of("0" * 32).parent.glob("*")}


@pytest.fixture
def folder(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return tmp_path


def test_nothing_child_level_is_left_when_the_time_has_come(
    inspection, folder, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    filled(inspection)
    export = exported(inspection, monkeypatch)
    hand_over(inspection, "initial", 1)
    assert len(set(rows_with(SECRET))) > 6
    with django_capture_on_commit_callbacks(execute=True):
        (done,) = erasure.erase_due(inspection=inspection, on=DUE, by=None, now=NOW)
    assert (done.counts["selected cases"], done.counts["audits"], done.counts["audit exports"]) == (1, 1, 2)
    assert rows_with(SECRET) == []
    assert files_in_folder() == set()
    assert not Answer.objects.exists()
    # What stays is known by number alone.
    export.refresh_from_db()
    assert (export.cases, export.erased_at) == ([1], NOW)
    assert [(file.stored_name, len(file.sha256)) for file in export.files.all()] == [(None, 64)] * 2
    (case,) = audits_state(snapshot_of(inspection, now=NOW)).cases
    assert (case.number, case.state) == (1, "handed over")
    assert erasure.held(inspection) == {
        "children": 0, "files": 0, "exports": 0, "selected cases": 0, "audits": 0, "audit exports": 0,
    }  # fmt: skip
    assert erasure.erase_due(inspection=inspection, on=DUE, by=None, now=NOW) == []


def test_one_child_goes_with_its_audit_and_the_exports_that_hold_it(
    inspection, folder, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    case = filled(inspection)
    filled(inspection, "Other-1")
    holds = exported(inspection, monkeypatch)
    child = case.child
    assert child is not None
    key = child.key
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase_child(child=child, why="On request", by=None, now=NOW)
    assert rows_with(SECRET) == []
    holds.refresh_from_db()
    assert holds.erased_at == NOW
    # The other child and its audit are there as before.
    assert len(set(rows_with("Other-1"))) > 6
    assert [each.state for each in audits_state(snapshot_of(inspection, now=NOW)).cases] == ["erased", "moderated"]
    assert erasure.erase_again(inspection=inspection, scope="child", on=DUE, child=key, now=NOW) == []


def test_erasing_again_after_a_restore_takes_the_same(inspection, folder) -> None:
    case = filled(inspection)
    (done,) = erasure.erase_again(
        inspection=inspection, scope="child", on=DUE, child=case.child.key, now=NOW + timedelta(days=1)
    )
    assert (done.counts["selected cases"], rows_with(SECRET)) == (1, [])


def test_selected_child_stays_although_later_imports_have_replaced_its_rows(inspection) -> None:
    apply_lists(inspection, {"child-in-need": {SECRET: {}, "Gone-1": {}}})
    case = make_selected_case(inspection, child=Child.objects.get(identifier=SECRET))
    apply_lists(inspection, {"child-in-need": {"New-1": {}}}, now=NOW + timedelta(days=1))
    later = NOW + timedelta(days=100)
    erasure.erase_due(inspection=inspection, on=later.date(), by=None, now=later)
    assert sorted(Child.objects.values_list("identifier", flat=True)) == [SECRET, "New-1"]
    case.refresh_from_db()
    assert case.child is not None
    assert ListRow.objects.filter(child=case.child).count() <= 1


def test_case_that_was_taken_out_is_erased_too(inspection, folder) -> None:
    filled(inspection)
    SelectedCase.objects.update(removed_at=NOW, why_removed=SECRET)
    erasure.erase_due(inspection=inspection, on=DUE, by=None, now=NOW)
    assert rows_with(SECRET) == []


def test_nobody_is_erased_while_audits_are_exported(inspection) -> None:
    case = filled(inspection)
    export, _ = actions.request_export(inspection=inspection, selection="initial", by=None, now=NOW)
    assert case.child is not None
    with pytest.raises(Refused, match="Audits are being exported"):
        erasure.erase_child(child=case.child, why="On request", by=None, now=NOW)
    # What is due goes all the same, and the export fails because it no longer matches.
    erasure.erase_due(inspection=inspection, on=DUE, by=None, now=NOW)
    assert rows_with(SECRET) == []
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, export.error) == (AuditExport.State.FAILED, building.CHANGED)


def test_erasure_pages_say_what_audits_hold_in_numbers(inspection, monkeypatch, folder) -> None:
    case = filled(inspection)
    exported(inspection, monkeypatch)
    client = sign_in(make_person(inspection.council, Role.DATA_PROTECTION))
    page = client.get(reverse("cases:erasure", args=[inspection.slug]))
    said = reading.texts(page, "//main//ul[contains(@class, 'bullet')]/li")
    assert [line for line in said if "audit" in line or "selected" in line] == [
        "1 selected case", "1 audit", "1 audit export"
    ]  # fmt: skip
    page = client.get(reverse("cases:erase-child", args=[inspection.slug, case.child.key]))
    said = reading.texts(page, "//main//ul[contains(@class, 'bullet')]/li")
    assert [line for line in said if "udit" in line] == [
        "Case 1: the selected case and its audit, with its files.",
        "Audit export 1: its files. Anyone who was given them still has them and should be told.",
    ]

"""Duties on documents, and what the pack takes from them."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Role
from documents.duties import duties
from documents.pack import contents
from documents.reviews import actions as reviewing
from documents.state import states
from files import storage
from inspections.snapshot import snapshot_of
from tests.factories.documents import add, complete, docx_bytes, make_version, pdf_bytes
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
LATE = at("2011-05-01 09:00")


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


def snapshot(inspection, now=LATE):
    return snapshot_of(inspection, now=now)


def duty(inspection, key, now=LATE):
    return next(duty for duty in duties(snapshot(inspection, now)) if duty.key == f"document:{key}")


def test_there_is_one_duty_for_each_document_due_with_the_step_that_asks_for_them(inspection):
    found = duties(snapshot(inspection))
    assert [row.key for row in found] == [f"document:{document.key}" for document in inspection.framework.documents]
    assert [row.title for row in found] == [document.title for document in inspection.framework.documents]
    step = snapshot(inspection).step_for("documents")
    dated = snapshot(inspection).dated(step)
    assert {(row.kind.prefix, row.due, row.due_day) for row in found} == {("document", dated.due, dated.last_day)}
    assert dated.due == at("2011-04-19 17:00")


def test_before_notification_a_duty_has_its_day_and_no_date():
    found = duties(snapshot(make_inspection(make_council())))
    assert {(row.due, row.due_day) for row in found} == {(None, 2)}


def test_a_duty_says_what_is_missing_whose_it_is_and_where_it_is_worked_on(inspection):
    post = make_post(
        inspection.council, "Business Manager", make_person(inspection.council, Role.OWNER, name="Sam Fictional")
    )
    make_ownership(inspection, "document:8", post)
    make_version(inspection, "8", "workforce-data")
    found = duty(inspection, "8")
    assert (found.state, found.done, found.done_at, found.done_by) == ("partial", False, None, None)
    assert found.missing == ("Current pressures and priorities: nothing has been added yet.",)
    assert [(owner.name, owner.holder_name) for owner in found.owners] == [("Business Manager", "Sam Fictional")]
    assert found.url == f"/inspections/{inspection.slug}/documents/8/"
    assert found.is_late(LATE) is True
    assert duty(inspection, "9").is_unowned is True


def test_a_duty_is_done_when_submitted_and_not_when_returned_or_out_of_date(inspection):
    sam = make_person(inspection.council, name="Sam Fictional")
    make_version(inspection, "10", "reports", by=sam)
    found = duty(inspection, "10")
    assert (found.done, found.done_at, found.done_by, found.missing) == (True, NOW, "Sam Fictional", ())
    seen = states(snapshot(inspection))["10"].contents
    reviewing.return_document(inspection=inspection, document="10", contents=seen, reason="No.", by=sam, now=LATE)
    found = duty(inspection, "10")
    assert (found.state, found.done, found.missing) == ("returned", False, ("Returned to be put right.",))
    reviewing.approve(inspection=inspection, document="10", contents=seen, by=sam, now=LATE)
    assert (duty(inspection, "10").state, duty(inspection, "10").done) == ("approved", True)
    make_version(inspection, "9", "summaries", as_at=date(2000, 1, 1))
    assert (duty(inspection, "9").state, duty(inspection, "9").done) == ("stale", False)


def test_states_that_a_page_has_already_save_the_queries(inspection, django_assert_num_queries):
    here = snapshot(inspection)
    found = states(here)
    with django_assert_num_queries(0):
        assert len(duties(here, found)) == 13
    with django_assert_num_queries(2):
        duties(here)


def test_a_pack_has_every_document_and_part_in_order_also_empty_ones(inspection):
    pack = contents(snapshot(inspection))
    assert [(row.document.key, tuple(part.part.key for part in row.parts), row.state) for row in pack] == [
        (doc.key, tuple(part.key for part in doc.parts), "missing") for doc in inspection.framework.documents
    ]
    assert [part.files for row in pack for part in row.parts if part.files] == []


def test_a_pack_takes_what_counts_and_leaves_what_later_ones_have_pushed_out(inspection):
    complete(inspection, "1", last=date(2011, 3, 14))
    old = add(inspection, "1", "minutes", as_at=date(2001, 1, 1)).version
    part = contents(snapshot(inspection))[0].parts[0]
    assert len(part.files) == 6
    assert [file.as_at for file in part.files] == sorted((file.as_at for file in part.files), reverse=True)
    assert old.pk not in [file.version_id for file in part.files]


def test_a_pack_says_of_each_file_what_its_manifest_needs(inspection):
    sam = make_person(inspection.council, name="Sam Fictional")
    body = pdf_bytes()
    version = add(inspection, "10", "reports", content=body, name="a.pdf", by=sam, names_children=True).version
    listed = add(inspection, "10", "reports", content=docx_bytes(), name="b.docx").version
    document = contents(snapshot(inspection))[9]
    first, second = document.parts[0].files
    assert (document.state, document.is_stale, document.missing) == ("submitted", False, ())
    assert (first.version_id, first.label, first.name, first.number) == (version.pk, "a.pdf", "a.pdf", 1)
    assert (first.sha256, first.size, first.kind, first.names_children) == (version.sha256, len(body), "pdf", True)
    assert (first.uploaded_by, first.uploaded_at, first.as_at) == ("Sam Fictional", NOW, None)
    assert first.path == storage.path_of(version.stored_name)
    assert first.path.read_bytes() == body
    assert (second.version_id, second.kind) == (listed.pk, "listed")


def test_a_pack_gives_the_reason_of_a_nil_return_and_what_is_missing(inspection):
    nil = reviewing.state_nil_return(
        inspection=inspection, document="9", part="summaries", reason="None was held.", by=None, now=NOW
    )
    make_version(inspection, "1", "minutes", as_at=date(2011, 3, 14))
    pack = {row.document.key: row for row in contents(snapshot(inspection))}
    part = pack["9"].parts[0]
    assert (part.nil_return, part.nil_return_id, part.missing, part.files) == ("None was held.", nil.pk, "", ())
    assert (pack["1"].parts[0].nil_return, pack["1"].parts[0].missing) == (None, "Five of six are still missing.")


def test_recording_a_pack_as_sent_makes_its_documents_sent(inspection):
    complete(inspection, "10")
    pack = contents(snapshot(inspection))
    versions = [file.version_id for row in pack for part in row.parts for file in part.files]
    reviewing.record_sent(inspection=inspection, version_ids=versions, by=None, now=LATE, nil_return_ids=())
    found = {key: state.state for key, state in states(snapshot(inspection)).items()}
    assert found == {key: "sent" if key == "10" else "missing" for key in found}


def test_returned_document_is_the_same_in_a_pack_before_and_after_it_was_sent(inspection):
    """What a pack shows does not change by its being recorded as sent, or another one would be made of the same."""
    complete(inspection, "10")
    seen = states(snapshot(inspection))["10"].contents
    reviewing.return_document(inspection=inspection, document="10", contents=seen, reason="Page 3.", by=None, now=NOW)
    before = contents(snapshot(inspection))
    versions = [file.version_id for row in before for part in row.parts for file in part.files]
    reviewing.record_sent(inspection=inspection, version_ids=versions, by=None, now=LATE, nil_return_ids=())
    after = contents(snapshot(inspection))
    assert after == before
    found = next(row for row in after if row.document.key == "10")
    assert (found.state, found.missing) == ("returned", ("Returned to be put right.",))


def test_duty_leads_to_the_first_part_in_which_something_is_missing(inspection) -> None:
    by_key = {duty.key: duty for duty in duties(snapshot_of(inspection, now=NOW))}
    part = inspection.framework.document("8").parts[0]
    assert by_key["document:8"].act_url == f"/inspections/{inspection.slug}/documents/8/#part-{part.key}"

"""What actions on files and documents do, refuse and record; a refusal leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import resource
from datetime import date, timedelta

import pytest

from accounts.models import Event
from documents.evidence import actions
from documents.models import File, NilReturn, Review, Sending, Version
from documents.reviews import actions as reviewing
from documents.state import states
from files import storage
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.factories.documents import add, encrypted_pdf_bytes, make_version, pdf_bytes, received
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MARCH = date(2011, 3, 14)


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def contents(inspection: Inspection, key: str) -> str:
    return states(snapshot_of(inspection, now=NOW))[key].contents


def state(inspection: Inspection, key: str) -> str:
    return states(snapshot_of(inspection, now=NOW))[key].state


def verbs(inspection: Inspection) -> list[str]:
    return list(Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("verb", flat=True))


def version_of(inspection: Inspection) -> int:
    return Inspection.objects.get(pk=inspection.pk).version


def bytes_of(version: Version) -> bytes:
    return storage.path_of(version.stored_name).read_bytes()


def test_adding_a_file_keeps_its_bytes_and_everything_that_is_known_of_them(inspection, on_disk):
    sam = make_person(inspection.council)
    body = pdf_bytes(words="Six")
    added = add(inspection, "1", "minutes", as_at=MARCH, content=body, name="Six.pdf", by=sam)
    version = Version.objects.get()
    assert (added.version, added.is_new) == (version, True)
    assert bytes_of(version) == body
    assert on_disk() == ["files"]
    assert (version.number, version.original_name, version.size) == (1, "Six.pdf", len(body))
    assert version.sha256 == hashlib.sha256(body).hexdigest()
    assert (version.declared_type, version.detected_type) == ("application/pdf", "application/pdf")
    assert (version.as_at, version.uploaded_at, version.uploaded_by) == (MARCH, NOW, sam)
    assert version.stored_name not in {"Six.pdf", version.sha256}
    assert oct(storage.path_of(version.stored_name).stat().st_mode & 0o777) == "0o600"


def test_adding_a_file_goes_on_record_and_moves_the_inspection_on(inspection):
    before = version_of(inspection)
    version = add(inspection, "1", "minutes", as_at=MARCH).version
    event = Event.objects.get(inspection=inspection.slug)
    assert version_of(inspection) == before + 1
    assert (event.verb, event.subject) == ("file added", inspection.framework.document("1").title)
    assert event.detail == {
        "document": "1",
        "part": inspection.framework.document("1").part("minutes").label,
        "file": version.file_id,
        "version": 1,
        "sha256": version.sha256,
        "as at": "2011-03-14",
    }


@pytest.mark.parametrize(
    "part, content, name, as_at, field, words",
    [
        ("minutes", b"", "empty.pdf", MARCH, "file", "empty.pdf was not added: it is empty."),
        ("minutes", b"MZ", "run.exe", MARCH, "file", "run.exe was not added: “.exe” files are not accepted."),
        ("minutes", b"text", "a.pdf", MARCH, "file", "a.pdf was not added: it is not a PDF, although it is named"),
        (
            "minutes",
            encrypted_pdf_bytes(),
            "a.pdf",
            MARCH,
            "file",
            "a.pdf was not added: it is protected by a password",
        ),
        ("minutes", None, "a.pdf", None, "as_at", "Enter the date that the file is of"),
        (
            "minutes",
            None,
            "a.pdf",
            NOW.date() + timedelta(days=1),
            "as_at",
            "The date of the file must be 1 April 2011",
        ),
        ("nothing", None, "a.pdf", MARCH, None, "There is no such document or part"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(
    inspection, nothing_left, on_disk, part, content, name, as_at, field, words
):
    taken = received(content, name)
    with pytest.raises(Refused) as refused:
        actions.add_file(inspection=inspection, document="1", part=part, received=taken, as_at=as_at, by=None, now=NOW)
    taken.close()
    assert (refused.value.message[: len(words)], refused.value.field) == (words, field)
    assert nothing_left(inspection)


def test_a_file_over_the_limit_is_refused_and_not_kept_while_it_arrives(inspection, nothing_left, on_disk, settings):
    settings.MAX_UPLOAD_MB = 1
    taken = received(b"%PDF-" + b"x" * (1024 * 1024), "large.pdf")
    assert (taken.fault, on_disk()) == ("too large", [])
    with pytest.raises(Refused) as refused:
        actions.add_file(
            inspection=inspection, document="10", part="reports", received=taken, as_at=None, by=None, now=NOW
        )
    assert refused.value.message == "large.pdf was not added: it is larger than 1 MB, the most one file may have."
    assert nothing_left(inspection)


def test_a_file_of_just_the_limit_is_taken(inspection, settings):
    settings.MAX_UPLOAD_MB = 1
    body = pdf_bytes()
    body += b"\n" * (1024 * 1024 - len(body))
    assert add(inspection, "10", "reports", content=body).version.size == 1024 * 1024


def test_a_date_is_not_kept_where_the_part_is_not_dated(inspection):
    assert add(inspection, "10", "reports", as_at=MARCH).version.as_at is None


def test_a_content_of_today_is_not_in_the_future(inspection):
    late = at("2011-07-01 00:30")
    assert add(inspection, "1", "minutes", as_at=date(2011, 7, 1), now=late).version.as_at == date(2011, 7, 1)


def test_a_disk_without_room_refuses_in_words_and_keeps_nothing(inspection, nothing_left):
    body = pdf_bytes() + b"\n" * 200_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel itself refuses to write beyond this, as it does on a disk that is full.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        taken = received(body, "minutes.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with pytest.raises(Refused) as refused:
        actions.add_file(
            inspection=inspection, document="10", part="reports", received=taken, as_at=None, by=None, now=NOW
        )
    assert refused.value.message.startswith("minutes.pdf was not added: there is no room for it")
    assert nothing_left(inspection)


def test_a_storage_that_vanished_refuses_in_words_and_keeps_nothing(inspection, nothing_left, uploads):
    uploads.mkdir()
    (uploads / "files").write_text("a file where the folder should be")
    with pytest.raises(Refused) as refused:
        add(inspection, "10", "reports")
    assert refused.value.message.startswith("minutes.pdf was not added: there is no room for it")
    (uploads / "files").unlink()
    assert nothing_left(inspection)


def test_a_failure_in_the_database_leaves_no_bytes(inspection, nothing_left, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr("documents.evidence.actions.audit.record", fail)
    with pytest.raises(RuntimeError):
        add(inspection, "10", "reports")
    assert nothing_left(inspection)


def test_the_same_bytes_in_the_same_part_have_one_effect(inspection, on_disk):
    body = pdf_bytes()
    first = add(inspection, "1", "minutes", as_at=MARCH, content=body)
    again = add(inspection, "1", "minutes", as_at=MARCH, content=body, name="another name.pdf")
    assert (again.version, again.is_new) == (first.version, False)
    assert (File.objects.count(), on_disk(), verbs(inspection)) == (1, ["files"], ["file added"])


def test_the_same_bytes_with_another_date_are_a_question_for_the_person(inspection, on_disk):
    body = pdf_bytes()
    add(inspection, "1", "minutes", as_at=MARCH, content=body)
    with pytest.raises(Refused) as refused:
        add(inspection, "1", "minutes", as_at=date(2011, 1, 14), content=body)
    assert refused.value.message.startswith("This file is here already, dated 14 March 2011.")
    assert (refused.value.field, Version.objects.count(), on_disk()) == ("as_at", 1, ["files"])


def test_the_same_bytes_in_another_part_or_inspection_are_another_file(inspection):
    body = pdf_bytes()
    add(inspection, "8", "workforce-data", content=body)
    assert add(inspection, "8", "pressures-and-priorities", content=body).is_new is True
    assert add(make_inspection(inspection.council), "8", "workforce-data", content=body).is_new is True


def test_the_bytes_of_a_removed_file_can_be_added_anew(inspection):
    body = pdf_bytes()
    gone = add(inspection, "10", "reports", content=body).version.file
    actions.remove_file(file=gone, by=None, now=NOW)
    assert add(inspection, "10", "reports", content=body).is_new is True
    with pytest.raises(Refused, match="The same file was added again in the meantime"):
        actions.put_back_file(file=gone, by=None, now=NOW)


def replace(version: Version, content: bytes | None = None, *, as_at=None, name="new.pdf", note=""):
    return actions.replace_file(
        file=version.file, received=received(content, name), as_at=as_at, by=None, now=NOW, note=note
    )


def test_a_replacement_is_a_new_version_and_the_old_one_is_kept(inspection, on_disk):
    body = pdf_bytes()
    first = add(inspection, "1", "minutes", as_at=MARCH, content=body).version
    second = replace(first, as_at=date(2011, 3, 15), note=" The signed copy ").version
    assert [row.number for row in first.file.versions.all()] == [2, 1]
    assert (second.note, second.as_at) == ("The signed copy", date(2011, 3, 15))
    first.refresh_from_db()
    assert (first.as_at, bytes_of(first)) == (MARCH, body)
    assert on_disk() == ["files", "files"]


def test_a_replacement_takes_its_own_name_unless_somebody_chose_one(inspection):
    plain = add(inspection, "10", "reports", name="March.pdf").version
    replace(plain, name="April.pdf")
    assert File.objects.get(pk=plain.file_id).label == "April.pdf"
    chosen = add(inspection, "10", "reports").version
    actions.describe_file(file=chosen.file, label="Annual", names_children=False, as_at=None, by=None, now=NOW)
    replace(chosen, name="May.pdf")
    assert File.objects.get(pk=chosen.file_id).label == "Annual"


def test_a_replacement_sent_twice_has_one_effect(inspection, on_disk):
    first, body = add(inspection, "10", "reports").version, pdf_bytes()
    assert replace(first, body).is_new is True
    assert replace(first, body).is_new is False
    assert (first.file.versions.count(), len(on_disk())) == (2, 2)


def test_a_replacement_by_another_file_of_the_part_is_refused(inspection):
    body = pdf_bytes()
    add(inspection, "10", "reports", content=body)
    other = add(inspection, "10", "reports").version
    with pytest.raises(Refused, match="the same as another file of this part"):
        replace(other, body)
    assert other.file.versions.count() == 1


def test_a_removed_file_is_not_replaced(inspection, on_disk):
    first = add(inspection, "10", "reports").version
    actions.remove_file(file=first.file, by=None, now=NOW)
    with pytest.raises(Refused, match="removed in the meantime"):
        replace(first)
    assert (first.file.versions.count(), len(on_disk())) == (1, 1)


def test_an_old_version_is_restored_as_a_new_one_with_the_same_bytes(inspection, on_disk):
    first = add(inspection, "1", "minutes", as_at=MARCH).version
    replace(first, as_at=date(2011, 3, 20))
    restored = actions.restore_version(version=first, by=None, now=NOW)
    assert (restored.is_new, restored.version.number, restored.version.restores) == (True, 3, first)
    assert (restored.version.sha256, restored.version.as_at) == (first.sha256, MARCH)
    assert bytes_of(restored.version) == bytes_of(first)
    assert len(on_disk()) == 2
    again = actions.restore_version(version=first, by=None, now=NOW)
    assert (again.is_new, first.file.versions.count()) == (False, 3)


def test_a_version_whose_bytes_are_another_file_by_now_is_not_restored(inspection):
    body = pdf_bytes()
    first = add(inspection, "10", "reports", content=body).version
    replace(first)
    add(inspection, "10", "reports", content=body)
    with pytest.raises(Refused, match="in this part already"):
        actions.restore_version(version=first, by=None, now=NOW)


def test_a_corrected_date_is_a_new_version_with_the_same_bytes(inspection, on_disk):
    version = add(inspection, "1", "minutes", as_at=MARCH).version
    given = {"label": version.file.label, "names_children": False, "by": None, "now": NOW}
    assert actions.describe_file(file=version.file, as_at=date(2011, 3, 15), **given) is True
    assert [(row.number, row.as_at, row.note) for row in version.file.versions.all()] == [
        (2, date(2011, 3, 15), "Date corrected"),
        (1, MARCH, ""),
    ]
    assert actions.describe_file(file=version.file, as_at=date(2011, 3, 15), **given) is False
    assert (len(on_disk()), verbs(inspection)) == (1, ["file added", "file described"])


def test_file_that_no_longer_counts_as_naming_children_has_to_be_approved_again(inspection, on_disk):
    version = add(inspection, "10", "reports", names_children=True).version
    given = {"file": version.file, "as_at": None, "now": NOW}
    approve(inspection)
    cora = make_person(inspection.council)
    assert actions.describe_file(label="Report", names_children=False, by=cora, **given) is True
    newest = version.file.versions.first()
    assert (newest.number, newest.note, newest.uploaded_by, newest.sha256) == (
        2,
        "No longer marked as naming children",
        cora,
        version.sha256,
    )
    assert (state(inspection, "10"), len(on_disk())) == ("submitted", 1)
    assert verbs(inspection) == ["file added", "document approved", "file described"]


def test_another_name_or_a_mark_that_fewer_may_open_it_leaves_the_approval(inspection):
    version = add(inspection, "10", "reports").version
    given = {"file": version.file, "as_at": None, "by": None, "now": NOW}
    approve(inspection)
    assert actions.describe_file(label="Annual report", names_children=False, **given) is True
    assert actions.describe_file(label="Annual report", names_children=True, **given) is True
    assert (version.file.versions.count(), state(inspection, "10")) == (1, "approved")


def test_describing_a_file_refuses_an_empty_name_and_a_future_date(inspection):
    version = add(inspection, "1", "minutes", as_at=MARCH).version
    for label, as_at, field in ((" ", MARCH, "label"), ("Minutes", date(2012, 1, 1), "as_at")):
        with pytest.raises(Refused) as refused:
            actions.describe_file(file=version.file, label=label, names_children=False, as_at=as_at, by=None, now=NOW)
        assert refused.value.field == field
    assert verbs(inspection) == ["file added"]


def test_a_removed_file_is_kept_and_put_back_and_asking_twice_changes_nothing(inspection, on_disk):
    version = add(inspection, "10", "reports").version
    assert actions.remove_file(file=version.file, by=None, now=NOW) is True
    assert actions.remove_file(file=version.file, by=None, now=NOW) is False
    assert (state(inspection, "10"), on_disk()) == ("missing", ["files"])
    assert actions.put_back_file(file=version.file, by=None, now=NOW) is True
    assert actions.put_back_file(file=version.file, by=None, now=NOW) is False
    assert state(inspection, "10") == "submitted"
    assert verbs(inspection) == ["file added", "file removed", "file put back"]


def nil(inspection, part="summaries", document="9", reason="None was held."):
    return reviewing.state_nil_return(
        inspection=inspection, document=document, part=part, reason=reason, by=None, now=NOW
    )


def test_a_nil_return_stated_twice_stands_once(inspection):
    assert nil(inspection) == nil(inspection, reason="Something else.")
    assert (NilReturn.objects.count(), verbs(inspection)) == (1, ["nil return stated"])


@pytest.mark.parametrize(
    "document, part, reason, field",
    [("9", "summaries", "  ", "reason"), ("1", "minutes", "None.", None), ("9", "nothing", "None.", None)],
)
def test_a_nil_return_is_refused_without_a_reason_and_where_it_will_not_do(inspection, document, part, reason, field):
    with pytest.raises(Refused) as refused:
        nil(inspection, part, document, reason)
    assert (refused.value.field, NilReturn.objects.count(), verbs(inspection)) == (field, 0, [])


def test_a_part_has_files_or_a_nil_return_but_not_both(inspection, on_disk):
    version = add(inspection, "9", "summaries", as_at=MARCH).version
    with pytest.raises(Refused, match="has files"):
        nil(inspection)
    actions.remove_file(file=version.file, by=None, now=NOW)
    stated = nil(inspection)
    with pytest.raises(Refused, match="Withdraw it first"):
        add(inspection, "9", "summaries", as_at=MARCH)
    with pytest.raises(Refused, match="Withdraw it first"):
        actions.put_back_file(file=version.file, by=None, now=NOW)
    assert len(on_disk()) == 1
    assert reviewing.withdraw_nil_return(nil_return=stated, by=None, now=NOW) is True
    assert reviewing.withdraw_nil_return(nil_return=stated, by=None, now=NOW) is False
    assert actions.put_back_file(file=version.file, by=None, now=NOW) is True


def approve(inspection, key="10", seen=None):
    return reviewing.approve(
        inspection=inspection, document=key, contents=seen or contents(inspection, key), by=None, now=NOW
    )


def send_back(inspection, key="10", reason="Page 3.", seen=None):
    seen = seen or contents(inspection, key)
    return reviewing.return_document(
        inspection=inspection, document=key, contents=seen, reason=reason, by=None, now=NOW
    )


def test_approving_twice_is_approving_once(inspection):
    make_version(inspection, "10", "reports")
    approve(inspection)
    approve(inspection)
    assert (Review.objects.count(), verbs(inspection)) == (1, ["document approved"])


def test_returning_twice_for_one_reason_is_returning_once(inspection):
    make_version(inspection, "10", "reports")
    send_back(inspection)
    send_back(inspection)
    send_back(inspection, reason="And page 4.")
    assert (Review.objects.count(), verbs(inspection)) == (2, ["document returned"] * 2)


def test_a_returned_document_can_be_approved_after_all(inspection):
    make_version(inspection, "10", "reports")
    send_back(inspection)
    approve(inspection)
    assert state(inspection, "10") == "approved"


@pytest.mark.parametrize(
    "document, part, as_at, words",
    [
        ("10", "", None, "This document cannot be approved yet. Nothing has been added yet."),
        ("1", "minutes", MARCH, "This document cannot be approved yet. Five of six are still missing."),
        ("9", "summaries", date(2008, 1, 1), "This document cannot be approved yet. Out of date:"),
    ],
)
def test_approval_is_refused_while_something_is_missing_or_out_of_date(inspection, document, part, as_at, words):
    if part:
        make_version(inspection, document, part, as_at=as_at)
    with pytest.raises(Refused) as refused:
        approve(inspection, document)
    assert refused.value.message[: len(words)] == words
    assert Review.objects.count() == 0


def test_a_review_speaks_only_of_what_the_person_saw(inspection):
    version = make_version(inspection, "10", "reports")
    seen = contents(inspection, "10")
    make_version(inspection, file=version.file)
    for review in (approve, send_back):
        with pytest.raises(Refused, match="changed after you opened this page"):
            review(inspection, seen=seen)
    assert Review.objects.count() == 0


def test_a_return_needs_a_reason_and_something_to_return(inspection):
    with pytest.raises(Refused, match="nothing in this document"):
        send_back(inspection)
    make_version(inspection, "10", "reports")
    with pytest.raises(Refused) as refused:
        send_back(inspection, reason=" ")
    assert (refused.value.field, Review.objects.count()) == ("reason", 0)


def test_the_reason_of_a_return_is_not_in_the_record(inspection):
    make_version(inspection, "10", "reports")
    send_back(inspection, reason="Jane Example is named on page 3.")
    assert Event.objects.get(inspection=inspection.slug).detail == {"document": "10"}


def test_what_is_recorded_as_sent_is_of_this_inspection(inspection):
    stranger = make_version(make_inspection(inspection.council), "10", "reports")
    with pytest.raises(Refused):
        reviewing.record_sent(inspection=inspection, version_ids=[stranger.pk], by=None, now=NOW)
    assert (Sending.objects.count(), verbs(inspection)) == (0, [])


def test_nothing_changes_on_an_inspection_that_was_withdrawn(inspection, nothing_left, on_disk):
    version = make_version(inspection, "10", "reports")
    seen = contents(inspection, "10")
    Inspection.objects.filter(pk=inspection.pk).update(withdrawn_at=NOW, withdrawn_reason="Deferred.")
    attempts = (
        lambda: add(inspection, "10", "reports"),
        lambda: replace(version),
        lambda: actions.remove_file(file=version.file, by=None, now=NOW),
        lambda: nil(inspection),
        lambda: approve(inspection, seen=seen),
        lambda: send_back(inspection, seen=seen),
        lambda: reviewing.record_sent(inspection=inspection, version_ids=[version.pk], by=None, now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="This inspection was withdrawn"):
            attempt()
    assert (verbs(inspection), on_disk()) == ([], [])


def test_the_sweep_takes_what_nobody_speaks_of_and_leaves_the_rest(inspection, uploads, on_disk):
    kept = add(inspection, "10", "reports").version
    old = (NOW - timedelta(days=2)).timestamp()
    half, orphan, fresh = (uploads / name for name in ("incoming/a.part", f"files/ab/{'ab' * 16}", "incoming/b.part"))
    for path in (half, orphan, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    for path in (half, orphan, storage.path_of(kept.stored_name)):
        os.utime(path, (old, old))
    assert actions.sweep(now=NOW) == 2
    assert sorted(path.name for path in uploads.rglob("*") if path.is_file()) == sorted(["b.part", kept.stored_name])


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 31, "A" * 32, "", "ab/" + "a" * 29])
def test_a_name_that_is_not_the_storages_own_leads_nowhere(name):
    with pytest.raises(ValueError, match="not a name of the storage"):
        storage.path_of(name)

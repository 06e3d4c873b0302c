"""A file moved to another part or document, its history, and other places with the same bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Event, Role
from documents.evidence import actions, history
from documents.evidence.moving import move_file
from documents.models import File, SentItem, Version
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def state(inspection: Inspection, key: str):
    return states(snapshot_of(inspection, now=NOW))[key]


def move(file: File, document: str, part: str, as_at: date | None = None) -> Version | None:
    return move_file(file=file, document=document, part=part, as_at=as_at, by=None, now=NOW)


def approve(inspection: Inspection, key: str) -> None:
    reviewing.approve(inspection=inspection, document=key, contents=state(inspection, key).contents, by=None, now=NOW)


def test_moved_file_keeps_its_versions_and_says_where_it_came_from(inspection):
    file = add(inspection, "10", "reports").version.file
    actions.replace_file(file=file, received=received(), as_at=None, by=None, now=NOW)
    version = move(file, "3", "plan")
    file.refresh_from_db()
    assert (file.document, file.part, file.versions.count()) == ("3", "plan", 3)
    assert (version.number, version.sha256) == (3, file.versions.get(number=2).sha256)
    label = inspection.framework.document("10").parts[0].label
    assert version.note == f"Moved from document 10, “{label}”"
    event = Event.objects.filter(verb="file moved").get()
    assert (event.detail["from document"], event.detail["document"], event.detail["file"]) == ("10", "3", file.pk)
    assert move(file, "3", "plan") is None
    assert file.versions.count() == 3


def test_version_without_a_date_is_not_restored_where_one_is_asked_for(inspection):
    first = add(inspection, "10", "reports").version
    move(first.file, "1", "minutes", as_at=date(2011, 3, 14))
    with pytest.raises(Refused) as refused:
        actions.restore_version(version=first, by=None, now=NOW)
    label = inspection.framework.document("1").part("minutes").label
    assert refused.value.message == (
        f"Version 1 has no date, and “{label}” asks for one. Add the file again as a new version, with its date."
    )
    assert [row.as_at for row in first.file.versions.order_by("number")] == [None, date(2011, 3, 14)]


def test_reviews_of_both_documents_and_what_was_sent_speak_of_what_they_spoke_of(inspection):
    stays = add(inspection, "10", "reports").version
    moves = add(inspection, "10", "reports").version
    approve(inspection, "10")
    reviewing.record_sent(inspection=inspection, version_ids=[stays.pk, moves.pk], by=None, now=NOW)
    move(moves.file, "3", "plan")
    assert state(inspection, "10").review is None
    assert state(inspection, "3").sent_at is None
    assert SentItem.objects.get(version=moves).version.file_id == moves.file_id
    move(moves.file, "10", "reports")
    # What was sent from here is current again in all but name; only a person can say so.
    assert state(inspection, "10").state == "submitted"


def test_dated_part_asks_for_a_date_and_the_one_that_a_file_has_will_do(inspection):
    file = add(inspection, "10", "reports").version.file
    with pytest.raises(Refused) as refused:
        move(file, "1", "minutes")
    assert refused.value.field == "as_at"
    assert move(file, "1", "minutes", date(2011, 3, 1)).as_at == date(2011, 3, 1)
    # Kept, though nobody asks for it here, and good where it is asked for.
    assert move(file, "10", "reports").as_at == date(2011, 3, 1)
    assert move(file, "2", "minutes").as_at == date(2011, 3, 1)


def test_move_is_refused_beside_a_nil_return_the_same_bytes_and_for_what_was_removed(inspection):
    body = pdf_bytes()
    file = add(inspection, "10", "reports", content=body).version.file
    reviewing.state_nil_return(inspection=inspection, document="9", part="summaries", reason="None.", by=None, now=NOW)
    add(inspection, "3", "plan", content=body)
    before = Event.objects.count()
    for document, part, words in (
        ("9", "summaries", "There is a nil return"),
        ("3", "plan", "The same file is in"),
        ("3", "nothing", "no such document or part"),
    ):
        with pytest.raises(Refused, match=words):
            move(file, document, part, date(2011, 3, 1))
    assert (Event.objects.count(), File.objects.get(pk=file.pk).document) == (before, "10")
    actions.remove_file(file=file, by=None, now=NOW)
    with pytest.raises(Refused, match="was removed in the meantime"):
        move(file, "3", "review", date(2011, 3, 1))


def test_owner_moves_between_own_documents_alone(inspection):
    owner = make_person(inspection.council, Role.OWNER)
    post = make_post(inspection.council, holder=owner)
    for key in ("3", "10"):
        make_ownership(inspection, f"document:{key}", post)
    file = add(inspection, "10", "reports").version.file
    client = reading.sign_in(owner)
    address = reverse("documents:move", args=[inspection.slug, file.pk])
    assert [group.get("label")[:2] for group in reading.page(client.get(address)).iter("optgroup")] == ["3."]
    assert client.post(address, {"target": "1/minutes"}).status_code == 422
    needed = client.post(address, {"target": "3/review"})
    assert (needed.status_code, "Enter the date that the file is of" in reading.main(needed)) == (422, True)
    said = reading.main(client.post(address, {"target": "3/plan"}, follow=True))
    assert "File moved to document 3 with its whole history." in said
    assert File.objects.get(pk=file.pk).part == "plan"


def test_versions_are_compared_at_a_glance(inspection):
    file = add(inspection, "3", "review", as_at=date(2011, 1, 1), content=pdf_bytes(1, "one")).version.file
    actions.replace_file(
        file=file, received=received(pdf_bytes(9, "two")), as_at=date(2011, 3, 1), note="Final", by=None, now=NOW
    )
    actions.describe_file(file=file, label="Review", names_children=False, as_at=date(2011, 2, 26), by=None, now=NOW)
    third, second, first = history.versions(file)
    assert (first.size, first.as_at) == ("", "")
    percent = round((second.version.size - first.version.size) * 100 / first.version.size)
    assert (second.size, second.as_at, second.version.note) == (f"+{percent} %", "two months later", "Final")
    assert (third.size, third.as_at) == ("the same contents", "three days earlier")
    client = reading.sign_in(make_person(inspection.council, Role.MEMBER))
    words = reading.main(client.get(reverse("documents:file", args=[inspection.slug, file.pk])))
    assert [words.count(f"Version {number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert first.version.sha256[:8] in words


def test_same_bytes_elsewhere_are_a_remark_for_those_who_see_both(inspection):
    body = pdf_bytes()
    add(inspection, "10", "reports", content=body)
    add(inspection, "3", "plan", content=body)
    owner = make_person(inspection.council, Role.OWNER)
    make_ownership(inspection, "document:3", make_post(inspection.council, holder=owner))
    address = reverse("documents:document", args=[inspection.slug, "3"])
    seen = reading.main(reading.sign_in(make_person(inspection.council, Role.MEMBER)).get(address))
    assert seen.count("The same file is in document 10") == 1
    assert "The same file is in" not in reading.main(reading.sign_in(owner).get(address))


def test_nothing_in_documents_deletes_a_file_or_a_version():
    """Archived, never deleted: rows go only with their inspection, and that only with the demonstration."""
    folder = Path(settings.BASE_DIR) / "documents"
    found = [path.name for path in folder.glob("*.py") if ".delete()" in path.read_text()]
    assert found == []

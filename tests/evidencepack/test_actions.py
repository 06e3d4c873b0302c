"""Asking for a pack, and recording that one was sent."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event
from documents.evidence import actions as documents
from documents.models import SentItem
from documents.reviews import actions as reviewing
from documents.state import states
from evidencepack import actions
from evidencepack.models import Pack, PackSending, PackState
from files import storage
from inspections.actions import withdraw
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.evidencepack.scene import (
    ASKED,
    COMMENTARY,
    NOTES,
    REVIEWS,
    SENT,
    Scene,
    ask,
    built,
    fill,
    frozen,
    make_scene,
    send,
    supply,
)
from tests.factories.documents import pdf_bytes, received
from tests.factories.people import at
from timetable.models import StepRecord

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MAY = date(2030, 5, 6)


@pytest.fixture
def scene(db) -> Scene:
    return make_scene()


def events(scene: Scene) -> list[tuple[str, str]]:
    return list(Event.objects.filter(inspection=scene.inspection.slug).order_by("pk").values_list("verb", "subject"))


def ready(scene: Scene, number: int = 1, **given) -> Pack:
    """A row alone, as if it had been built."""
    times = dict.fromkeys(("requested_at", "free_at", "finished_at"), ASKED)
    facts = {"state": PackState.READY, "pdf_sha256": "1", "zip_sha256": "2", **times}
    return Pack.objects.create(inspection=scene.inspection, number=number, **{**facts, **given})


# Asking


def test_pack_asked_for_waits_and_is_on_record(scene) -> None:
    pack, is_new = actions.request_pack(inspection=scene.inspection, by=scene.coordinator, now=ASKED)
    assert (pack.number, pack.state, is_new, pack.requested_by, pack.requested_at) == (
        1,
        "queued",
        True,
        scene.coordinator,
        ASKED,
    )
    assert events(scene) == [("pack asked for", "Evidence pack 1")]
    assert Inspection.objects.get(pk=scene.inspection.pk).version == scene.inspection.version + 1


@pytest.mark.parametrize("state", [PackState.QUEUED, PackState.BUILDING])
def test_who_asks_while_one_is_made_gets_that_one(scene, state) -> None:
    first = ask(scene)
    Pack.objects.filter(pk=first.pk).update(state=state)
    again, is_new = actions.request_pack(inspection=scene.inspection, by=None, now=ASKED)
    assert (again, is_new, Pack.objects.count()) == (first, False, 1)
    assert len(events(scene)) == 1


def test_database_keeps_a_second_unfinished_pack_out(scene) -> None:
    ask(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.create(inspection=scene.inspection, number=2, requested_at=ASKED, free_at=ASKED)


def test_unchanged_inspection_has_the_pack_that_it_has(scene) -> None:
    pack = built(scene)
    before = events(scene)
    again, is_new = actions.request_pack(inspection=scene.inspection, by=None, now=ASKED + timedelta(days=2))
    assert (again, is_new) == (pack, False)
    assert (Pack.objects.count(), events(scene)) == (1, before)


def test_changed_inspection_gets_the_next_number(scene) -> None:
    frozen(scene)
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    pack, is_new = actions.request_pack(inspection=scene.inspection, by=None, now=ASKED)
    assert (pack.number, pack.state, is_new) == (2, "queued", True)


def test_failed_pack_may_be_asked_for_again(scene) -> None:
    Pack.objects.filter(pk=ask(scene).pk).update(state=PackState.FAILED, error="No room.")
    pack, is_new = actions.request_pack(inspection=scene.inspection, by=None, now=ASKED)
    assert (pack.number, is_new) == (2, True)


def test_pack_whose_files_the_storage_lost_is_made_anew(scene) -> None:
    pack = frozen(scene)
    (pack.folder / "pack.zip").unlink()
    assert ask(scene).number == 2


def test_packs_of_two_inspections_do_not_meet(scene) -> None:
    other = make_scene()
    assert [ask(scene).number, ask(other).number] == [1, 1]


# Recording as sent


def test_recording_as_sent_keeps_what_went_to_whom_when_and_by_whom(scene) -> None:
    pack = frozen(scene)
    sending = send(pack, recipient=" Lia Lead <lead@example.org> ", how=" By email ", by=scene.coordinator, now=SENT)
    assert (sending.pack, sending.sent_at, sending.recipient, sending.how) == (
        pack,
        SENT,
        "Lia Lead <lead@example.org>",
        "By email",
    )
    assert (sending.recorded_by, sending.recorded_at, sending.with_children_part) == (scene.coordinator, SENT, False)
    event = Event.objects.get(verb="pack sent")
    assert (event.subject, event.by, event.detail["sha256"]) == ("Evidence pack 1", scene.coordinator, pack.pdf_sha256)
    assert (event.detail["to"], event.detail["how"]) == (sending.recipient, sending.how)


def test_documents_of_a_sent_pack_are_sent_as_of_that_moment(scene) -> None:
    supply(scene, REVIEWS, "review.pdf", as_at=MAY)
    send(frozen(scene), sent_at=ASKED + timedelta(hours=1), now=SENT)
    found = states(snapshot_of(scene.inspection, now=SENT))["4"]
    assert (found.state, found.sent_at) == ("sent", ASKED + timedelta(hours=1))


def test_file_that_came_after_the_pack_is_not_sent_with_it(scene) -> None:
    first = supply(scene, REVIEWS, "review.pdf", as_at=MAY)
    pack = frozen(scene)
    supply(scene, COMMENTARY, "later.pdf")
    send(pack)
    assert list(SentItem.objects.values_list("version", flat=True)) == [first.pk]
    assert states(snapshot_of(scene.inspection, now=SENT))["4"].state == "submitted"


def test_file_that_was_gone_from_the_storage_is_not_sent(scene) -> None:
    fill(scene)
    gone = supply(scene, COMMENTARY, "gone.pdf")

    storage.path_of(gone.stored_name).unlink()
    pack = built(scene)
    versions = actions.pack_versions(pack, with_children_part=True)
    assert (len(versions), gone.pk in versions) == (4, False)


@pytest.mark.parametrize("with_children_part", [True, False])
def test_files_that_name_children_are_sent_only_if_their_part_was(scene, with_children_part) -> None:
    made = fill(scene)
    send(frozen(scene), with_children_part=with_children_part)
    sent = set(SentItem.objects.exclude(version=None).values_list("version", flat=True))
    always = {made[key].pk for key in ("notes", "listed", "damaged")}
    assert sent == (always | {made["child"].pk} if with_children_part else always)
    assert SentItem.objects.exclude(nil_return=None).count() == 1


def test_step_that_sends_the_set_is_recorded_as_done(scene) -> None:
    send(frozen(scene), by=scene.coordinator)
    record = StepRecord.objects.get(step="send-papers")
    assert (record.done_by, record.note) == (
        scene.coordinator,
        "Evidence pack 1 sent to Lead inspector on 13 June 2030 at 4pm.",
    )


def test_step_that_was_recorded_before_stays_as_it_was(scene) -> None:
    send(frozen(scene))
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    send(frozen(scene), recipient="Somebody else")
    assert StepRecord.objects.get(step="send-papers").note.startswith("Evidence pack 1 sent to Lead inspector")


def test_sending_before_notification_records_no_step() -> None:
    scene = make_scene(notified=None)
    send(frozen(scene))
    assert (PackSending.objects.count(), StepRecord.objects.count()) == (1, 0)


def test_withdrawn_inspection_records_no_sending(scene) -> None:
    pack = frozen(scene)
    withdraw(inspection=scene.inspection, reason="Deferred", by=None, now=ASKED)
    before = events(scene)
    with pytest.raises(Refused, match="withdrawn"):
        send(pack)
    assert (PackSending.objects.count(), StepRecord.objects.count(), events(scene)) == (0, 0, before)


def test_form_sent_twice_is_one_sending(scene) -> None:
    pack, once = frozen(scene), uuid4()
    first = send(pack, once=once)
    before = events(scene)
    assert send(pack, once=once, recipient="Somebody else") == first
    assert (PackSending.objects.get().recipient, events(scene)) == ("Lead inspector", before)


def test_form_of_one_pack_does_not_speak_of_another(scene) -> None:
    once = uuid4()
    send(frozen(scene), once=once)
    with pytest.raises(Refused, match="was used somewhere else already"):
        send(ready(scene, 2), once=once)


def test_pack_may_be_sent_to_two_people(scene) -> None:
    pack = frozen(scene)
    send(pack)
    send(pack, recipient="The second inspector")
    assert pack.sendings.count() == 2


@pytest.mark.parametrize(
    "given, field, words",
    [
        ({"sent_at": SENT + timedelta(minutes=1)}, "sent_at", "The time of sending is yet to come."),
        (
            {"sent_at": ASKED - timedelta(minutes=1)},
            "sent_at",
            "The pack did not exist at that time. It was finished on 13 June 2030 at 9am.",
        ),
        ({"recipient": "  "}, "recipient", "Say to whom the pack was sent."),
        ({"how": ""}, "how", "Say how the pack was sent."),
        ({"with_children_part": True}, "with_children_part", "This pack has no part that names children."),
    ],
)
def test_sending_is_refused_with_what_is_wrong(scene, given, field, words) -> None:
    pack = ready(scene)
    with pytest.raises(Refused) as refused:
        send(pack, **given)
    assert (refused.value.field, str(refused.value)) == (field, words)
    assert (PackSending.objects.count(), events(scene)) == (0, [])


def test_pack_may_be_sent_in_the_minute_in_which_it_was_finished(scene) -> None:
    pack = ready(scene, finished_at=at("2030-06-13 09:00:40"))
    assert send(pack, sent_at=ASKED).sent_at == ASKED


@pytest.mark.parametrize("state", [PackState.QUEUED, PackState.BUILDING, PackState.FAILED])
def test_pack_that_is_not_ready_cannot_have_been_sent(scene, state) -> None:
    pack = ask(scene)
    Pack.objects.filter(pk=pack.pk).update(state=state)
    with pytest.raises(Refused, match="is not ready"):
        send(pack)


# What has changed since the last one that was sent


def changed(pack: Pack) -> list[tuple[str, str, str]]:
    return [(row["what"], row["part"], row["name"]) for row in pack.changes]


def test_next_pack_says_what_has_changed_since_the_last_one_sent(scene) -> None:
    supply(scene, NOTES, "stays.pdf", as_at=MAY)
    old = supply(scene, COMMENTARY, "replaced.pdf")
    gone = supply(scene, COMMENTARY, "gone.pdf")
    first = built(scene)
    send(first)

    documents.replace_file(file=old.file, received=received(pdf_bytes(), "second.pdf"), as_at=None, by=None, now=SENT)
    documents.remove_file(file=gone.file, by=None, now=SENT)
    supply(scene, NOTES, "child.pdf", as_at=MAY, names_children=True)
    reviewing.state_nil_return(
        inspection=scene.inspection, document="4", part="reviews", reason="None", by=None, now=SENT
    )
    second = built(scene, SENT)
    assert second.since == first
    assert changed(second) == [
        ("Replaced", "4.2", "second.pdf"),
        ("New", "1.1", "child.pdf"),
        ("No longer in it", "4.2", "gone.pdf"),
        ("Nil return stated", "4.1", ""),
    ]
    assert [row["names_children"] for row in second.changes] == [False, True, False, False]


def test_changes_are_counted_from_the_pack_that_was_sent_and_not_from_the_one_before(scene) -> None:
    send(frozen(scene))
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    frozen(scene)
    supply(scene, COMMENTARY, "b.pdf")
    third = frozen(scene)
    assert (third.number, third.since.number) == (3, 1)
    assert changed(third) == [("New", "1.1", "a.pdf"), ("New", "4.2", "b.pdf")]


def test_nil_return_in_other_words_was_not_withdrawn_and_one_taken_back_was(scene) -> None:
    given = {"inspection": scene.inspection, "document": "4", "part": "reviews", "by": None, "now": ASKED}
    nil = reviewing.state_nil_return(reason="None.", **given)
    send(frozen(scene))
    reviewing.withdraw_nil_return(nil_return=nil, by=None, now=SENT)
    again = reviewing.state_nil_return(reason="None was held.", **given)
    assert changed(frozen(scene, SENT)) == [("Nil return stated", "4.1", "")]
    reviewing.withdraw_nil_return(nil_return=again, by=None, now=SENT)
    assert changed(frozen(scene, SENT)) == [("Nil return withdrawn", "4.1", "")]


def test_first_pack_has_nothing_to_compare_with(scene) -> None:
    pack = frozen(scene)
    assert (pack.since, pack.changes) == (None, [])


def test_pack_recorded_as_sent_is_still_the_pack_while_nothing_changes(scene) -> None:
    pack = frozen(scene)
    send(pack)
    assert actions.request_pack(inspection=scene.inspection, by=None, now=SENT) == (pack, False)


def test_pack_made_before_another_was_recorded_as_sent_does_not_stand_for_one_that_says_the_changes(scene) -> None:
    first = frozen(scene)
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    frozen(scene)
    send(first)
    third = frozen(scene, SENT)
    assert (third.number, third.since, changed(third)) == (3, first, [("New", "1.1", "a.pdf")])


def test_packs_of_a_demonstration_go_with_their_files(scene) -> None:
    pack = frozen(scene)
    send(pack)
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    second = frozen(scene, SENT)
    actions.discard_packs(scene.inspection)
    assert (Pack.objects.count(), pack.folder.exists(), second.folder.exists()) == (0, False, False)

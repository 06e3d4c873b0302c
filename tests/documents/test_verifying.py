"""Stored files are read again: damage and loss are found, reported once, shown on pages, and cleared after a repair."""

from __future__ import annotations

import errno
import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Event, Role
from documents.evidence import actions, verifying
from documents.models import Version
from documents.state import states
from files import storage
from inspections.snapshot import snapshot_of
from outbox.models import Message
from readiness.dashboard import dashboard
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
PART = ("10", "reports")
ONE = "One file is damaged or lost in the storage: add the same file again."


class Clock:
    """A clock that a test sets; each look at it takes a while."""

    def __init__(self, now=NOW, step: timedelta = timedelta(0)) -> None:
        self.now, self.step = now, step

    def __call__(self):
        self.now += self.step
        return self.now


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def run(now=NOW, **how) -> tuple[int, int, int, str]:
    done = verifying.verify(clock=Clock(now), **how)
    return done.examined, len(done.found), len(done.mended), done.failed


def faults() -> list[str]:
    return list(Version.objects.order_by("pk").values_list("fault", flat=True))


def test_whole_files_are_read_once_a_week(place, inspection):
    add(inspection, *PART), add(inspection, *PART)
    version = inspection.__class__.objects.get(pk=inspection.pk).version
    assert run() == (2, 0, 0, "")
    assert run(NOW + timedelta(days=6)) == (0, 0, 0, "")
    assert run(NOW + timedelta(days=8)) == (2, 0, 0, "")
    assert (faults(), Message.objects.count()) == (["", ""], 0)
    assert inspection.__class__.objects.get(pk=inspection.pk).version == version


def test_damage_and_loss_are_found_told_once_and_clear_when_mended(place, inspection):
    person = make_person(inspection.council, Role.ADMINISTRATOR)
    make_person(inspection.council, Role.OWNER)
    bodies = [pdf_bytes() for _ in range(3)]
    names = [add(inspection, *PART, content=body, name="Sam Example.pdf").version.stored_name for body in bodies]
    place.write(names[0], bodies[0][:-1] + b"x")
    place.lose(names[1])
    assert run() == (3, 2, 0, "")
    assert faults() == ["damaged", "lost", ""]
    assert run(NOW + timedelta(hours=2)) == (2, 0, 0, "")
    message = Message.objects.get()
    assert (message.to, message.subject) == (person.email, "Fictionshire: 2 kept files are damaged or lost")
    title = inspection.framework.document("10").title
    assert [line for line in message.text.splitlines() if line.startswith("-")] == [
        f"- {inspection.title}: {title} (2)"
    ]
    told = message.subject + message.text + message.html
    assert "Sam" not in told
    for name, body in zip(names, bodies, strict=True):
        place.write(name, body)
    assert run(NOW + timedelta(hours=4)) == (2, 0, 2, "")
    assert (faults(), Message.objects.count()) == (["", "", ""], 1)
    verbs = list(Event.objects.filter(inspection=inspection.slug, by=None, verb__startswith="kept").order_by("pk"))
    assert [(event.verb, event.detail["fault"]) for event in verbs] == [
        ("kept file found damaged or lost", "damaged"),
        ("kept file found damaged or lost", "lost"),
        ("kept file found whole again", ""),
        ("kept file found whole again", ""),
    ]


def test_what_is_damaged_is_owed_again_and_seen_by_those_who_look_after_it(client, place, inspection):
    version = add(inspection, *PART, names_children=True, name="Sam Example.pdf").version
    place.lose(version.stored_name)
    run()
    inspection.refresh_from_db()
    snapshot = snapshot_of(inspection, now=NOW)
    state = states(snapshot)["10"]
    assert (state.state, state.missing[0][-len(ONE) :].lower()) == ("partial", ONE.lower())
    board = dashboard(snapshot)
    assert [duty.done for duty in board.duties if duty.key == "document:10"] == [False]
    for role in (Role.COORDINATOR, Role.DCS_OFFICE):
        client.force_login(make_person(inspection.council, role))
        page = client.get(reverse("documents:document", args=[inspection.slug, "10"])).content.decode()
        assert page.count("What is kept is not what was uploaded any more.") == 1


def test_the_same_file_added_again_mends_it_everywhere(place, inspection):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body).version
    old = version.stored_name
    place.lose(old)
    run()
    again = add(inspection, *PART, content=body)
    version.refresh_from_db()
    assert (again.is_new, version.fault, version.number, place.names()) == (False, "", 1, [version.stored_name])
    with storage.open_stored(version.stored_name) as stream:
        assert stream.read() == body
    assert run(NOW + timedelta(hours=2)) == (1, 0, 0, "")


def test_a_replacement_with_the_bytes_of_a_damaged_one_has_bytes_of_its_own(place, inspection):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body).version
    place.write(version.stored_name, b"something else")
    run()
    added = actions.replace_file(file=version.file, received=received(body), as_at=None, by=None, now=NOW)
    version.refresh_from_db()
    assert (added.version.pk, version.fault) == (version.pk, "")
    assert run(NOW + timedelta(hours=2)) == (1, 0, 0, "")


def test_what_two_versions_share_is_read_once_and_both_are_faulty(place, inspection):
    file = add(inspection, *PART).version.file
    actions.replace_file(file=file, received=received(), as_at=None, by=None, now=NOW)
    first = file.versions.get(number=1)
    actions.restore_version(version=first, by=None, now=NOW)
    place.lose(first.stored_name)
    assert run() == (2, 2, 0, "")
    assert faults() == ["lost", "", "lost"]


def test_a_run_is_bounded_and_the_next_one_goes_on(place, inspection):
    for _ in range(5):
        add(inspection, *PART)
    slow = Clock(NOW, timedelta(seconds=20))
    assert verifying.verify(clock=slow, run_for=timedelta(minutes=1)).examined == 2
    assert run(most_bytes=0) == (1, 0, 0, "")
    assert run() == (2, 0, 0, "")
    assert Version.objects.filter(examined_at=None).count() == 0


def test_what_was_not_read_for_longest_comes_first(place, inspection):
    versions = [add(inspection, *PART).version for _ in range(3)]
    for days, version in zip((9, 20, 12), versions, strict=True):
        Version.objects.filter(pk=version.pk).update(examined_at=NOW - timedelta(days=days))
    assert run(most_bytes=0) == (1, 0, 0, "")
    assert Version.objects.get(examined_at=NOW).pk == versions[1].pk


def test_a_disk_that_is_not_there_says_nothing_of_the_files(uploads, inspection):
    add(inspection, *PART)
    uploads.rename(uploads.with_name("elsewhere"))
    assert run() == (0, 0, 0, "the folder of the uploads is not there, or empty")
    uploads.with_name("elsewhere").rename(uploads)
    assert (run(), faults()) == ((1, 0, 0, ""), [""])


def test_one_file_that_cannot_be_read_holds_up_no_other(uploads, inspection, monkeypatch):
    """A bad place on the disk: the first in the line for ever, and behind it nothing would be read any more."""
    bad, good = (add(inspection, *PART).version for _ in range(2))
    open_stored = storage.open_stored

    def fails_once(stored_name):
        if stored_name == bad.stored_name:
            raise OSError(errno.EIO, "Input/output error")
        return open_stored(stored_name)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "open_stored", fails_once)
        assert run() == (1, 0, 0, "Input/output error")
        assert Version.objects.get(examined_at=NOW).pk == good.pk
    assert (run(), faults()) == ((1, 0, 0, ""), ["", ""])


def test_an_object_storage_that_is_not_there_says_nothing_of_the_files(bucket, inspection, settings):
    add(inspection, *PART)
    there = settings.OBJECT_STORAGE
    settings.OBJECT_STORAGE = {**there, "endpoint": "http://127.0.0.1:9"}
    assert run() == (0, 0, 0, "the object storage does not answer")
    settings.OBJECT_STORAGE = {**there, "bucket": "another"}
    assert run() == (0, 0, 0, "the object storage refuses")
    settings.OBJECT_STORAGE = there
    assert (run(), faults()) == ((1, 0, 0, ""), [""])


def asked(*arguments: str) -> tuple[int, dict, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_files", *arguments, "--format", "json", stdout=out, stderr=err)
        status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, json.loads(out.getvalue() or "{}"), err.getvalue()


def test_command_reports_and_its_status_says_whether_all_is_well(place, inspection, uploads):
    version = add(inspection, *PART).version
    assert asked() == (0, {"examined": 1, "mended": 0, "faulty": []}, "")
    assert asked() == (0, {"examined": 0, "mended": 0, "faulty": []}, "")
    place.lose(version.stored_name)
    status, answer, err = asked("--all")
    assert (status, err, answer["examined"]) == (1, "", 1)
    assert answer["faulty"] == [
        {
            "inspection": inspection.slug,
            "document": "10",
            "part": "reports",
            "file": version.file_id,
            "version": 1,
            "stored_name": version.stored_name,
            "fault": "lost",
        }
    ]


def test_command_says_where_the_storage_cannot_be_read(uploads, inspection):
    add(inspection, *PART)
    uploads.rename(uploads.with_name("elsewhere"))
    words = "The storage cannot be read (the folder of the uploads is not there, or empty). 0 files were read before.\n"
    assert asked() == (1, {}, words)

"""The same promises on a disk and on an object storage (boto3 against a server on this machine)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from documents.evidence import actions
from documents.models import Version
from documents.pack import at_hand, contents
from files import storage
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection

pytestmark = pytest.mark.django_db
PART = ("10", "reports")


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def test_an_upload_is_kept_under_a_name_of_our_own_and_read_as_it_came(place, inspection):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body).version
    assert (place.names(), place.half_received()) == ([version.stored_name], 0)
    with storage.open_stored(version.stored_name) as stream:
        assert stream.read() == body
    with storage.local(version.stored_name) as path:
        assert path.read_bytes() == body
    assert place.names() == [version.stored_name]


def test_a_local_copy_is_gone_after_the_block(bucket, inspection):
    version = add(inspection, *PART).version
    with storage.local(version.stored_name) as path:
        assert path.is_file()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"These are minutes.", b""])
def test_what_is_refused_leaves_nothing(place, inspection, content):
    with pytest.raises(Refused):
        add(inspection, *PART, content=content)
    assert (place.names(), place.half_received(), Version.objects.count()) == ([], 0, 0)


def test_the_same_bytes_again_are_kept_once(place, inspection):
    body = pdf_bytes()
    first = add(inspection, *PART, content=body)
    second = add(inspection, *PART, content=body)
    assert (second.is_new, second.version.pk) == (False, first.version.pk)
    assert (place.names(), place.half_received()) == ([first.version.stored_name], 0)


def test_bytes_go_again_when_the_transaction_fails(place, inspection, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("a fault after the bytes are in place")

    monkeypatch.setattr(actions, "_record", fail)
    with pytest.raises(RuntimeError):
        add(inspection, *PART)
    assert (place.names(), place.half_received(), Version.objects.count()) == ([], 0, 0)


def test_bytes_stay_when_nobody_knows_whether_the_database_committed(place, inspection, monkeypatch):
    def fail(*_, **__):
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(actions, "_record", fail)
    with pytest.raises(OperationalError):
        add(inspection, *PART)
    (left,) = place.names()
    assert (place.half_received(), Version.objects.count()) == (0, 0)
    later = timezone.now() + timedelta(days=2)
    assert (actions.sweep(now=timezone.now()), place.names()) == (0, [left])
    assert (actions.sweep(now=later), place.names()) == (1, [])


def test_sweep_leaves_what_a_version_speaks_of(place, inspection):
    version = add(inspection, *PART).version
    place.write(uuid.uuid4().hex, b"left behind")
    assert actions.sweep(now=timezone.now() + timedelta(days=2)) == 1
    assert place.names() == [version.stored_name]


def test_what_is_not_there_is_told_from_what_cannot_be_reached(place, inspection):
    version = add(inspection, *PART).version
    place.lose(version.stored_name)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(version.stored_name)
    with pytest.raises(FileNotFoundError), storage.local(version.stored_name):
        pass


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 32, "a" * 31])
def test_no_other_name_reaches_the_storage(place, name):
    with pytest.raises(ValueError, match="own"):
        storage.open_stored(name)
    with pytest.raises(ValueError, match="own"):
        storage.path_of(name)


def test_a_pack_has_every_file_at_hand(place, inspection, tmp_path):
    body = pdf_bytes()
    kept, lost = add(inspection, *PART, content=body).version, add(inspection, *PART).version
    place.lose(lost.stored_name)
    documents = at_hand(contents(snapshot_of(inspection, now=NOW)), tmp_path)
    found = [file for document in documents for part in document.parts for file in part.files]
    assert [(file.path.name, file.path.exists()) for file in found] == [
        (kept.stored_name, True),
        (lost.stored_name, False),
    ]
    assert found[0].path.read_bytes() == body


def test_the_storage_is_probed_and_leaves_no_trace(place):
    storage.probe()
    assert place.names() == []


def test_an_object_storage_that_does_not_answer_refuses_and_keeps_nothing(bucket, inspection, settings):
    settings.OBJECT_STORAGE = {**settings.OBJECT_STORAGE, "endpoint": "http://127.0.0.1:9"}
    with pytest.raises(Refused, match="no room for it, or the storage cannot be written at the moment"):
        add(inspection, *PART)
    with pytest.raises(storage.StorageFailed):
        storage.probe()
    assert (Version.objects.count(), list(bucket.objects.all())) == (0, [])


def test_a_bucket_that_is_gone_is_a_storage_that_failed(bucket, inspection):
    taken = received()
    bucket.delete()
    with pytest.raises(Refused, match="Nothing was kept"):
        actions.add_file(
            inspection=inspection, document=PART[0], part=PART[1], received=taken, as_at=None, by=None, now=NOW
        )
    assert (Version.objects.count(), taken.path.exists()) == (0, False)

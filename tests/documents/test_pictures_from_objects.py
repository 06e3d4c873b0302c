"""Previews, office documents and what was dropped as a ZIP, where uploads are kept in an object storage."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from accounts.models import Role
from documents.evidence import previews
from documents.models import Version
from files import storage
from intake import actions, unpacking
from intake.actions import Choice
from intake.models import WaitingFile
from tests.factories.documents import add, pdf_bytes
from tests.factories.intake import archive, folder_zip
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
WORDS = rb"{\rtf1 Words of a fictional review.}"


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "PNG")
    return out.getvalue()


def _left(settings) -> list[str]:
    """What lies on the disk of uploads that is no preview."""
    uploads = Path(settings.UPLOADS_DIR)
    files = [path.relative_to(uploads).parts[0] for path in uploads.rglob("*") if path.is_file()]
    return sorted(place for place in files if place != "previews")


@pytest.mark.parametrize(
    "name, content, pages", [("two.pdf", pdf_bytes(2), 2), ("photo.png", _photo(), 1), ("words.rtf", WORDS, 1)]
)
def test_a_preview_is_drawn_from_an_object_storage_and_leaves_no_copy(bucket, settings, name, content, pages):
    settings.OFFICE_CONVERSION = True
    inspection = make_inspection(make_council("Fictionshire"))
    version = add(inspection, "10", "reports", content=content, name=name).version
    assert [each.key for each in bucket.objects.all()] == [f"evidence/{version.stored_name}"]
    assert previews.make(version) == previews.READY
    found = previews.preview_of(version.sha256, version.detected_type)
    assert (found.pages, found.drawn) == (pages, pages)
    assert _left(settings) == []


def test_a_zip_waits_on_the_disk_and_what_is_confirmed_of_it_goes_to_the_object_storage(bucket, settings):
    council = make_council("Fictionshire")
    inspection, lead = make_inspection(council), make_person(council, Role.COORDINATOR)
    given = archive(inspection, folder_zip("10/one.pdf", "10/two.pdf"), by=lead)
    unpacking.unpack(given.pk, now=lambda: NOW)
    assert (_left(settings), len(list(bucket.objects.all()))) == (["waiting", "waiting"], 0)
    for waiting in WaitingFile.objects.filter(inspection=inspection):
        actions.add(waiting=waiting, choice=Choice("10", "reports", None, False), by=lead, now=NOW)
    versions = list(Version.objects.filter(file__inspection=inspection))
    assert {each.key for each in bucket.objects.all()} == {f"evidence/{version.stored_name}" for version in versions}
    for version in versions:
        with storage.open_stored(version.stored_name) as stream:
            assert len(stream.read()) == version.size

"""A file that is known to be damaged is downloaded only after a warning page; a sound one at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Event, Role
from documents.evidence import actions
from documents.models import File, Version
from files.inside.looking import DAMAGED
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
PART = ("10", "reports")
CUT = pdf_bytes()[:-200]


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def coordinator(client, inspection):
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    return client


def address(version: Version, name: str = "download") -> str:
    return reverse(f"documents:{name}", args=[version.file.inspection.slug, version.pk])


def found_damaged(version: Version) -> Version:
    """As `verify_files` leaves it when the bytes are not those that were uploaded."""
    Version.objects.filter(pk=version.pk).update(fault=Version.Fault.DAMAGED, examined_at=NOW)
    version.refresh_from_db()
    return version


def links(page: str) -> list[str]:
    """Where the page's own part leads."""
    content = page.partition("<h1")[2].partition("</main>")[0]
    return [piece.partition('"')[0] for piece in content.split('href="')[1:]]


def test_file_that_was_damaged_when_it_came_is_handed_out_after_a_warning(coordinator, inspection):
    version = add(inspection, *PART, content=CUT, name="minutes.pdf").version
    assert version.remark == DAMAGED
    answer = coordinator.get(address(version))
    page = " ".join(answer.content.decode().split())
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Content-Disposition" not in answer.headers
    assert "“minutes.pdf” is damaged</h1>" in page
    assert page.count("It may not open, or part of it may be missing.") == 1
    assert page.count("the stored copy no longer matched the file that was added") == 0
    assert links(page) == [
        reverse("documents:replace", args=[inspection.slug, version.file_id]),
        address(version, "download-anyway"),
        f"{reverse('documents:document', args=[inspection.slug, '10'])}#part-reports",
    ]
    anyway = coordinator.get(address(version, "download-anyway"))
    assert b"".join(anyway) == CUT
    assert anyway.headers["Content-Disposition"] == 'attachment; filename="minutes.pdf"'


def test_file_that_was_found_damaged_later_is_handed_out_after_a_warning(coordinator, inspection):
    version = found_damaged(add(inspection, *PART).version)
    page = " ".join(coordinator.get(address(version)).content.decode().split())
    assert (
        page.count(
            "the stored copy no longer matched the file that was added. Adding the same file again puts this right."
        )
        == 1
    )
    assert page.count("It seemed to be damaged when it was added") == 0
    assert len(b"".join(coordinator.get(address(version, "download-anyway")))) == version.size


def test_earlier_version_that_is_damaged_has_the_warning_and_the_sound_one_has_not(coordinator, inspection):
    first = add(inspection, *PART, content=CUT, name="a.pdf").version
    body = pdf_bytes()
    second = actions.replace_file(
        file=first.file, received=received(body, "b.pdf"), as_at=None, note="", seen=1, by=None, now=NOW
    ).version
    assert not coordinator.get(address(first)).streaming
    sound = coordinator.get(address(second))
    assert (b"".join(sound), sound.headers["Content-Type"]) == (body, "application/pdf")


@pytest.mark.parametrize("fault", ["", Version.Fault.LOST])
def test_sound_or_lost_file_has_no_such_page(coordinator, inspection, fault):
    version = add(inspection, *PART).version
    Version.objects.filter(pk=version.pk).update(fault=fault)
    # A lost one may be back; where it is not, another page says so.
    assert len(b"".join(coordinator.get(address(version)))) == version.size


def test_warning_comes_before_an_object_storage_hands_the_file_out(coordinator, place, inspection):
    version = found_damaged(add(inspection, *PART).version)
    assert (coordinator.get(address(version)).status_code, coordinator.head(address(version)).status_code) == (200, 200)
    assert b"is damaged</h1>" in coordinator.get(address(version)).content


def test_warning_opens_nothing_so_only_the_download_goes_on_the_record(coordinator, inspection):
    version = add(inspection, *PART, content=CUT, names_children=True).version
    opened = Event.objects.filter(verb="file that names children opened")
    coordinator.get(address(version))
    assert opened.count() == 0
    b"".join(coordinator.get(address(version, "download-anyway")))
    assert opened.count() == 1


def test_who_may_not_change_the_document_is_not_offered_to(client, inspection):
    client.force_login(make_person(inspection.council, Role.MEMBER))
    version = add(inspection, *PART, content=CUT).version
    page = client.get(address(version)).content.decode()
    assert links(page) == [
        address(version, "download-anyway"),
        f"{reverse('documents:document', args=[inspection.slug, '10'])}#part-reports",
    ]


def test_case_officer_who_may_open_it_and_not_see_the_document_has_only_the_download(client, inspection):
    client.force_login(make_person(inspection.council, Role.CASE_OFFICER))
    version = add(inspection, *PART, content=CUT, names_children=True).version
    assert links(client.get(address(version)).content.decode()) == [address(version, "download-anyway")]


@pytest.mark.parametrize("name", ["download", "download-anyway"])
def test_who_may_not_open_the_file_is_told_nothing(client, inspection, name):
    version = add(inspection, *PART, content=CUT, names_children=True).version
    client.force_login(make_person(inspection.council, Role.MEMBER))
    assert client.get(address(version, name)).status_code == 404


def test_file_that_was_removed_is_not_to_be_replaced(coordinator, inspection):
    version = add(inspection, *PART, content=CUT).version
    actions.remove_file(file=File.objects.get(pk=version.file_id), by=None, now=NOW)
    assert reverse("documents:replace", args=[inspection.slug, version.file_id]) not in links(
        coordinator.get(address(version)).content.decode()
    )

"""Who sees which document and which file: rules that are too fine for the table of addresses."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Event, Role
from documents.evidence import actions
from documents.models import File
from tests.factories.documents import add, received
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
SECRET = "Jane Example case.pdf"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def owner_of(inspection, key: str, *roles: Role):
    person = make_person(inspection.council, *roles)
    make_ownership(inspection, f"document:{key}", make_post(inspection.council, holder=person))
    return person


def page(inspection, name: str, *args) -> str:
    return reverse(f"documents:{name}", args=[inspection.slug, *args])


def opened(client: Client, address: str) -> int:
    """The status of a download that is read to its end."""
    response = client.get(address)
    if response.streaming:
        assert b"".join(response).startswith(b"%PDF-")
    return response.status_code


@pytest.fixture
def secret(inspection):
    return add(inspection, "10", "reports", name=SECRET, names_children=True).version


def test_an_owner_sees_and_fills_only_what_their_posts_own(inspection):
    client = client_of(owner_of(inspection, "10", Role.OWNER))
    assert client.get(page(inspection, "document", "10")).status_code == 200
    assert client.get(page(inspection, "document", "8")).status_code == 404
    assert client.get(page(inspection, "upload", "8", "workforce-data")).status_code == 404
    shown = client.get(page(inspection, "list")).context["table"].data.data
    assert [state.document.key for state in shown] == ["10"]


def test_the_export_has_only_what_the_person_sees(inspection):
    client = client_of(owner_of(inspection, "10", Role.OWNER))
    lines = client.get(page(inspection, "export", "csv")).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Number", "10"]


def test_a_member_works_on_what_their_posts_own_and_only_reads_the_rest(inspection):
    client = client_of(owner_of(inspection, "10", Role.MEMBER))
    assert client.get(page(inspection, "upload", "10", "reports")).status_code == 200
    assert client.get(page(inspection, "document", "8")).status_code == 200
    assert client.get(page(inspection, "upload", "8", "workforce-data")).status_code == 404


def test_a_post_that_passes_to_somebody_else_takes_the_documents_with_it(inspection):
    from accounts import actions as accounts_actions
    from accounts.models import Post

    first = owner_of(inspection, "10", Role.OWNER)
    second = make_person(inspection.council, Role.OWNER)
    post = Post.objects.get(council=inspection.council, holdings__user=first)
    accounts_actions.give_post(post=post, user=second, by=None, now=NOW)
    assert client_of(first).get(page(inspection, "document", "10")).status_code == 404
    assert client_of(second).get(page(inspection, "document", "10")).status_code == 200


@pytest.mark.parametrize(
    "role, owns, status",
    [
        (Role.COORDINATOR, False, 200),
        (Role.CASE_OFFICER, False, 200),
        (Role.OWNER, True, 200),
        (Role.MEMBER, True, 200),
        (Role.OWNER, False, 404),
        (Role.MEMBER, False, 404),
        (Role.DCS_OFFICE, False, 404),
        # Whoever holds a post is an owner as well.
        (Role.DCS_OFFICE, True, 200),
        (Role.AUDITOR, False, 404),
        (Role.BOARD, False, 404),
        (Role.ADMINISTRATOR, False, 404),
    ],
)
def test_a_file_that_names_children_is_opened_only_by_those_it_concerns(inspection, secret, role, owns, status):
    person = owner_of(inspection, "10", role) if owns else make_person(inspection.council, role)
    assert opened(client_of(person), page(inspection, "download", secret.pk)) == status


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DCS_OFFICE])
def test_the_name_of_a_file_that_names_children_is_kept_from_others(inspection, secret, role):
    second = actions.replace_file(
        file=secret.file, received=received(name="Jane Example second.pdf"), as_at=None, by=None, now=NOW
    )
    client = client_of(make_person(inspection.council, role))
    html = client.get(page(inspection, "document", "10")).content.decode()
    assert (html.count("A file that names children"), html.count("Jane Example")) == (1, 0)
    assert page(inspection, "download", second.version.pk) not in html
    actions.remove_file(file=File.objects.get(pk=secret.file_id), by=None, now=NOW)
    html = client.get(page(inspection, "document", "10")).content.decode()
    assert (html.count("Removed files: 1"), html.count("Jane Example")) == (1, 0)


def test_a_case_officer_opens_files_that_name_children_and_no_others(inspection, secret):
    client = client_of(make_person(inspection.council, Role.CASE_OFFICER))
    plain = add(inspection, "8", "workforce-data").version
    assert client.get(page(inspection, "download", plain.pk)).status_code == 404
    assert client.get(page(inspection, "document", "10")).status_code == 404


def test_opening_a_file_that_names_children_goes_on_record_and_others_do_not(inspection, secret):
    person = make_person(inspection.council, Role.COORDINATOR)
    plain = add(inspection, "10", "reports").version
    client = client_of(person)
    before = Event.objects.count()
    opened(client, page(inspection, "download", plain.pk))
    assert b"".join(client.head(page(inspection, "download", secret.pk))) == b""
    assert Event.objects.count() == before
    opened(client, page(inspection, "download", secret.pk))
    event = Event.objects.latest("pk")
    assert (Event.objects.count(), event.by, event.verb) == (before + 1, person, "file that names children opened")
    assert event.detail == {"document": "10", "file": secret.file_id, "version": 1}


def test_no_event_holds_the_name_of_a_file(inspection):
    version = add(inspection, "1", "minutes", name=SECRET, as_at=date(2011, 3, 1)).version
    actions.replace_file(file=version.file, received=received(name=SECRET), as_at=date(2011, 3, 2), by=None, now=NOW)
    actions.describe_file(
        file=version.file, label="Jane Example", names_children=True, as_at=date(2011, 3, 2), by=None, now=NOW
    )
    actions.restore_version(version=version, by=None, now=NOW)
    actions.remove_file(file=version.file, by=None, now=NOW)
    actions.put_back_file(file=version.file, by=None, now=NOW)
    said = [
        f"{event.verb} {event.subject} {event.detail}" for event in Event.objects.filter(inspection=inspection.slug)
    ]
    assert len(said) == 6
    assert [text for text in said if "Jane" in text] == []


def test_a_file_of_another_inspection_is_not_reached_through_this_one(inspection):
    other = make_inspection(inspection.council)
    version = add(other, "10", "reports").version
    client = client_of(make_person(inspection.council, Role.COORDINATOR))
    for name in ("download", "restore"):
        assert client.post(page(inspection, name, version.pk)).status_code in {404, 405}
    assert client.get(page(inspection, "download", version.pk)).status_code == 404
    assert client.get(page(inspection, "replace", version.file_id)).status_code == 404


@pytest.mark.parametrize("address", ["documents/99/", "documents/99/minutes/upload/", "documents/1/plan/upload/"])
def test_a_document_or_part_that_the_framework_has_not_is_not_there(inspection, address):
    client = client_of(make_person(inspection.council, Role.COORDINATOR))
    assert client.get(f"/inspections/{inspection.slug}/{address}").status_code == 404

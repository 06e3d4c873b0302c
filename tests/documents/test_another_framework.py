"""Documents of a framework without any code of its own: its titles, parts, counts and windows, on every page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from documents.duties import duties
from documents.evidence import actions
from documents.state import states
from inspections.snapshot import snapshot_of
from tests.factories.documents import add, make_version, received
from tests.factories.people import at, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
NOW = at("2030-06-03 09:00")


@pytest.fixture
def inspection(settings):
    settings.FRAMEWORK_DIRS = [Path("tests/data/frameworks")]
    return make_inspection(make_council("Tinytown"), framework="tiny-2030", notified=date(2030, 6, 5))


def found(inspection):
    return states(snapshot_of(inspection, now=NOW))


def test_states_follow_the_frameworks_own_parts(inspection):
    assert [(key, state.state, state.missing) for key, state in found(inspection).items()] == [
        ("1", "missing", ("All two are missing.",)),
        ("4", "missing", ("Reviews of the last year: nothing has been added yet.",)),
    ]
    for day in (date(2030, 1, 7), date(2030, 3, 4), date(2030, 5, 6)):
        make_version(inspection, "1", "notes", as_at=day)
    make_version(inspection, "4", "reviews", as_at=date(2029, 6, 4))
    states_now = found(inspection)
    assert (states_now["1"].state, [row.as_at for row in states_now["1"].part("notes").dropped]) == (
        "submitted",
        [date(2030, 1, 7)],
    )
    assert (states_now["4"].state, states_now["4"].is_stale) == ("submitted", True)
    assert "more than one year before" in states_now["4"].missing[0]
    assert [(duty.key, duty.done) for duty in duties(snapshot_of(inspection, now=NOW))] == [
        ("document:1", True),
        ("document:4", False),
    ]


def test_every_page_of_documents_is_shown_with_the_frameworks_own_words(inspection):
    client = Client()
    person = make_person(inspection.council, Role.COORDINATOR)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    version = add(inspection, "1", "notes", as_at=date(2010, 1, 7)).version
    actions.replace_file(file=version.file, received=received(), as_at=date(2010, 1, 8), by=person, now=NOW)
    for name, args, words in (
        ("list", (), "Notes of the partnership"),
        ("document", ("1",), "Notes of the last two meetings"),
        ("document", ("4",), "Commentary, if any"),
        ("upload", ("1", "notes"), "Add files: Notes of the last two meetings"),
        ("nil-return", ("4", "reviews"), "Nothing to supply: Reviews of the last year"),
        ("replace", (version.file_id,), "Notes of the last two meetings"),
        ("describe", (version.file_id,), "Notes of the last two meetings"),
        ("remove", (version.file_id,), "Notes of the last two meetings"),
    ):
        response = client.get(reverse(f"documents:{name}", args=[inspection.slug, *args]))
        assert (response.status_code, words in response.content.decode()) == (200, True), name

"""Two people change one file or part at the same moment: both changes count, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from documents.evidence import actions
from documents.evidence.concurrent_replacements import between, in_words
from documents.models import File, NilReturn, Review, Version
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from outbox.models import Message
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.processes import ENOUGH

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns, all of them let go in the same moment, each on a connection of its own."""
    ready = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            ready.wait(ENOUGH)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(ENOUGH) for future in [pool.submit(run, call) for call in calls]]


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def replace(file: File, content: bytes) -> Callable[[], actions.Added]:
    taken = received(content)
    return lambda: actions.replace_file(file=file, received=taken, as_at=None, by=None, now=NOW)


def test_two_who_replace_one_file_at_once_both_leave_a_version(inspection, on_disk):
    file = add(inspection, "10", "reports").version.file
    added = at_once(*(replace(file, pdf_bytes()) for _ in range(4)))
    assert [row.is_new for row in added] == [True] * 4
    assert sorted(file.versions.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert len(on_disk()) == 5


def test_one_form_sent_twice_at_once_has_one_effect(inspection, on_disk):
    body = pdf_bytes()
    taken = [received(body) for _ in range(4)]

    def send(one):
        return lambda: actions.add_file(
            inspection=inspection, document="10", part="reports", received=one, as_at=None, by=None, now=NOW
        )

    added = at_once(*(send(one) for one in taken))
    assert sorted(row.is_new for row in added) == [False, False, False, True]
    assert (Version.objects.count(), on_disk()) == (1, ["files"])


def test_a_nil_return_and_an_approval_asked_for_twice_at_once_stand_once(inspection):
    at_once(
        *(
            lambda: reviewing.state_nil_return(
                inspection=inspection, document="9", part="summaries", reason="None.", by=None, now=NOW
            )
            for _ in range(3)
        )
    )
    assert NilReturn.objects.count() == 1
    seen = states(snapshot_of(inspection, now=NOW))["9"].contents
    at_once(
        *(
            lambda: reviewing.approve(inspection=inspection, document="9", contents=seen, by=None, now=NOW)
            for _ in range(3)
        )
    )
    assert Review.objects.count() == 1


@pytest.mark.database
def test_the_database_itself_refuses_two_versions_of_one_number(inspection):
    version = add(inspection, "10", "reports").version
    twin = Version.objects.get(pk=version.pk)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    assert Version.objects.count() == 1


def test_both_hear_of_it_when_two_replace_one_file_at_once(inspection):
    ada, bo = (make_person(inspection.council, Role.OWNER, name=name) for name in ("Ada Sample", "Bo Sample"))
    file = add(inspection, "10", "reports").version.file

    def replaces(by):
        taken = received(pdf_bytes())
        return lambda: actions.replace_file(file=file, received=taken, as_at=None, by=by, now=NOW, seen=1)

    added = at_once(replaces(ada), replaces(bo))
    first, second = sorted((row.version for row in added), key=lambda version: version.number)
    assert (first.number, second.number, file.versions.count()) == (2, 3, 3)
    assert (between(first), between(second)) == ([], [first])
    assert in_words(second, between(second)) == (
        f"{first.uploaded_by.full_name} replaced this file at 9am while you were working. "
        "Both versions are kept, and yours is current."
    )
    mail = Message.objects.get()
    assert (mail.to, mail.subject) == (
        first.uploaded_by.email,
        "A file that you replaced was replaced again: document 10",
    )
    assert second.uploaded_by.full_name in mail.text
    assert file.label not in mail.text


def test_who_saw_the_latest_version_replaces_nobodys_version(inspection):
    ada = make_person(inspection.council, Role.OWNER)
    file = add(inspection, "10", "reports", by=ada).version.file
    version = actions.replace_file(file=file, received=received(), as_at=None, by=None, now=NOW, seen=1).version
    assert (between(version), Message.objects.count()) == ([], 0)

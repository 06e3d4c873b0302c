"""A form that arrives several times at once has one effect, and the other requests get an explanation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts import actions, letters
from accounts.models import Council, Post, Role, User
from outbox.models import Message
from refusals import Refused
from tests.factories.people import NOW, make_council, make_person
from tests.processes import ENOUGH

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


def at_once(call: Callable[[int], Any]) -> list[str]:
    """What became of each of several calls let go in one moment: "done", or "refused" in words."""
    ready = Barrier(TIMES)

    def run(number: int) -> str:
        try:
            ready.wait(ENOUGH)
            call(number)
            return "done"
        except Refused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return sorted(pool.map(run, range(TIMES)))


def add_person(council: Council) -> User:
    return actions.add_person(
        council=council, email="new@example.org", full_name="New Person", roles=[Role.OWNER], by=None, now=NOW
    )


def test_one_person_added_at_once_is_one_person():
    council = make_council()
    assert at_once(lambda _: add_person(council)) == ["done"] + ["refused"] * (TIMES - 1)
    assert User.objects.filter(email="new@example.org").count() == 1


def test_one_person_added_to_several_councils_at_once_is_one_person_in_all():
    councils = [make_council(f"Council {number}") for number in range(TIMES)]
    assert at_once(lambda number: add_person(councils[number])) == ["done"] * TIMES
    (person,) = User.objects.filter(email="new@example.org")
    assert person.memberships.count() == TIMES


def test_one_post_added_at_once_is_one_post():
    council = make_council()
    added = at_once(
        lambda _: actions.add_post(
            council=council, name="Lead", organisation="Council", aliases=["LM"], by=None, now=NOW
        )
    )
    assert added == ["done"] + ["refused"] * (TIMES - 1)
    assert Post.objects.filter(council=council).count() == 1


def test_new_password_asked_for_at_once_is_one_letter():
    person = make_person(make_council(), Role.OWNER)

    def ask(_: int) -> None:
        with transaction.atomic():
            letters.answer_forgotten(person.email, now=NOW)

    assert at_once(ask) == ["done"] * TIMES
    assert Message.objects.filter(to=person.email).count() == 1

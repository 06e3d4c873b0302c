"""However many people sign in at once, some threads stay free for pages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import hashing, letters
from accounts.hashing import BoundedHasher, TooManyAtOnce, Turns
from accounts.models import Role
from tests.factories.people import make_council, make_person
from tests.processes import ENOUGH

PASSWORD = "three words together"
THREADS = 8


@pytest.fixture
def hasher(settings, monkeypatch) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


@pytest.fixture
def held(hasher, monkeypatch) -> Iterator[Event]:
    """Hashes do not end until the event is set."""
    end, encode = Event(), PBKDF2PasswordHasher.encode

    def slow(*args, **kwargs) -> str:
        assert end.wait(ENOUGH)
        return encode(*args, **kwargs)

    monkeypatch.setattr(hashing, "turns", Turns(at_once=1, in_all=4))
    monkeypatch.setattr(hashing, "PATIENCE", 60)
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", slow)
    yield end
    end.set()


def of_thread(client: Client, method: str, address: str, data: dict[str, str] | None = None):
    try:
        return getattr(client, method)(address, data)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_pages_are_answered_while_sixteen_sign_in_and_the_right_password_gets_in(hasher, held) -> None:
    held.set()
    person = make_person(make_council(), Role.OWNER, email="owen@example.org")
    person.set_password(PASSWORD)
    person.save()
    reader, sign_in = Client(), reverse("accounts:sign-in")
    reader.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    held.clear()
    with ThreadPoolExecutor(THREADS) as threads:
        right = threads.submit(
            of_thread, Client(), "post", sign_in, {"username": "owen@example.org", "password": PASSWORD}
        )
        wrong = [
            threads.submit(of_thread, Client(), "post", sign_in, {"username": f"n{n}@example.org", "password": "no"})
            for n in range(16)
        ]
        refused = done_first(wrong, 13)
        assert [future.result().status_code for future in refused] == [503] * 13
        assert {future.result().headers["Retry-After"] for future in refused} == {"5"}
        assert b"Your password has not been checked or changed." in refused[0].result().content
        page = threads.submit(of_thread, reader, "get", reverse("accounts:account"))
        assert page.result(ENOUGH).status_code == 200
        assert not right.done()
        held.set()
        assert right.result(ENOUGH).status_code == 302
        assert sorted(future.result(ENOUGH).status_code for future in wrong) == [200] * 3 + [503] * 13


def done_first(futures: list[Future], count: int) -> list[Future]:
    """So many of the futures as soon as they are done; AssertionError where they never are."""
    done: set[Future] = set()
    while len(done) < count:
        new, _ = wait(set(futures) - done, 60, FIRST_COMPLETED)
        assert new
        done |= new
    return list(done)


@pytest.mark.django_db
def test_a_new_password_that_finds_no_turn_is_refused_in_words_and_changes_nothing(hasher, client, monkeypatch) -> None:
    person = make_person(make_council(), Role.OWNER)
    link = client.get(letters.password_link(person).removeprefix("http://testserver"))
    before = person.password
    monkeypatch.setattr(hashing, "turns", Turns(at_once=1, in_all=1))
    new = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    with hashing.turns.one():
        response = client.post(link.url, new)
    person.refresh_from_db()
    assert (response.status_code, response.headers["Retry-After"], person.password) == (503, "5", before)
    assert client.post(link.url, new).status_code == 302
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_whoever_waits_too_long_for_a_turn_is_refused_and_gives_the_place_back() -> None:
    turns = Turns(at_once=1, in_all=2)
    with turns.one():
        for _ in range(3):
            with pytest.raises(TooManyAtOnce), turns.one(patience=0.001):
                pass
    with turns.one(patience=0.001):
        pass


def test_a_hash_that_fails_gives_its_turn_back() -> None:
    turns = Turns(at_once=1, in_all=1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.one(patience=0.001):
            raise ZeroDivisionError
    with turns.one(patience=0.001):
        pass


def test_passwords_that_were_hashed_before_are_still_right(hasher) -> None:
    before = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    assert check_password(PASSWORD, before)
    assert make_password(PASSWORD, "salt") == before == BoundedHasher().encode(PASSWORD, "salt")

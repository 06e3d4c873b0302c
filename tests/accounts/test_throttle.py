"""Wrong passwords slow down only the network that they come from; the right password still works."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import letters, throttle
from accounts.models import FailedSignIns, Role
from tests.factories.people import PASSWORD, make_council, make_person
from tests.processes import ENOUGH

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
OFFICE, ELSEWHERE = "192.0.2.7", "198.51.100.4"


@pytest.fixture
def person():
    return make_person(make_council(), Role.OWNER, email="owen@example.org")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def try_to_sign_in(name: str, password: str = "wrong", *, client: Client | None = None, address: str = OFFICE):
    form = {"username": name, "password": password}
    return (client or Client()).post(reverse("accounts:sign-in"), form, REMOTE_ADDR=address)


def fail(times: int, *, address: str = OFFICE) -> list[int]:
    return [try_to_sign_in(f"n{number}@example.org", address=address).status_code for number in range(times)]


def test_many_names_from_one_address_are_slowed_after_twenty_wrong_passwords(person, clock) -> None:
    assert fail(23) == [200] * 20 + [429] * 3
    response = try_to_sign_in("another@example.org")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    page = response.content.decode()
    assert ("Wait 3 seconds" in page, "You are not locked out." in page) == (True, True)


def test_the_right_password_gets_in_after_the_wait_that_was_asked_for(person, clock) -> None:
    fail(25)
    refused = try_to_sign_in("owen@example.org", PASSWORD)
    assert refused.status_code == 429
    clock.shift(int(refused.headers["Retry-After"]))
    assert try_to_sign_in("owen@example.org", PASSWORD).status_code == 302


def test_a_slowed_network_has_one_try_in_three_seconds_and_refused_ones_cost_nothing(person, clock) -> None:
    fail(20)
    seen = []
    for _ in range(9):
        clock.shift(1)
        seen.append(try_to_sign_in("other@example.org").status_code)
    assert seen == [429, 429, 200] * 3


def test_another_address_is_not_slowed(person, clock) -> None:
    fail(25)
    assert fail(1, address=ELSEWHERE) == [200]
    assert try_to_sign_in("owen@example.org", PASSWORD, address=ELSEWHERE).status_code == 302


def test_addresses_of_one_ipv6_network_are_slowed_together(person, clock) -> None:
    for number in range(20):
        fail(1, address=f"2001:db8:1:2::{number:x}")
    assert fail(1, address="2001:db8:1:2:ffff::1") == [429]
    assert fail(1, address="2001:db8:1:3::1") == [200]


def test_only_wrong_passwords_count(person, clock) -> None:
    for _ in range(25):
        assert try_to_sign_in("owen@example.org", PASSWORD).status_code == 302
        assert try_to_sign_in("", "").status_code == 200
    assert not FailedSignIns.objects.exists()


def test_a_right_password_and_an_empty_form_leave_the_turn_to_the_next(person, clock) -> None:
    fail(20)
    clock.shift(3)
    assert try_to_sign_in("", "").status_code == 200
    assert try_to_sign_in("owen@example.org", PASSWORD).status_code == 302
    assert try_to_sign_in("owen@example.org", PASSWORD).status_code == 302


def test_who_alternates_with_a_password_of_their_own_gains_nothing(person, clock) -> None:
    fail(20)
    own = Client()
    clock.shift(3)
    assert try_to_sign_in("owen@example.org", PASSWORD, client=own).status_code == 302
    assert fail(1) == [200]
    own.post(reverse("accounts:sign-out"))
    assert try_to_sign_in("owen@example.org", PASSWORD, client=own).status_code == 302
    assert fail(1) == [429]


def test_a_browser_that_signed_in_before_does_not_wait_for_that_person_alone(person, clock) -> None:
    browser = Client()
    assert try_to_sign_in("owen@example.org", PASSWORD, client=browser).status_code == 302
    cookie = browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], "owen" in cookie.value) == (True, "Lax", False)
    browser.post(reverse("accounts:sign-out"))
    fail(25)
    assert try_to_sign_in("other@example.org", client=browser).status_code == 429
    assert try_to_sign_in(" OWEN@example.org", PASSWORD, client=browser).status_code == 302


def test_a_browser_in_which_the_link_of_a_mail_was_used_does_not_wait(person, clock) -> None:
    fail(20)
    browser, new = Client(), "three-words-together"
    link = browser.get(letters.password_link(person).removeprefix("http://testserver"))
    browser.post(link.headers["Location"], {"new_password1": new, "new_password2": new})
    fail(1)
    assert try_to_sign_in("owen@example.org", new, client=browser).status_code == 302


def test_a_mark_that_was_made_up_is_no_known_browser(person, clock) -> None:
    fail(20)
    browser = Client()
    browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = "é" * 64
    assert try_to_sign_in("owen@example.org", PASSWORD, client=browser).status_code == 429


def test_a_name_that_is_locked_stays_so_and_counts_no_further(person, clock) -> None:
    browser = Client()
    try_to_sign_in("owen@example.org", PASSWORD, client=browser)
    browser.post(reverse("accounts:sign-out"))
    statuses = [try_to_sign_in("owen@example.org", client=browser).status_code for _ in range(30)]
    assert statuses == [200] * 9 + [429] * 21
    assert FailedSignIns.objects.get().failures == 9
    locked = try_to_sign_in("owen@example.org", PASSWORD, client=browser)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")


def test_wrong_passwords_are_forgotten_after_a_quarter_of_an_hour(person, clock) -> None:
    fail(20)
    clock.shift(timedelta(minutes=15))
    assert fail(21) == [200] * 20 + [429]


def test_networks_that_nothing_came_from_for_a_day_are_not_kept(person, clock) -> None:
    fail(1)
    clock.shift(timedelta(days=1))
    fail(1, address=ELSEWHERE)
    assert [row.network for row in FailedSignIns.objects.all()] == [ELSEWHERE]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_from_a_slowed_network_one_has_its_turn() -> None:
    for _ in range(20):
        throttle.failed(OFFICE, now=NOW)
    later, ready = NOW + timedelta(seconds=3), Barrier(8)

    def ask(_: int) -> int:
        try:
            ready.wait(ENOUGH)
            return throttle.seconds_to_wait(OFFICE, now=later)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(ask, range(8))) == [0] + [3] * 7


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_at_once_are_all_counted() -> None:
    ready = Barrier(8)

    def count(_: int) -> None:
        try:
            ready.wait(ENOUGH)
            throttle.failed(OFFICE, now=NOW)
        finally:
            connection.close()

    throttle.failed(OFFICE, now=NOW)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert FailedSignIns.objects.get().failures == 9

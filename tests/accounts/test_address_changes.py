"""A new email address for a person: asked for by an administrator, valid once it is confirmed from there."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import address_changes, invitations, letters
from accounts.models import AddressChange, Council, Event, Role, User
from outbox.models import Message
from refusals import Refused
from tests.factories.people import NOW, make_council, make_person
from tests.table import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
def administrator(council) -> User:
    return make_person(council, Role.ADMINISTRATOR, name="Ada Sample")


@pytest.fixture
def cora(council) -> User:
    return make_person(council, Role.COORDINATOR, name="Cora Sample", email="cora@example.org")


def _ask(cora: User, by: User, email: str) -> str:
    """The path of the link that went to the address."""
    council = by.memberships.get().council
    address_changes.ask_for_address(council=council, user=cora, email=email, by=by, now=NOW)
    return address_changes.path_of(AddressChange.objects.get())


def test_address_changes_once_it_is_confirmed_from_there(council, administrator, cora) -> None:
    page = reverse("accounts:change-address", args=[council.slug, cora.pk])
    client, browser = signed_in(administrator), Client()
    seen = client.post(page, {"email": "New@example.org"}, follow=True).content.decode()
    assert "A link to confirm the new address is on its way to new@example.org." in seen
    assert "A link to confirm new@example.org was sent on" in seen
    letter = Message.objects.get()
    assert (letter.to, "cora@example.org" in letter.text + letter.html) == ("new@example.org", False)
    link = urlsplit(re.search(r"http\S+/addresses/\S+", letter.text)[0]).path
    assert "Confirm the address" in browser.get(link).content.decode()
    cora.refresh_from_db()
    assert cora.email == "cora@example.org"
    assert "Your email address has changed" in browser.post(link).content.decode()
    cora.refresh_from_db()
    assert cora.email == "new@example.org"
    assert sorted(Message.objects.values_list("to", "subject")) == [
        ("cora@example.org", "Your email address was changed in Ready for inspection"),
        ("new@example.org", "Choose a new password for Ready for inspection"),
        ("new@example.org", "Confirm your email address for Ready for inspection"),
    ]
    assert "The link no longer works" in browser.post(link).content.decode()
    assert list(Event.objects.order_by("pk").values_list("verb", "by")) == [
        ("change of address asked for", administrator.pk),
        ("address changed", administrator.pk),
    ]


def test_address_in_use_elsewhere_is_answered_as_one_that_is_not(council, administrator, cora) -> None:
    make_person(make_council("Elsewhereshire"), Role.OWNER, name="Kim Known", email="known@example.org")
    client, answers = signed_in(administrator), []
    for email in ("known@example.org", "fresh@example.org"):
        sent = client.post(reverse("accounts:change-address", args=[council.slug, cora.pk]), {"email": email})
        seen = client.get(sent.headers["Location"]).content.decode()
        letter = Message.objects.get(to=email)
        texts = [re.sub(r"/addresses/\S+|nonce\S+|value=\S+", "", text) for text in (seen, letter.text, letter.subject)]
        answers.append((sent.status_code, [text.replace(email, "") for text in texts]))
    assert answers[0] == answers[1]


def test_address_that_is_somebodys_is_refused_to_whoever_reads_mail_there(administrator, cora) -> None:
    make_person(make_council("Elsewhereshire"), Role.OWNER, name="Kim Known", email="known@example.org")
    answer = Client().post(_ask(cora, administrator, "known@example.org"))
    assert answer.status_code == 422
    assert "Somebody already has the address known@example.org." in answer.content.decode()
    cora.refresh_from_db()
    assert cora.email == "cora@example.org"


def test_somebody_of_the_council_is_named_who_has_the_address(administrator, cora) -> None:
    with pytest.raises(Refused) as refused:
        _ask(cora, administrator, administrator.email)
    assert refused.value.field == "email"
    assert refused.value.message.startswith(f"{administrator.email} already belongs to Ada Sample, who is in ")


@pytest.mark.parametrize("then", ["other@example.org", "cora@example.org"])
def test_link_stops_working_when_another_address_is_asked_for_or_the_present_one(administrator, cora, then) -> None:
    first = _ask(cora, administrator, "wrong@example.org")
    council = administrator.memberships.get().council
    asked = address_changes.ask_for_address(council=council, user=cora, email=then, by=administrator, now=NOW)
    assert asked is (then == "other@example.org")
    assert "The link no longer works" in Client().post(first).content.decode()
    cora.refresh_from_db()
    assert cora.email == "cora@example.org"


def test_link_works_for_seven_days(administrator, cora) -> None:
    with time_machine.travel(NOW, tick=False):
        link = _ask(cora, administrator, "new@example.org")
    for days, works in ((6, True), (8, False)):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            assert ("Confirm the address" in Client().get(link).content.decode()) is works


def test_invitation_of_another_council_shows_in_no_answer_about_a_password(cora) -> None:
    """A letter is not sent twice within two minutes, and that says nothing of letters of another kind."""
    elsewhere = make_council("Elsewhereshire")
    invitations.invite_person(
        council=elsewhere, email=cora.email, full_name="C. Sample", roles=[Role.OWNER], by=None, now=NOW
    )
    assert letters.queue_password_letter(cora, now=NOW) is not None
    assert letters.queue_password_letter(cora, now=NOW) is None

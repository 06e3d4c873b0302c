"""What a council sees of a person it invites, and what it can do, before and after they accept."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions, invitations
from accounts.models import Council, Event, Holding, Invitation, Membership, Role, User
from outbox.models import Message
from refusals import Refused
from tests.factories.people import NOW, PASSWORD, make_council, make_person, make_post
from tests.table import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TYPED = {"full_name": "B. Sample", "email": "both@example.org", "telephone": "01632 960777", "roles": ["owner"]}
NEW_PASSWORD = {"new_password1": "three words together", "new_password2": "three words together"}


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
def administrator(council) -> User:
    return make_person(council, Role.ADMINISTRATOR, name="Ada Sample")


@pytest.fixture
def elsewhere() -> Council:
    return make_council("Elsewhereshire")


@pytest.fixture
def person(elsewhere) -> User:
    person = make_person(elsewhere, Role.COORDINATOR, name="Bo Known", email="both@example.org")
    person.telephone = "01632 960555"
    person.save()
    return person


def _invite(council: Council, by: User | None = None, email: str = "both@example.org", **given) -> Invitation:
    facts = {"full_name": "B. Sample", "roles": [Role.OWNER], "telephone": "01632 960777", **given}
    return invitations.invite_person(council=council, email=email, by=by, now=NOW, **facts)


def _link(message: Message) -> str:
    return urlsplit(re.search(r"http\S+/invitations/\S+", message.text)[0]).path


def test_two_councils_and_one_person(council, administrator, elsewhere, person) -> None:
    """A council adds somebody of another council: it sees what it typed, until that person accepts."""
    theirs = signed_in(administrator)
    page = theirs.post(reverse("accounts:add-person", args=[council.slug]), TYPED, follow=True)
    pages = [page, *(theirs.get(reverse(f"accounts:{name}", args=[council.slug])) for name in ("people", "add-person"))]
    for each in pages:
        assert "Bo Known" not in each.content.decode()
        assert person.telephone not in each.content.decode()
    assert "B. Sample" in pages[1].content.decode()
    assert theirs.get(reverse("accounts:person", args=[council.slug, person.pk])).status_code == 404

    # Their own council corrects name, telephone number and address as before: nothing is frozen.
    own = make_person(elsewhere, Role.ADMINISTRATOR)
    given = {"full_name": "Bo Renamed", "telephone": "01632 960555", "roles": ["coordinator"]}
    saved = signed_in(own).post(reverse("accounts:person", args=[elsewhere.slug, person.pk]), given)
    assert saved.status_code == 302

    # Opening the link does nothing by itself, whoever opens it.
    link = _link(Message.objects.get(to="both@example.org"))
    own_browser = signed_in(person)
    for client in (Client(), theirs, own_browser):
        assert client.get(link).status_code == 200
    assert Client().post(link, {"answer": "accept"}).status_code == 200
    assert theirs.post(link, {"answer": "accept"}).status_code == 200
    assert not Membership.objects.filter(council=council, user=person).exists()

    assert own_browser.post(link, {"answer": "accept"}).headers["Location"] == reverse("start")
    assert list(Membership.objects.filter(council=council, user=person).values_list("role", flat=True)) == ["owner"]
    assert "Bo Renamed" in theirs.get(reverse("accounts:people", args=[council.slug])).content.decode()
    assert "The link no longer works" in own_browser.get(link).content.decode()
    person.refresh_from_db()
    assert (person.full_name, person.telephone) == ("Bo Renamed", "01632 960555")
    verbs = list(Event.objects.filter(council=council).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["person invited", "invitation accepted"]


def _without_differences(text: str) -> str:
    """Without what differs from one answer to the next in any case."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|nonce-[^\']+', "", text)
    return (
        re.sub(r"(/invited/)\d+|(/invitations/)[\w:.-]+", r"\1\2", text)
        .replace("known@", "xxxx@")
        .replace("fresh@", "xxxx@")
    )


def test_an_address_in_use_elsewhere_is_answered_as_one_that_is_not(council, administrator, elsewhere) -> None:
    make_person(elsewhere, Role.OWNER, name="Kim Known", email="known@example.org")
    client, answers = signed_in(administrator), []
    client.get(reverse("accounts:add-person", args=[council.slug]))
    for email in ("known@example.org", "fresh@example.org"):
        with CaptureQueriesContext(connection) as queries:
            added = client.post(reverse("accounts:add-person", args=[council.slug]), {**TYPED, "email": email})
        asked = [re.sub(r"[\d.]+|'[^']*'", "", query["sql"]) for query in queries]
        seen = client.get(added.headers["Location"])
        letter = Message.objects.get(to=email)
        event = Event.objects.filter(council=council).first()
        answers.append(
            (
                added.status_code,
                [query.split(" ")[:3] for query in asked],
                _without_differences(seen.content.decode()),
                *(_without_differences(text) for text in (letter.subject, letter.text, letter.html)),
                (event.verb, event.subject, event.detail),
            )
        )
        client.post(reverse("accounts:withdraw-invitation", args=[council.slug, Invitation.objects.get().pk]))
        client.get(reverse("accounts:people", args=[council.slug]))
    assert answers[0] == answers[1]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_while_the_password_of_somebody_new_is_hashed(council, monkeypatch) -> None:
    """It waits for its turn while many people sign in, and nobody else of the council is to wait with it."""
    held = []

    def hashing(password: str) -> str:
        held.append(connection.in_atomic_block)
        return make_password(password)

    monkeypatch.setattr(invitations, "make_password", hashing)
    invitations.join(invitation=_invite(council), full_name="Bo Sample", password="three words together", now=NOW)
    assert held == [False]
    assert User.objects.get().check_password("three words together")


def test_somebody_new_chooses_name_and_password_and_has_joined(council, administrator) -> None:
    _invite(council, administrator, email="new@example.org")
    link = _link(Message.objects.get())
    browser = Client()
    assert 'value="B. Sample"' in browser.get(link).content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    weak = browser.post(link, {"full_name": "Bea Sample", "new_password1": "short", "new_password2": "short"})
    assert (weak.status_code, Invitation.objects.count()) == (422, 1)
    done = browser.post(link, {"full_name": "Bea  Sample", **NEW_PASSWORD})
    assert done.headers["Location"] == reverse("accounts:password-reset-complete")
    user = User.objects.get(email="new@example.org")
    assert (user.full_name, user.telephone, user.check_password("three words together")) == (
        "Bea Sample",
        "01632 960777",
        True,
    )
    assert Membership.objects.get(user=user).council == council
    assert "The link no longer works" in browser.get(link).content.decode()


def test_somebody_elsewhere_without_a_password_keeps_their_name(council, elsewhere, person) -> None:
    person.set_unusable_password()
    person.save()
    link = invitations.path_of(_invite(council))
    assert b"full_name" not in Client().get(link).content
    assert Client().post(link, {"full_name": "Mallory", **NEW_PASSWORD}).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.memberships.count()) == ("Bo Known", 2)


def test_a_second_link_does_not_set_the_password_of_somebody_who_has_one(council, elsewhere) -> None:
    first, second = (_invite(each, email="new@example.org") for each in (council, elsewhere))
    user = invitations.join(invitation=first, full_name="Bea", password="three words together", now=NOW)
    with pytest.raises(Refused):
        invitations.join(invitation=second, full_name="Mallory", password="four other words here", now=NOW)
    user.refresh_from_db()
    assert user.check_password("three words together")
    assert "Sign in with it to accept" in Client().get(invitations.path_of(second)).content.decode()


def test_an_inactive_person_cannot_join(council, person) -> None:
    person.is_active = False
    person.set_unusable_password()
    person.save()
    link = invitations.path_of(_invite(council))
    assert b"new_password1" not in Client().get(link).content
    assert Client().post(link, {"full_name": "X", **NEW_PASSWORD}).status_code == 200
    assert not Membership.objects.filter(council=council).exists()


@pytest.mark.parametrize("has_password", [True, False])
def test_declined_leaves_nothing_but_the_record(council, person, has_password) -> None:
    if not has_password:
        person.set_unusable_password()
        person.save()
    client = signed_in(person) if has_password else Client()
    answer = client.post(invitations.path_of(_invite(council)), {"answer": "decline"})
    assert "You have declined" in answer.content.decode()
    assert (Invitation.objects.count(), Membership.objects.filter(council=council).count()) == (0, 0)


def test_a_link_works_for_a_week_and_one_that_was_changed_never(council) -> None:
    with time_machine.travel(NOW, tick=False):
        link = invitations.path_of(_invite(council))
        assert "Choose a password" in Client().get(link).content.decode()
        assert "The link no longer works" in Client().get(link[:-2] + "x/").content.decode()
    with time_machine.travel(NOW + timedelta(days=7, minutes=1), tick=False):
        assert "The link no longer works" in Client().get(link).content.decode()


def test_an_invitation_is_withdrawn_or_sent_again_by_its_own_council(council, administrator, elsewhere) -> None:
    invitation = _invite(council, administrator)
    link = invitations.path_of(invitation)
    stranger = signed_in(make_person(elsewhere, Role.ADMINISTRATOR))
    client = signed_in(administrator)
    for name in ("send-invitation", "withdraw-invitation"):
        assert stranger.post(reverse(f"accounts:{name}", args=[elsewhere.slug, invitation.pk])).status_code == 404
    for letters_so_far in (2, 2):
        client.post(reverse("accounts:send-invitation", args=[council.slug, invitation.pk]))
        assert Message.objects.filter(to="both@example.org").count() == letters_so_far
    client.post(reverse("accounts:withdraw-invitation", args=[council.slug, invitation.pk]))
    assert "The link no longer works" in Client().get(link).content.decode()
    assert Invitation.objects.count() == 0


def test_somebody_invited_is_told_after_signing_in(council, person) -> None:
    link_words = "Accept or decline"
    _invite(council)
    client = Client()
    client.post(reverse("accounts:sign-in"), {"username": person.email, "password": PASSWORD})
    for name in ("start", "accounts:account"):
        assert link_words in client.get(reverse(name)).content.decode()
    Invitation.objects.all().delete()
    assert client.get(reverse("start")).status_code == 302


def test_a_post_given_to_somebody_invited_takes_effect_when_they_accept(council, administrator, person) -> None:
    holder = make_person(council, Role.OWNER, name="Owen Sample")
    post, vacant = make_post(council, "Held", holder=holder), make_post(council, "Vacant")
    invitation = _invite(council)
    client = signed_in(administrator)
    for each in (post, vacant):
        client.post(reverse("inspections:post", args=[council.slug, each.pk]), {"user": f"invited-{invitation.pk}"})
        page = client.get(reverse("inspections:post", args=[council.slug, each.pk])).content.decode()
        assert "B. Sample has been invited and gets this post on accepting." in page
    assert [row.user for row in Holding.objects.current()] == [holder]
    listed = client.get(reverse("inspections:posts", args=[council.slug])).content.decode()
    assert listed.count("B. Sample is invited, not yet accepted") == 2
    invitations.accept(invitation=invitation, user=person, now=NOW)
    assert {(row.post.name, row.user.full_name) for row in Holding.objects.current()} == {
        ("Held", "Bo Known"),
        ("Vacant", "Bo Known"),
    }


def test_a_post_given_to_another_meanwhile_stays_theirs(council, person) -> None:
    holder, post = make_person(council, Role.OWNER), make_post(council)
    invitation = _invite(council)
    assert invitations.give_post_to(post=post, email="both@example.org", by=None, now=NOW) is True
    assert invitations.give_post_to(post=post, email="both@example.org", by=None, now=NOW) is False
    assert actions.give_post(post=post, user=holder, by=None, now=NOW) is True
    invitations.accept(invitation=invitation, user=person, now=NOW)
    assert Holding.objects.current().get().user == holder


def test_a_post_is_not_given_to_somebody_whose_invitation_is_withdrawn_at_the_same_moment(
    council, administrator, monkeypatch
) -> None:
    post, invitation = make_post(council), _invite(council)
    give_post_to = invitations.give_post_to

    def withdrawn_first(**asked) -> bool:
        invitations.withdraw(invitation=invitation, by=administrator, now=NOW)
        return give_post_to(**asked)

    monkeypatch.setattr("inspections.views.posts.give_post_to", withdrawn_first)
    address = reverse("inspections:post", args=[council.slug, post.pk])
    response = signed_in(administrator).post(address, {"user": f"invited-{invitation.pk}"})
    assert response.status_code == 422
    assert response.context["form"].errors == {"user": [f"both@example.org is not in {council}. Add the person first."]}

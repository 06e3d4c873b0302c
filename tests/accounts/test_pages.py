from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import address_changes, letters
from accounts.models import AddressChange, Invitation, Membership, Role, User
from outbox.models import Message
from tests.factories.people import PASSWORD, make_council, make_person, make_post

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, email: str, password: str):
    return client.post(reverse("accounts:sign-in"), {"username": email, "password": password})


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def administrator(council):
    return make_person(council, Role.ADMINISTRATOR, name="Ada Sample", email="ada@example.org")


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_sign_in_takes_the_address_in_any_case(client, administrator) -> None:
    response = _sign_in(client, " ADA@Example.org", PASSWORD)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(administrator.pk)


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_person(client, administrator) -> None:
    known = _sign_in(client, "ada@example.org", "not the password").content.decode()
    unknown = _sign_in(client, "nobody@example.org", "not the password").content.decode()
    words = "The email address or the password is not right."
    assert (known.count(words), unknown.count(words)) == (unknown.count(words), known.count(words)) != (0, 0)


def test_sign_in_locks_the_name_out_after_ten_wrong_passwords_and_nobody_else(client, administrator, council) -> None:
    make_person(council, Role.OWNER, email="other@example.org")
    statuses = [_sign_in(client, "Ada@example.org ", "wrong").status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429]
    assert _sign_in(client, "ada@example.org", PASSWORD).status_code == 429
    assert _sign_in(client, "other@example.org", PASSWORD).status_code == 302


def test_an_inactive_person_cannot_sign_in(client, administrator) -> None:
    User.objects.update(is_active=False)
    assert _sign_in(client, "ada@example.org", PASSWORD).status_code == 200
    assert "_auth_user_id" not in client.session


def test_password_reset_sends_a_link_that_works_once(client, administrator) -> None:
    sent = reverse("accounts:password-reset-sent")
    assert client.post(reverse("accounts:password-reset"), {"email": "ADA@example.org"}).url == sent
    message = Message.objects.get()
    assert (message.to, message.secret) == ("ada@example.org", True)
    link = re.search(r"http\S+(/password/set/\S+)", message.text)[1]
    form = client.get(link, follow=True)
    new = {"new_password1": "three-words-together", "new_password2": "three-words-together"}
    done = client.post(form.redirect_chain[-1][0], new)
    assert done.url == reverse("accounts:password-reset-complete")
    assert _sign_in(client, "ada@example.org", "three-words-together").status_code == 302
    assert "The link no longer works" in Client().get(link, follow=True).content.decode()


def test_password_reset_of_a_stranger_looks_the_same_and_sends_nothing(client, administrator) -> None:
    sent = reverse("accounts:password-reset-sent")
    assert client.post(reverse("accounts:password-reset"), {"email": "nobody@example.org"}).url == sent
    assert Message.objects.count() == 0


@pytest.mark.database
def test_password_reset_does_the_same_work_whether_the_address_is_known_or_not(client, administrator) -> None:
    writes = {}
    for email in ("nobody@example.org", administrator.email):
        with CaptureQueriesContext(connection) as queries:
            client.post(reverse("accounts:password-reset"), {"email": email})
        writes[email] = [query["sql"].split()[0] for query in queries if query["sql"].startswith("INSERT")]
    assert writes == {"nobody@example.org": ["INSERT"], administrator.email: ["INSERT"]}
    assert [message.to for message in Message.objects.all()] == [administrator.email]


def test_banner_is_kept_in_the_session_and_not_in_a_cookie(signed_in, administrator) -> None:
    saved = signed_in.post(reverse("accounts:account"), {"full_name": "Ada Sample", "telephone": "01632 960 960"})
    assert set(saved.cookies) <= {settings.SESSION_COOKIE_NAME}
    assert "Your details are saved." in signed_in.get(saved.url).content.decode()


def test_password_reset_asked_twice_sends_one_mail(client, administrator) -> None:
    for _ in range(3):
        client.post(reverse("accounts:password-reset"), {"email": "ada@example.org"})
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "too short"), ("password1234", "too common"), ("309218475610", "entirely numeric")],
)
def test_a_weak_password_is_refused_with_the_reason(client, administrator, password, words) -> None:
    client.post(reverse("accounts:password-reset"), {"email": "ada@example.org"})
    link = re.search(r"http\S+(/password/set/\S+)", Message.objects.get().text)[1]
    form = client.get(link, follow=True)
    response = client.post(form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password})
    assert words in response.content.decode()
    assert _sign_in(client, "ada@example.org", PASSWORD).status_code == 302


def test_people_lists_names_roles_and_posts_of_this_council_only(signed_in, council) -> None:
    owner = make_person(council, Role.OWNER, name="Owen Sample")
    make_post(council, "Strategic Lead, Testing", holder=owner)
    make_person(make_council("Elsewhere"), Role.OWNER, name="Somebody Elsewhere")
    text = signed_in.get(reverse("accounts:people", args=[council.slug])).content.decode()
    assert text.count("Owen Sample") == 1
    assert text.count("Strategic Lead, Testing") == 1
    assert "Somebody Elsewhere" not in text


def test_people_is_narrowed_by_words_and_role(signed_in, council) -> None:
    make_person(council, Role.OWNER, name="Owen Sample")
    make_person(council, Role.MEMBER, name="Mina Sample")
    address = reverse("accounts:people", args=[council.slug])
    assert "Mina Sample" not in signed_in.get(address, {"q": "owen"}).content.decode()
    assert "Owen Sample" not in signed_in.get(address, {"role": "member"}).content.decode()
    assert "Nobody matches" in signed_in.get(address, {"q": "zzz"}).content.decode()


def test_people_takes_the_same_queries_for_1_and_30(signed_in, council, django_assert_num_queries) -> None:
    address = reverse("accounts:people", args=[council.slug])
    make_post(council, holder=make_person(council, Role.OWNER))
    signed_in.get(address)
    with django_assert_num_queries(12):
        signed_in.get(address)
    for _ in range(30):
        make_post(council, holder=make_person(council, Role.OWNER, Role.MEMBER))
    with django_assert_num_queries(12):
        signed_in.get(address)


def test_add_person_invites_them_and_a_form_sent_twice_invites_once(signed_in, council) -> None:
    address = reverse("accounts:add-person", args=[council.slug])
    form = {"full_name": "New Person", "email": "new@example.org", "roles": ["owner", "board"]}
    first, second = signed_in.post(address, form), signed_in.post(address, form)
    assert first.url == reverse("accounts:invited", args=[council.slug, Invitation.objects.get().pk])
    assert second.status_code == 422
    assert "new@example.org has been invited already" in second.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    assert Message.objects.count() == 1


def test_person_page_saves_details_and_roles_together_or_not_at_all(signed_in, council, administrator) -> None:
    address = reverse("accounts:person", args=[council.slug, administrator.pk])
    response = signed_in.post(address, {"full_name": "Changed", "telephone": "", "roles": ["owner"]})
    assert response.status_code == 422
    assert "is the only administrator" in response.content.decode()
    administrator.refresh_from_db()
    assert administrator.full_name == "Ada Sample"


def test_removing_a_person_asks_first(signed_in, council) -> None:
    person = make_person(council, Role.OWNER, name="Owen Sample")
    make_post(council, "A post of his", holder=person)
    address = reverse("accounts:remove-person", args=[council.slug, person.pk])
    assert signed_in.get(address).content.decode().count("A post of his") == 1
    assert Membership.objects.filter(user=person).exists()
    signed_in.post(address)
    assert not Membership.objects.filter(user=person).exists()


def test_what_is_typed_into_names_is_shown_as_text(signed_in, council) -> None:
    make_person(council, Role.OWNER, name="<script>alert(1)</script>")
    text = signed_in.get(reverse("accounts:people", args=[council.slug])).content.decode()
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 1


def test_nobody_signs_in_by_an_address_that_leads_elsewhere(client, administrator) -> None:
    address = f"{reverse('accounts:sign-in')}?next=https://elsewhere.example.org/"
    response = client.post(address, {"username": "ada@example.org", "password": PASSWORD})
    assert response.url == "/"


def test_former_address_keeps_nothing_when_an_administrator_changes_it(client) -> None:
    """An invitation that went to a stranger by mistake may have been taken up there."""
    council = make_council()
    administrator = make_person(council, Role.ADMINISTRATOR, name="Ada Sample")
    person = make_person(council, Role.COORDINATOR, name="Cora Sample", email="cora.wrong@example.org")
    person.set_password("three words together")
    person.save()
    stranger = Client()
    signing_in = {"username": person.email, "password": "three words together"}
    assert stranger.post(reverse("accounts:sign-in"), signing_in).status_code == 302
    link = urlsplit(letters.password_link(person)).path
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("accounts:change-address", args=[council.slug, person.pk])
    assert client.post(address, {"email": "cora@example.org"}).status_code == 302
    assert stranger.get(reverse("accounts:account")).status_code == 200
    asked = Message.objects.get()
    assert (asked.to, asked.secret) == ("cora@example.org", True)
    asked.delete()
    address_changes.confirm(change=AddressChange.objects.get(), now=timezone.now())
    assert stranger.get(reverse("accounts:account")).status_code == 302
    for name in ("cora.wrong@example.org", "cora@example.org"):
        signed_in = Client().post(reverse("accounts:sign-in"), {**signing_in, "username": name})
        assert signed_in.status_code == 200
    assert b"new_password1" not in Client().get(link, follow=True).content
    told = {mail.to: mail for mail in Message.objects.all()}
    assert sorted(told) == ["cora.wrong@example.org", "cora@example.org"]
    farewell = told["cora.wrong@example.org"]
    assert (farewell.secret, "Ada Sample has changed" in farewell.text) == (False, True)
    assert "cora@example.org" not in farewell.text + farewell.html
    assert told["cora@example.org"].secret is True

"""Whose mail of the local mailbox a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from outbox.models import Message
from readiness import mailbox
from reminders.models import Audience, Reminder
from tests import reading
from tests.factories.mail import make_message
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

MAILBOX = "/mailbox/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def owner(council):
    return make_person(council, Role.OWNER, name="Owen Sample", email="owen@example.org")


def _arrives(folder: Path, message: Message, number: int = 1) -> str:
    name = f"20110418T0900{number:02d}000000-0123abcd"
    head = f"X-Envelope-To: {message.to}\r\nSubject: {message.subject}\r\nMessage-ID: {message.message_id}\r\n"
    mailbox.store(folder / f"{name}.eml", f"{head}\r\n{message.text}".encode())
    return name


def _reminder(
    folder: Path, inspection, person, *, number: int = 1, key: str = "document:1", audience=Audience.OWNER, **given
) -> str:
    message = make_message(to=person.email, **given)
    Reminder.objects.create(
        inspection=inspection,
        person=person,
        audience=audience,
        duty_key=key,
        point=f"day-{number}",
        message=message,
        created_at=NOW,
    )
    return _arrives(folder, message, number)


def _subjects(person) -> list[str]:
    return [row[0] for row in _rows(sign_in(person).get(MAILBOX))]


def _rows(response) -> list[list[str]]:
    return reading.rows(response, "Mail, newest first") if reading.texts(response, "//table") else []


def _status(person, name: str) -> int:
    return sign_in(person).get(reverse("mailbox-message", args=[name])).status_code


def test_empty_mailbox_says_what_belongs_there(owner) -> None:
    response = sign_in(owner).get(MAILBOX)
    assert reading.heading(response) == "Local mailbox"
    assert reading.texts(response, by_class("house-empty") + "/h2") == ["No mail yet"]


def test_everybody_reads_their_own_newest_first(folder, owner) -> None:
    for number in (1, 2):
        _arrives(folder, make_message(to=owner.email, subject=f"Mail {number}", text="Hello\nthere"), number)
    response = sign_in(owner).get(MAILBOX)
    assert [row[:2] for row in _rows(response)] == [["Mail 2", "owen@example.org"], ["Mail 1", "owen@example.org"]]
    message = sign_in(owner).get(reverse("mailbox-message", args=["20110418T090002000000-0123abcd"]))
    assert reading.heading(message) == "Mail 2"
    assert "Hello there" in reading.texts(message, by_class("govuk-body"))


def test_one_reads_ones_own_password_link(folder, owner) -> None:
    _arrives(folder, make_message(to=owner.email, subject="A new password", secret=True))
    assert _subjects(owner) == ["A new password"]


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_who_reads_the_reminders_of_a_council(folder, council, owner, role) -> None:
    name = _reminder(folder, make_inspection(council), owner, subject="Reminder")
    reader = make_person(council, role)
    reads = role in {Role.COORDINATOR, Role.DCS_OFFICE}
    assert (_subjects(reader), _status(reader, name)) == ((["Reminder"], 200) if reads else ([], 404))


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_nobody_reads_a_colleagues_password_link_or_invitation(folder, council, owner, role) -> None:
    name = _arrives(folder, make_message(to=owner.email, subject="A new password", secret=True))
    reader = make_person(council, role)
    assert (_subjects(reader), _status(reader, name)) == ([], 404)


@pytest.mark.parametrize(
    ("key", "audience", "may_read"),
    [
        ("audit:audit-initial:3", Audience.OWNER, False),
        ("moderation:hand-over-initial:3", Audience.WEEKLY, False),
        ("contribution:audit-initial:3:8", Audience.OWNER, False),
        ("audit:audit-initial:3", Audience.OVERSIGHT, True),
    ],
)
def test_who_has_a_part_in_which_audit_is_not_read_in_a_colleagues_mail(
    folder, council, owner, key, audience, may_read
) -> None:
    name = _reminder(folder, make_inspection(council), owner, subject="Audits", key=key, audience=audience)
    coordinator = make_person(council, Role.COORDINATOR)
    assert (_subjects(coordinator) == ["Audits"], _status(coordinator, name) == 200) == (may_read, may_read)
    assert _status(owner, name) == 200


def test_a_secret_mail_in_the_ledger_stays_secret(folder, council, owner) -> None:
    name = _reminder(folder, make_inspection(council), owner, subject="Secret", secret=True)
    assert _status(make_person(council, Role.COORDINATOR), name) == 404


def test_what_another_council_wrote_to_a_shared_person_is_not_read(folder, council, owner) -> None:
    other = make_council("Elsewhereshire")
    Membership.objects.create(council=other, user=owner, role=Role.OWNER)
    name = _reminder(folder, make_inspection(other), owner, subject="Elsewhere")
    coordinator = make_person(council, Role.COORDINATOR)
    assert (_subjects(coordinator), _status(coordinator, name)) == ([], 404)
    assert _subjects(make_person(other, Role.COORDINATOR)) == ["Elsewhere"]


def test_a_mail_that_the_software_did_not_queue_is_its_recipients_alone(folder, council, owner) -> None:
    head = b"X-Envelope-To: owen@example.org\r\nSubject: From elsewhere\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
    mailbox.store(folder / "20110418T090000000000-0123abcd.eml", head)
    assert (_subjects(owner), _subjects(make_person(council, Role.COORDINATOR))) == (["From elsewhere"], [])


@pytest.mark.parametrize("name", ["no-such-mail", "20110418T090001000000-00000000"])
def test_a_mail_that_is_not_there_is_not_found(folder, owner, name) -> None:
    _arrives(folder, make_message(to=owner.email))
    assert _status(owner, name) == 404


def test_what_a_mail_says_is_shown_as_text(folder, owner) -> None:
    name = _arrives(folder, make_message(to=owner.email, subject="<b>Bold</b>", text="<script>alert(1)</script>"))
    said = sign_in(owner).get(reverse("mailbox-message", args=[name])).content.decode()
    assert ("<script>alert" in said, "<b>Bold" in said) == (False, False)
    assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 1


def test_with_a_real_mail_server_there_is_no_mailbox(folder, owner, settings) -> None:
    name = _arrives(folder, make_message(to=owner.email))
    settings.MAILBOX_DIR = None
    client = sign_in(owner)
    assert (client.get(MAILBOX).status_code, _status(owner, name)) == (404, 404)
    account = client.get(reverse("accounts:account"))
    assert "Local mailbox" not in reading.texts(account, "//footer//a")


def test_the_mailbox_is_in_the_footer_of_every_page(owner) -> None:
    account = sign_in(owner).get(reverse("accounts:account"))
    assert reading.texts(account, "//footer//a") == ["Local mailbox"]

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbox import actions
from outbox.building import email_of
from outbox.models import Message, MessageState
from tests.factories.mail import make_message
from tests.factories.people import NOW

pytestmark = pytest.mark.database

LATER = NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_queue_keeps_the_message_until_a_worker_takes_it():
    message = make_message(to="ann@example.org", to_name="Ann Lee")
    kept = Message.objects.get()
    assert kept == message
    assert (kept.state, kept.tries, kept.free_at, kept.sent_at) == (MessageState.QUEUED, 0, NOW, None)
    assert kept.message_id.startswith("<")
    assert kept.message_id.endswith("@example.org>")


@pytest.mark.django_db
def test_queue_all_keeps_each_of_them():
    made = [
        actions.compose(to=f"a{n}@example.org", to_name="", subject="S", text="T", html="", now=NOW) for n in range(3)
    ]
    actions.queue_all(made)
    assert sorted(Message.objects.values_list("to", flat=True)) == [
        "a0@example.org",
        "a1@example.org",
        "a2@example.org",
    ]
    assert len({message.message_id for message in made}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "nobody"},
        {"to": "ann@example.org\nBcc: eve@example.org"},
        {"to": "ann@example.org, eve@example.org"},
        {"headers": {"Reply-To": "ann@example.org\r\nBcc: eve@example.org"}},
        {"headers": {"Bcc": "eve@example.org"}},
        {"headers": {"To": "eve@example.org"}},
        {"headers": {"X-A\r\nBcc": "eve@example.org"}},
        {"message_id": "<a@b>\r\nBcc: eve@example.org"},
        {"message_id": "no brackets"},
    ],
)
def test_compose_refuses_what_could_add_a_header_or_a_reader(wrong):
    given = {"to": "ann@example.org", "to_name": "Ann", "subject": "S", "text": "T", "html": "", "now": NOW, **wrong}
    with pytest.raises(ValueError):
        actions.compose(**given)


def built(message: Message) -> EmailMessage:
    """The email as a mail programme reads it."""
    parsed = email.message_from_bytes(email_of(message).message().as_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


HEADERS = [
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]


@settings(max_examples=300)
@given(subject=st.text(max_size=400), name=st.text(max_size=200))
def test_headers_hold_whatever_subject_and_name_hold_and_nothing_else(subject, name):
    message = actions.compose(to="ann@example.org", to_name=name, subject=subject, text="T", html="<p>", now=NOW)
    read = built(message)
    assert read.keys() == HEADERS
    assert read["Subject"] == message.subject.encode("utf-8", "replace").decode()
    assert read["To"].addresses[0].addr_spec == "ann@example.org"
    assert len(read["To"].addresses) == 1
    assert all(len(line) < 998 for line in email_of(message).message().as_bytes().splitlines())


@given(text=st.text(max_size=2000), html=st.text(max_size=2000))
def test_bodies_arrive_as_they_were_written(text, html):
    read = built(actions.compose(to="a@example.org", to_name="", subject="S", text=text, html=f"<p>{html}", now=NOW))
    bodies = [part.get_content().replace("\r\n", "\n") for part in read.iter_parts()]
    for body, wrote in zip(bodies, (text, f"<p>{html}"), strict=True):
        wrote = wrote.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
        assert body.rstrip("\n") == wrote.rstrip("\n")


def test_email_has_both_bodies_and_says_that_a_machine_wrote_it():
    message = actions.compose(
        to="ann@example.org",
        to_name="Lee, Ann",
        subject="Two — bodies",
        text="Plain",
        html="<p>Marked up</p>",
        now=NOW,
        headers={"Reply-To": "office@example.org"},
    )
    read = built(message)
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Reply-To"] == "office@example.org"
    assert read["To"] == '"Lee, Ann" <ann@example.org>'
    assert read["From"] == "readiness@example.org"
    assert read["Date"] == "Fri, 01 Apr 2011 09:00:00 +0100"
    assert read["Message-ID"] == message.message_id


def test_email_of_one_row_is_the_same_to_the_last_byte():
    message = actions.compose(to="a@example.org", to_name="", subject="S", text="T", html="<p>T</p>", now=NOW)
    assert email_of(message).message().as_bytes() == email_of(message).message().as_bytes()


def test_email_without_marked_up_text_is_plain():
    message = actions.compose(to="a@example.org", to_name="", subject="S", text="Né\n.\nend", html="", now=NOW)
    read = built(message)
    assert read.get_content_type() == "text/plain"
    assert read.get_content() == "Né\r\n.\r\nend\r\n"


@pytest.mark.parametrize(
    ("name", "address", "header"),
    [
        ("", "ann@example.org", "ann@example.org"),
        ("Ann Lee", "ann@example.org", "Ann Lee <ann@example.org>"),
        ('Ann "A" Lee', "ann@example.org", '"Ann \\"A\\" Lee" <ann@example.org>'),
        ("Ann <eve@example.org>", "ann@example.org", '"Ann <eve@example.org>" <ann@example.org>'),
        ("Ann", "ann@bücher.example", "Ann <ann@xn--bcher-kva.example>"),
    ],
)
def test_recipient_is_one_address_however_the_name_is_written(name, address, header):
    message = actions.compose(to=address, to_name=name, subject="S", text="T", html="", now=NOW)
    assert f"\r\nTo: {header}\r\n".encode() in email_of(message).message().as_bytes()


@pytest.mark.django_db
def test_send_again_puts_a_failed_message_back_once():
    message = make_message(to="old@example.org")
    Message.objects.update(state=MessageState.FAILED, tries=1, last_error="550 No such user")
    assert actions.send_again(message=message, now=LATER, to="new@example.org", to_name="Ann")
    message.refresh_from_db()
    assert (message.state, message.to, message.to_name) == (MessageState.QUEUED, "new@example.org", "Ann")
    assert message.free_at == LATER
    assert not actions.send_again(message=message, now=LATER)


@pytest.mark.django_db
def test_send_again_does_not_send_a_text_that_was_erased():
    message = make_message(secret=True)
    Message.objects.update(state=MessageState.FAILED, text="", html="")
    assert not actions.send_again(message=message, now=LATER)
    assert Message.objects.get().state == MessageState.FAILED

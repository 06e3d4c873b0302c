from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox import actions
from outbox.building import email_of
from outbox.models import Message, State
from tests.factories.mail import make_message
from tests.factories.people import NOW

LATER = NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_queue_keeps_the_message_until_a_worker_takes_it():
    message = make_message(to="ann@example.org", to_name="Ann Lee")
    kept = Message.objects.get()
    assert kept == message
    assert (kept.state, kept.tries, kept.next_try_at, kept.sent_at) == (State.QUEUED, 0, NOW, None)
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


@given(subject=st.text(max_size=400), name=st.text(max_size=200))
def test_headers_hold_whatever_subject_and_name_hold_and_nothing_else(subject, name):
    message = actions.compose(to="ann@example.org", to_name=name, subject=subject, text="T", html="", now=NOW)
    built = email_of(message).message()
    assert sorted(built.keys()) == sorted(
        [
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
            "Subject",
            "From",
            "To",
            "Message-ID",
            "Date",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
        ]
    )
    assert "\n" not in message.subject
    assert "\r" not in message.to_name
    assert built["To"].endswith("ann@example.org") or built["To"].endswith("<ann@example.org>")


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
    email = email_of(message).message()
    assert [part.get_content_type() for part in email.get_payload()] == ["text/plain", "text/html"]
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["Reply-To"] == "office@example.org"
    assert email["To"] == '"Lee, Ann" <ann@example.org>'
    assert email["Date"] == "Fri, 01 Apr 2011 09:00:00 +0100"
    assert email["Message-ID"] == message.message_id
    assert email_of(message).message()["Message-ID"] == message.message_id


@pytest.mark.django_db
def test_send_again_puts_a_failed_message_back_once():
    message = make_message(to="old@example.org")
    Message.objects.update(state=State.FAILED, tries=1, last_error="550 No such user")
    assert actions.send_again(message=message, now=LATER, to="new@example.org", to_name="Ann")
    message.refresh_from_db()
    assert (message.state, message.to, message.to_name) == (State.QUEUED, "new@example.org", "Ann")
    assert message.next_try_at == LATER
    assert not actions.send_again(message=message, now=LATER)


@pytest.mark.django_db
def test_send_again_does_not_send_a_text_that_was_erased():
    message = make_message(secret=True)
    Message.objects.update(state=State.FAILED, text="", html="")
    assert not actions.send_again(message=message, now=LATER)
    assert Message.objects.get().state == State.FAILED

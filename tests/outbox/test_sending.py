import smtplib
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from outbox import line, sending
from outbox.actions import send_again
from outbox.models import Message, MessageState
from outbox.sending import Batch, Clock, send_waiting
from tests.factories.mail import CUT, HANG, MailServer, make_message
from tests.factories.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HALF_A_MINUTE = timedelta(seconds=31)


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_sending_sends_what_is_due_over_one_connection(server):
    messages = [make_message() for _ in range(7)]
    later = make_message(now=NOW + timedelta(hours=1))
    outcome = send_waiting(now=NOW, batch=3)
    assert outcome.as_dict() == {"sent": 7, "failed": 0, "delayed": 0}
    assert sorted(server.ids) == sorted(message.message_id for message in messages)
    assert server.connections == 1
    assert states() == {MessageState.SENT: 7, MessageState.QUEUED: 1}
    later.refresh_from_db()
    assert later.state == MessageState.QUEUED


def test_sending_twice_sends_once(server):
    make_message()
    send_waiting(now=NOW)
    assert send_waiting(now=NOW).sent == 0
    assert len(server.accepted) == 1


def test_sent_mail_says_when_and_how_often(server):
    message = make_message()
    send_waiting(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.tries, message.last_error, message.claim) == (MessageState.SENT, 1, "", "")
    assert NOW <= message.sent_at < NOW + timedelta(seconds=10)


def test_received_mail_is_what_was_queued(server):
    make_message(
        to="ann@example.org", to_name="Zoë Lee", subject="Nächste Woche — 5 things", text="Né\n", html="<p>Né</p>"
    )
    send_waiting(now=NOW)
    parsed = server.accepted[0].parsed
    assert parsed["Subject"] == "Nächste Woche — 5 things"
    assert parsed["To"] == "Zoë Lee <ann@example.org>"
    assert parsed["From"] == "readiness@example.org"
    assert [part.get_content().strip() for part in parsed.iter_parts()] == ["Né", "<p>Né</p>"]


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user here", "553 5.1.3 Not an address"])
def test_refused_address_fails_with_the_servers_words_and_the_rest_goes(server, answer):
    server.at_recipient = lambda address: answer if address == "gone@example.org" else None
    gone = make_message(to="gone@example.org")
    make_message(to="here@example.org")
    assert send_waiting(now=NOW).as_dict() == {"sent": 1, "failed": 1, "delayed": 0}
    gone.refresh_from_db()
    assert (gone.state, gone.tries, gone.last_error) == (MessageState.FAILED, 1, answer)
    assert server.recipients == ["here@example.org"]
    assert send_waiting(now=NOW + timedelta(days=1)).as_dict() == {"sent": 0, "failed": 0, "delayed": 0}


def test_refused_content_fails_with_the_servers_words(server):
    server.at_content = lambda mail: "554 5.7.1 Looks like spam"
    message = make_message()
    assert send_waiting(now=NOW).failed == 1
    message.refresh_from_db()
    assert message.last_error == "554 5.7.1 Looks like spam"


def test_temporary_refusal_is_tried_again_less_and_less_often(server):
    server.at_recipient = lambda address: "451 4.7.1 Greylisted, try again later"
    message = make_message()
    now, delays = NOW, []
    for _ in range(9):
        send_waiting(now=now)
        message.refresh_from_db()
        assert message.state == MessageState.QUEUED
        delays.append(round((message.free_at - now).total_seconds() / 60))
        now = message.free_at + timedelta(seconds=1)
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert message.last_error == "451 4.7.1 Greylisted, try again later"
    server.at_recipient = lambda address: None
    assert send_waiting(now=now).sent == 1
    message.refresh_from_db()
    assert (message.tries, message.last_error) == (10, "")


def test_server_that_is_down_delays_and_loses_nothing(settings, server):
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, 8149
    for _ in range(5):
        make_message()
    now = NOW
    for _ in range(20):
        outcome = send_waiting(now=now, batch=2)
        assert outcome.sent == 0
        assert outcome.trouble == "The mail server could not be reached: Connection refused"
        now += HALF_A_MINUTE
    assert states() == {MessageState.QUEUED: 5}
    assert set(Message.objects.values_list("tries", flat=True)) == {0}
    assert set(Message.objects.values_list("last_error", flat=True)) == {outcome.trouble}
    settings.EMAIL_PORT = up
    assert send_waiting(now=now).sent == 5
    assert len(set(server.ids)) == len(server.ids) == 5


def test_server_that_refuses_us_altogether_fails_no_message(server):
    server.at_mail = lambda sender: "530 5.7.0 Authentication required"
    make_message()
    outcome = send_waiting(now=NOW)
    assert outcome.trouble == "The mail server refuses mail from this address: 530 5.7.0 Authentication required"
    assert states() == {MessageState.QUEUED: 1}
    server.at_mail = lambda sender: None
    assert send_waiting(now=NOW + HALF_A_MINUTE).sent == 1


def test_server_that_refuses_every_address_fails_each_and_loses_none(server):
    server.at_recipient = lambda address: "550 5.1.1 No such user here"
    messages = [make_message() for _ in range(5)]
    assert send_waiting(now=NOW).as_dict() == {"sent": 0, "failed": 5, "delayed": 0}
    assert states() == {MessageState.FAILED: 5}
    server.at_recipient = lambda address: None
    assert [send_again(message=message, now=NOW) for message in messages] == [True] * 5
    assert send_waiting(now=NOW + HALF_A_MINUTE).as_dict() == {"sent": 5, "failed": 0, "delayed": 0}
    assert sorted(server.recipients) == sorted(message.to for message in messages)


def test_server_that_never_greets_delays_the_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.2
    with MailServer(greeting_hangs=True) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent.port
        make_message()
        outcome = send_waiting(now=NOW)
    assert outcome.trouble == "The mail server could not be reached: Connection unexpectedly closed: timed out"
    assert states() == {MessageState.QUEUED: 1}


def test_server_that_hangs_in_the_middle_delays_that_mail_and_the_rest_goes(server, settings):
    settings.EMAIL_TIMEOUT = 2  # which the mails that are answered have too
    slow = make_message(to="slow@example.org")
    for _ in range(3):
        make_message()
    server.at_content = lambda mail: HANG if mail.recipient == "slow@example.org" else None
    assert send_waiting(now=NOW).as_dict() == {"sent": 3, "failed": 0, "delayed": 1}
    slow.refresh_from_db()
    assert (slow.state, slow.tries) == (MessageState.QUEUED, 1)
    assert slow.last_error.startswith("The connection to the mail server broke: ")


def test_server_that_hangs_on_every_mail_is_left_after_three(server, settings):
    settings.EMAIL_TIMEOUT = 1  # which the greetings have too
    server.at_content = lambda mail: HANG
    for _ in range(10):
        make_message()
    outcome = send_waiting(now=NOW)
    assert outcome.as_dict() == {"sent": 0, "failed": 0, "delayed": 10}
    assert server.connections == 3
    assert states() == {MessageState.QUEUED: 10}


def test_connection_cut_after_the_content_goes_again_with_the_same_id(server):
    first = make_message()
    cuts = iter([CUT])
    server.at_content = lambda mail: next(cuts, None)
    assert send_waiting(now=NOW).as_dict() == {"sent": 0, "failed": 0, "delayed": 1}
    assert send_waiting(now=NOW + timedelta(seconds=61)).sent == 1
    assert server.ids == [first.message_id, first.message_id]


def test_server_that_ends_long_conversations_is_opened_again_at_once(server):
    taken = Counter[int]()

    def at_mail(sender: str) -> str | None:
        taken[server.connections] += 1
        return "421 4.7.0 Enough for one connection" if taken[server.connections] > 3 else None

    server.at_mail = at_mail
    for _ in range(8):
        make_message()
    assert send_waiting(now=NOW).as_dict() == {"sent": 8, "failed": 0, "delayed": 0}
    assert server.connections == 3
    assert len(set(server.ids)) == len(server.ids) == 8


def test_secret_text_is_erased_once_it_is_sent_or_refused(server):
    server.at_recipient = lambda address: "550 No" if address == "gone@example.org" else None
    make_message(secret=True, to="here@example.org", text="a secret link")
    make_message(secret=True, to="gone@example.org")
    make_message(to="open@example.org", text="kept", html="kept")
    send_waiting(now=NOW)
    assert server.accepted[0].parsed.get_body(("plain",)).get_content() == "a secret link"
    bodies = {message.to: (message.text, message.html) for message in Message.objects.all()}
    assert bodies == {
        "here@example.org": ("", ""),
        "gone@example.org": ("", ""),
        "open@example.org": ("kept", "kept"),
    }


def test_claim_keeps_a_message_from_a_second_worker():
    make_message()
    first = Batch.claim(Clock(NOW), 100)
    assert len(first.waiting) == 1
    assert Batch.claim(Clock(NOW), 100).waiting == []
    assert Message.objects.get().state == MessageState.SENDING


def test_claim_of_a_worker_that_died_runs_out(server, settings):
    settings.OUTBOX_LEASE = 60
    make_message()
    Batch.claim(Clock(NOW), 100)
    assert send_waiting(now=NOW + timedelta(seconds=59)).sent == 0
    assert send_waiting(now=NOW + timedelta(seconds=61)).sent == 1
    assert len(server.accepted) == 1


def test_lease_is_renewed_while_a_slow_worker_is_alive(settings):
    settings.OUTBOX_LEASE = 60
    make_message()
    clock = Clock(NOW)
    batch = Batch.claim(clock, 100)
    clock._start += timedelta(seconds=50)
    batch.renewed -= 50
    batch.renew()
    assert Batch.claim(Clock(NOW + timedelta(seconds=65)), 100).waiting == []
    assert len(batch.waiting) == 1


def test_slow_worker_leaves_alone_what_another_one_has_taken(settings):
    settings.OUTBOX_LEASE = 60
    make_message()
    batch = Batch.claim(Clock(NOW), 100)
    assert len(Batch.claim(Clock(NOW + timedelta(seconds=61)), 100).waiting) == 1
    batch.renewed -= 61
    batch.renew()
    assert batch.waiting == []


def test_worker_that_is_interrupted_gives_back_what_it_has_not_begun(server, monkeypatch):
    messages = [make_message() for _ in range(4)]
    send = line.MailConnection.send

    def interrupted(self, message):
        if message == messages[2]:
            raise KeyboardInterrupt
        return send(self, message)

    monkeypatch.setattr(line.MailConnection, "send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        send_waiting(now=NOW)
    assert states() == {MessageState.SENT: 2, MessageState.QUEUED: 2}
    monkeypatch.undo()
    assert send_waiting(now=NOW + timedelta(seconds=1)).sent == 2
    assert Counter(server.ids) == {message.message_id: 1 for message in messages}


def test_mail_that_cannot_be_sent_for_no_known_reason_does_not_hold_up_the_others(server, monkeypatch):
    first, second = make_message(), make_message()
    hand_over = line.MailConnection._hand_over

    def broken(self, email):
        if email.subject == first.subject:
            raise RuntimeError("never seen before")
        hand_over(self, email)

    monkeypatch.setattr(line.MailConnection, "_hand_over", broken)
    assert send_waiting(now=NOW).as_dict() == {"sent": 1, "failed": 0, "delayed": 1}
    first.refresh_from_db()
    assert (first.state, first.last_error) == (MessageState.QUEUED, "It could not be sent (RuntimeError).")
    assert server.ids == [second.message_id]


def test_mail_that_cannot_be_put_together_fails_and_says_so(server):
    message = make_message()
    Message.objects.update(headers={"X-Broken": "one\ntwo"})
    assert send_waiting(now=NOW).failed == 1
    message.refresh_from_db()
    assert message.last_error == "The email could not be put together: line break in the header X-Broken"
    assert server.accepted == []


def test_yes_of_the_server_is_written_down_when_the_database_comes_back(monkeypatch):
    monkeypatch.setattr(sending, "PAUSES_FOR_DATABASE", (0, 0, 0))
    monkeypatch.setattr(sending, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
    answers = iter([OperationalError("gone"), OperationalError("gone"), 1])

    def update() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert sending.insist(update) == 1


def test_sending_with_nothing_due_is_one_query_and_opens_no_connection(server, django_assert_num_queries):
    with django_assert_num_queries(1):
        send_waiting(now=NOW)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"No such user")}), line.Verdict.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (452, b"Mailbox full")}), line.Verdict.LATER),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (421, b"Closing")}), line.Verdict.CUT),
        (smtplib.SMTPSenderRefused(552, b"Too large", "b@example.org"), line.Verdict.REFUSED),
        (smtplib.SMTPSenderRefused(550, b"Who are you?", "b@example.org"), line.Verdict.DOWN),
        (smtplib.SMTPSenderRefused(452, b"Busy", "b@example.org"), line.Verdict.LATER),
        (smtplib.SMTPDataError(554, b"No"), line.Verdict.REFUSED),
        (smtplib.SMTPDataError(451, b"Later"), line.Verdict.LATER),
        (smtplib.SMTPServerDisconnected("gone"), line.Verdict.CUT),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), line.Verdict.REFUSED),
        (ConnectionResetError(104, "Connection reset by peer"), line.Verdict.CUT),
        (TimeoutError("timed out"), line.Verdict.CUT),
    ],
)
def test_error_means_what_it_means_for_the_message(error, verdict):
    assert line.judged(error).verdict is verdict


def test_servers_words_are_one_plain_line():
    assert line.on_one_line(b"5.1.1 No\r\nsuch\x00 user \xff") == "5.1.1 No such user �"

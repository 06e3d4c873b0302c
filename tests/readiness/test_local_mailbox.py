"""The local mailbox: a real SMTP server whose messages are files."""

import smtplib
import stat
from email.message import EmailMessage as Plain
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from readiness import mailbox
from readiness.mailbox import LocalServer
from tests.services import free_port


@pytest.fixture
def box(settings, tmp_path: Path) -> Path:
    """A mailbox of the test's own, as the embedded mode has it."""
    settings.EMAIL_BACKEND = "readiness.mailbox.EmailBackend"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def message(subject: str = "Minutes are due") -> EmailMultiAlternatives:
    made = EmailMultiAlternatives(subject, "Plain words", "readiness@example.org", ["owner@example.org"])
    made.attach_alternative("<p>Plain words</p>", "text/html")
    return made


def test_mail_without_a_running_server_is_sent_and_kept(box):
    assert message().send() == 1
    (stored,) = mailbox.messages(box)
    assert stored.recipients == ("owner@example.org",)
    assert (stored.message["Subject"], stored.message["From"]) == ("Minutes are due", "readiness@example.org")
    assert stored.message.get_body(("plain",)).get_content().strip() == "Plain words"
    assert stored.message.get_body(("html",)).get_content().strip() == "<p>Plain words</p>"


def test_mail_goes_to_the_announced_server(box):
    with LocalServer(box) as server:
        server.announce()
        assert mailbox.listening(box) == server.port
        with mail.get_connection() as opened:
            assert opened.port == server.port
            assert opened.send_messages([message("One"), message("Two")]) == 2
        server.withdraw()
    assert [stored.message["Subject"] for stored in mailbox.messages(box)] == ["Two", "One"]
    assert mailbox.announced(box) is None


def test_announcement_of_a_server_that_died_is_not_believed(box):
    with LocalServer(box) as server:
        server.announce()
    assert mailbox.announced(box) == (server.port, server.mark)
    assert mailbox.listening(box) is None
    assert message().send() == 1
    assert len(mailbox.messages(box)) == 1


def test_announcement_is_not_believed_when_another_server_has_the_port(box, tmp_path):
    with LocalServer(tmp_path / "another") as other:
        mailbox.store(box / mailbox.ADDRESS_FILE, f"{other.port} {'0' * 16}".encode())
        assert mailbox.listening(box) is None
        message().send()
    assert (len(mailbox.messages(box)), len(mailbox.messages(tmp_path / "another"))) == (1, 0)


@pytest.mark.parametrize("content", ["", "nonsense", "12 34 56", "unused port"])
def test_announcement_that_says_nothing_is_not_believed(box, content):
    box.mkdir()
    (box / mailbox.ADDRESS_FILE).write_text(content.replace("unused port", f"{free_port()} 00"))
    assert mailbox.listening(box) is None


def test_message_is_the_owners_alone_to_read(box):
    message().send()
    (path,) = box.glob("*.eml")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(box.stat().st_mode) == 0o700


def test_letters_of_other_alphabets_and_long_lines_survive(box):
    made = message("Zażółć – ‘gęślą’")
    made.body = "ß" * 5000
    made.alternatives.clear()
    made.send()
    (stored,) = mailbox.messages(box)
    assert stored.message["Subject"] == "Zażółć – ‘gęślą’"
    assert stored.message.get_content().strip() == "ß" * 5000


def test_several_recipients_are_one_message_with_all_of_them(box):
    made = message()
    made.to, made.cc, made.bcc = ["a@example.org"], ["b@example.org"], ["c@example.org"]
    made.send()
    (stored,) = mailbox.messages(box)
    assert stored.recipients == ("a@example.org", "b@example.org", "c@example.org")
    assert stored.message["Bcc"] is None


def test_disk_that_refuses_is_a_temporary_refusal_and_keeps_nothing(box, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    plain = Plain()
    plain["From"], plain["To"] = "readiness@example.org", "owner@example.org"
    with LocalServer(box) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        monkeypatch.setattr(mailbox, "store", full)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.send_message(plain)
    assert refused.value.smtp_code == 452
    assert mailbox.messages(box) == []


def test_store_that_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(OSError, match="Input/output error"):
        mailbox.store(tmp_path / "box" / "name.eml", b"content")
    assert list((tmp_path / "box").iterdir()) == []


@pytest.mark.parametrize("name", ["../secret-key", "..", "", "nothing-there", "a/b", "a" * 300])
def test_message_is_found_by_its_name_and_never_by_a_path(box, name):
    message().send()
    (stored,) = mailbox.messages(box)
    assert mailbox.message(box, stored.name).message["Subject"] == "Minutes are due"
    assert mailbox.message(box, name) is None


def test_mailbox_that_was_never_used_is_empty(box):
    assert mailbox.messages(box) == []

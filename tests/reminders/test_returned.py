"""Mail that comes back: read from a mailbox, shown on the ledger, sent again once the address is right."""

import io
import json
import mailbox
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from accounts import address_changes
from accounts.models import AddressChange, Event, Role
from inspections.models import Inspection
from outbox import bounces
from outbox.building import email_of
from outbox.models import Message, MessageState
from outbox.reasons import reason_of
from reminders.returned import Returned, take
from reminders.tasks import receive_bounces
from tests.factories.mail import report_of
from tests.factories.people import make_person
from tests.outbox.imap import imap_box
from tests.reminders.conftest import CALL, Scene

TOKEN = "0123456789abcdef0123456789abcdef"
OURS = SimpleNamespace(message_id=f"<{TOKEN}@example.org>")


@pytest.fixture
def sent(scene) -> Message:
    scene.tick(CALL)
    Message.objects.update(state=MessageState.SENT, sent_at=CALL, tries=1)
    return scene.mails(scene.olive)[0]


def states(scene: Scene) -> list[str]:
    return sorted(Message.objects.values_list("state", flat=True))


# --- what a report says -----------------------------------------------------------------------------------------------

QMAIL = f"""Return-Path: <>
From: postmaster@example.org
To: bounces+{TOKEN}@example.org
Subject: failure notice
Content-Type: text/plain

I wasn't able to deliver your message to the following addresses.
550 5.2.1 The mailbox is disabled
"""
OUT_OF_OFFICE = (
    f"From: olive@example.org\nTo: bounces+{TOKEN}@example.org\n\nI am away until 5.5.2011, call 555 1234.\n"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (report_of(OURS), "no such address"),
        (report_of(OURS, to="office@example.org"), "no such address"),  # by the email that it holds
        (report_of(OURS, original=False), "no such address"),  # by where it came to
        (report_of(OURS, status="5.2.2", diagnostic="smtp; 552 quota"), "the mailbox is full"),
        (report_of(OURS, status="4.4.7", diagnostic="X-Local; expired"), "it could not be delivered in time"),
        (report_of(OURS, status="5.7.606", diagnostic=""), "the mail server of the address refuses our email"),
        (report_of(OURS, status="nonsense", diagnostic="smtp; 550 who?"), "no such address"),
        (QMAIL.encode(), "the mailbox is closed"),
        (report_of(OURS, action="delayed", status="4.4.1"), None),
        (report_of(OURS, action="delivered", status="2.0.0"), None),
        (report_of(OURS, to="office@example.org", original=False), None),
        (OUT_OF_OFFICE.encode(), None),
        (b"", None),
        (b"\xff\x00\n\n\xfe" * 50, None),
        (
            report_of(OURS).replace(b"message/delivery-status", b"message/delivery-status; x=\x00\xe9"),
            "no such address",
        ),
    ],
)
def test_report_is_understood_or_let_be(content, reason):
    report = bounces.read(content)
    assert (reason_of(report.words) if report else None) == reason
    assert report is None or report.tokens == (TOKEN,)


def test_parts_within_parts_are_not_taken_apart_for_minutes(monkeypatch):
    """Half a megabyte of lines inside hundreds of open boundaries took Python's parser half a minute a message."""
    begin = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    monkeypatch.setattr(bounces.email, "message_from_bytes", lambda content: pytest.fail("it was taken apart"))
    assert bounces.read(begin + b"\n" + b"x\n" * 200_000) is None


HOSTILE = {
    "nested": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300)),
    "no text": b'Content-Type: multipart/mixed; boundary="\xff\xfe"\n\n--\xff\xfe\n\nx\n--\xff\xfe--\n',
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 400 + b"x",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_message_of_a_stranger_keeps_those_behind_it_from_being_read(scene, sent, settings, tmp_path, content):
    mailbox.Maildir(tmp_path / "came back", create=True)
    (tmp_path / "came back" / "new" / "1.stranger").write_bytes(content)
    (tmp_path / "came back" / "new" / "2.report").write_bytes(report_of(sent))
    settings.BOUNCES_URL = f"maildir://{tmp_path}/came%20back"
    receive_bounces()
    sent.refresh_from_db()
    assert sent.state == MessageState.BOUNCED
    assert sorted(path.name for path in (tmp_path / "came back" / "cur").iterdir()) == [
        "1.stranger:2,S",
        "2.report:2,S",
    ]


@how(max_examples=150)
@given(st.data())
def test_damaged_report_never_does_harm(data):
    content = bytearray(report_of(OURS))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    report = bounces.read(bytes(content))
    if report is not None:
        assert len(report.words) <= 1000
        assert report.words.isprintable()
        assert all(len(token) == 32 for token in report.tokens)


def test_each_email_has_a_return_path_of_its_own(db, scene, settings):
    scene.tick(CALL)
    message = scene.mails(scene.olive)[0]
    assert email_of(message).envelope[0] == "readiness@example.org"
    settings.BOUNCES_ADDRESS = "bounces@mail.example.org"
    token = message.message_id[1:33]
    assert email_of(message).envelope == (f"bounces+{token}@mail.example.org", scene.olive.email)


# --- from the mailbox to the ledger -----------------------------------------------------------------------------------


def test_report_in_an_imap_mailbox_shows_on_the_ledger_and_the_dashboard(client, scene, sent, settings):
    version = Inspection.objects.get().version
    with imap_box(OUT_OF_OFFICE.encode(), report_of(sent)) as box:
        settings.BOUNCES_URL = box.url.replace("s3cret word", "s3cret%20word")
        assert receive_bounces() == {"read": 2, "bounced": 1, "ignored": 1}
        assert box.seen == {11, 12}
        assert receive_bounces() == {"read": 0, "bounced": 0, "ignored": 0}
    sent.refresh_from_db()
    assert (sent.state, sent.last_error) == (MessageState.BOUNCED, "5.1.1 550 5.1.1 <nobody@example.org>: User unknown")
    assert Inspection.objects.get().version == version + 1
    assert Event.objects.get(verb="reminder came back").detail == {"to": "Olive Owner", "reason": "no such address"}
    client.force_login(scene.office)
    page = client.get(reverse("reminders:ledger", args=[scene.inspection.slug]))
    text = " ".join(page.content.decode().split())
    assert page.context["rows"][0].message.pk == sent.pk
    assert ": no such address </div>" in text
    assert "Came back on " in text
    board = client.get(reverse("dashboard", args=[scene.inspection.slug])).content.decode()
    assert "1 person cannot be reached by email" in " ".join(board.split())
    assert "Olive Owner" in board


def test_report_is_dealt_with_once(scene, sent):

    result = Returned()
    for _ in range(3):
        take(report_of(sent), result, now=CALL)
    assert result.as_dict() == {"read": 3, "bounced": 1, "ignored": 2}
    assert Event.objects.filter(verb="reminder came back").count() == 1


def test_email_is_sent_again_to_the_corrected_address_and_an_old_report_is_not_its_own(client, scene, sent):

    report, before = report_of(sent), sent.message_id
    take(report, Returned(), now=CALL)
    administrator = make_person(scene.council, Role.ADMINISTRATOR)
    client.force_login(administrator)
    address = reverse("accounts:change-address", args=[scene.council.slug, scene.olive.pk])
    for taken in (scene.oscar.email, "nonsense"):
        assert client.post(address, {"email": taken}).status_code == 422
    said = client.post(address, {"email": "Olive.Right@example.org"}, follow=True).content.decode()
    assert "A link to confirm the new address is on its way to olive.right@example.org." in said
    address_changes.confirm(change=AddressChange.objects.get(), now=CALL)
    scene.olive.refresh_from_db()
    client.force_login(scene.office)
    client.post(reverse("reminders:send-again", args=[scene.inspection.slug, sent.pk]))
    sent.refresh_from_db()
    assert (sent.state, sent.to, sent.sent_at, sent.bounced_at) == (MessageState.QUEUED, scene.olive.email, None, None)
    assert sent.message_id != before
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, sent_at=CALL)
    take(report, Returned(), now=CALL)
    # Besides the four: two links to the new address, and a word to the former one.
    assert states(scene) == ["queued"] * 3 + ["sent"] * 4


def test_wrong_password_and_no_server_are_said_and_change_nothing(scene, sent, settings, capsys, caplog):
    with imap_box(report_of(sent), password="right") as box:
        settings.BOUNCES_URL = box.url.replace("right", "wrong")
        with pytest.raises(CommandError, match="The mailbox for mail that came back cannot be read: "):
            call_command("receive_bounces")
        port = box.server_address[1]
    settings.BOUNCES_URL = f"imap://bounces:right@127.0.0.1:{port}/"
    assert receive_bounces() == {}
    assert "right" not in caplog.text
    settings.BOUNCES_URL = ""
    with pytest.raises(CommandError, match="BOUNCES_URL is not set"):
        call_command("receive_bounces")
    assert states(scene) == ["sent"] * 4


def test_report_in_a_maildir_and_on_standard_input(scene, sent, settings, tmp_path, monkeypatch, capsys):
    box = mailbox.Maildir(tmp_path / "came back", create=True)
    box.add(report_of(sent))
    settings.BOUNCES_URL = f"maildir://{tmp_path}/came%20back"
    for bounced in (1, 0):
        call_command("receive_bounces", format="json")
        assert json.loads(capsys.readouterr().out)["bounced"] == bounced
    other = scene.mails(scene.oscar)[0]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(report_of(other))))
    call_command("receive_bounces", stdin=True)
    assert capsys.readouterr().out == "1 read: 1 emails came back, 0 say nothing of ours.\n"
    assert states(scene) == ["bounced", "bounced", "sent", "sent"]

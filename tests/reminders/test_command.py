import json

import pytest
from django.core import mail as mailbox
from django.core.management import call_command

from outbox.models import Message
from reminders.models import Reminder

pytestmark = pytest.mark.django_db


def run(capsys, *words: str) -> dict:
    call_command("send_reminders", *words, "--format", "json")
    return json.loads(capsys.readouterr().out)


def test_command_queues_and_sends_in_its_own_process(scene, capsys):
    answer = run(capsys, "--at", "2011-04-18T10:00")
    assert (answer["sent"], answer["failed"], len(answer["queued"])) == (4, 0, 4)
    olive = next(queued for queued in answer["queued"] if queued["to"] == scene.olive.email)
    assert olive == {
        "to": scene.olive.email,
        "subject": "Fictionshire has been notified of an inspection: 1 due by 19 April",
        "duties": ["document:1"],
        "point": "notified",
        "inspection": scene.inspection.slug,
        "points": {"document:1": "notified"},
    }
    assert sorted(message.to[0].rpartition("<")[2].rstrip(">") for message in mailbox.outbox) == sorted(
        queued["to"] for queued in answer["queued"]
    )
    assert run(capsys, "--at", "2011-04-18T10:00") == {"queued": [], "sent": 0, "failed": 0, "delayed": 0}
    late = run(capsys, "--at", "2011-04-20T09:00")
    assert {queued["point"] for queued in late["queued"]} == {"late:2011-04-20"}


def test_dry_run_writes_and_sends_nothing(scene, capsys):
    answer = run(capsys, "--at", "2011-04-18T10:00", "--dry-run")
    assert (answer["sent"], answer["failed"], len(answer["queued"])) == (0, 0, 4)
    assert (Message.objects.count(), Reminder.objects.count(), len(mailbox.outbox)) == (0, 0, 0)


def test_command_says_it_in_words(scene, capsys):
    call_command("send_reminders", "--at", "2011-04-18T10:00")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "4 queued, 4 sent, 0 failed, 0 waiting."
    assert len(lines) == 5


def test_command_with_a_moment_that_is_none_is_wrong_usage(scene, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("send_reminders", "--at", "soon")
    assert ended.value.code == 2
    assert "“soon” is not a date and time; write it as 2011-04-18T09:30" in capsys.readouterr().err


def test_command_with_a_mail_server_that_is_down_queues_and_says_so(scene, capsys, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 8149
    call_command("send_reminders", "--at", "2011-04-18T10:00", "--format", "json")
    said = capsys.readouterr()
    assert json.loads(said.out)["delayed"] == 4
    assert said.err == "The mail server could not be reached: Connection refused\n"
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}

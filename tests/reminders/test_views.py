import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event, Role
from inspections.models import Inspection
from outbox.models import Message, MessageState
from tests.factories.people import make_person
from tests.reminders.conftest import CALL, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(scene):
    return reverse("reminders:ledger", args=[scene.inspection.slug])


@pytest.fixture
def failed(scene) -> Message:
    scene.tick(CALL)
    Message.objects.update(state=MessageState.SENT, sent_at=CALL, tries=1)
    message = scene.mails(scene.olive)[0]
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED, sent_at=None, tries=3, last_error="550 5.1.1 No such user"
    )
    message.refresh_from_db()
    return message


def rows(response) -> list[str]:
    return [row.message.to for row in response.context["rows"]]


def test_ledger_shows_failures_first_with_the_servers_words(client, scene, page, failed):
    client.force_login(scene.coordinator)
    response = client.get(page)
    assert rows(response)[0] == scene.olive.email
    assert len(rows(response)) == 4
    text = response.content.decode()
    assert "1 email did not arrive." in text
    assert "Refused: no such address" in text
    assert "550 5.1.1 No such user" in text
    assert "Tried 3 times" in text
    first = response.context["rows"][0]
    assert [(about.when, about.titles) for about in first.about] == [
        ("Notification", (scene.inspection.framework.document("1").title,))
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=oscar", ["oscar"]),
        ("state=failed", ["olive"]),
        ("state=waiting", []),
        ("q=OLIVE&state=sent", []),
        ("q=notified", ["olive", "coordinator", "office", "oscar"]),
    ],
)
def test_ledger_is_narrowed_by_the_address(client, scene, page, failed, query, found):
    client.force_login(scene.coordinator)
    response = client.get(f"{page}?{query}")
    assert set(rows(response)) == {getattr(scene, name).email for name in found}


def test_ledger_of_a_new_inspection_says_what_belongs_there(client, waiting):
    client.force_login(waiting.coordinator)
    response = client.get(reverse("reminders:ledger", args=[waiting.inspection.slug]))
    assert "No email yet" in response.content.decode()
    assert response.context["rows"] == []


def test_ledger_shows_what_comes_next(client, scene, page, time_machine):
    time_machine.move_to(CALL)
    scene.tick(CALL)
    client.force_login(scene.office)
    coming = client.get(page).context["coming"]
    assert [str(day.date) for day in coming.days][:3] == ["2011-04-19", "2011-04-20", "2011-04-21"]
    first = {mail.person.pk: len(mail.titles) for mail in coming.days[0].mails}
    assert first[scene.olive.pk] == 1
    assert first[scene.oscar.pk] == 2


def test_ledger_says_who_cannot_be_reached_until_the_address_is_changed(client, scene, page, failed):
    client.force_login(scene.office)
    text = client.get(page).content.decode()
    assert "1 person cannot be reached by email" in text
    assert f"Olive Owner, {scene.olive.email}: no such address" in text
    scene.olive.email = "olive.new@example.org"
    scene.olive.save()
    assert "cannot be reached by email" not in client.get(page).content.decode()


def test_person_to_whom_a_later_email_went_can_be_reached(client, scene, page, failed):
    scene.tick("2011-04-19 09:00")
    later = scene.mails(scene.olive)[1]
    Message.objects.filter(pk=later.pk).update(state=MessageState.SENT, sent_at=later.created_at)
    client.force_login(scene.office)
    assert client.get(page).context["unreachable"] == []


def test_export_holds_what_is_shown(client, scene, page, failed):
    client.force_login(scene.coordinator)
    address = reverse("reminders:export", args=[scene.inspection.slug, "csv"])
    rows = list(csv.reader(io.StringIO(client.get(f"{address}?state=failed").content.decode("utf-8-sig"))))
    title = scene.inspection.framework.document("1").title
    assert rows[0][:5] == ["To", "Address", "Subject", "About", "State"]
    assert rows[1][:6] == [
        "Olive Owner",
        scene.olive.email,
        failed.subject,
        f"Notification: {title}",
        "Failed",
        "no such address (550 5.1.1 No such user)",
    ]
    assert len(rows) == 2
    assert client.get(reverse("reminders:export", args=[scene.inspection.slug, "pdf"])).status_code == 404


def test_send_again_sends_to_the_address_of_today_once(client, scene, page, failed, mailoutbox):
    scene.olive.email = "olive.new@example.org"
    scene.olive.save()
    client.force_login(scene.office)
    address = reverse("reminders:send-again", args=[scene.inspection.slug, failed.pk])
    version = Inspection.objects.get().version
    for _ in range(2):
        assert client.post(address, follow=True).redirect_chain == [(page, 302)]
    failed.refresh_from_db()
    assert (failed.state, failed.to) == (MessageState.QUEUED, "olive.new@example.org")
    assert Event.objects.filter(verb="reminder sent again").count() == 1
    assert Inspection.objects.get().version == version + 1


def test_sent_email_is_not_sent_again(client, scene, failed):
    sent = scene.mails(scene.oscar)[0]
    client.force_login(scene.coordinator)
    response = client.post(reverse("reminders:send-again", args=[scene.inspection.slug, sent.pk]), follow=True)
    assert "The email to Oscar Owner has been sent. There is nothing to send again." in response.content.decode()
    sent.refresh_from_db()
    assert sent.state == MessageState.SENT


def test_email_of_another_inspection_is_not_found(client, scene, failed):
    other = make_scene(scene.inspection.notified_on)
    client.force_login(other.coordinator)
    address = reverse("reminders:send-again", args=[other.inspection.slug, failed.pk])
    assert client.post(address).status_code == 404


def test_member_reads_and_has_no_button(client, scene, page, failed):
    member = make_person(scene.council, Role.MEMBER)
    client.force_login(member)
    response = client.get(page)
    assert response.status_code == 200
    assert "Send again" not in response.content.decode()
    assert client.post(reverse("reminders:send-again", args=[scene.inspection.slug, failed.pk])).status_code == 404


@pytest.mark.database
def test_ledger_takes_as_many_queries_for_many_emails_as_for_few(client, scene, page):
    client.force_login(scene.coordinator)
    scene.tick(CALL)
    counts = []
    for day in ("2011-04-19 09:00", "2011-05-12 09:00"):
        for number in range(10):
            make_person(scene.council, Role.DCS_OFFICE, name=f"Office {number}")
        scene.tick(day)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page)
        counts.append((len(captured), len(response.context["rows"])))
    assert counts[0][1] < counts[1][1]
    assert counts[0][0] == counts[1][0]

"""The preview compared with what ticks on the same days send."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import choose_summary, set_roles, vacate_post
from accounts.models import Role
from inspections.closures import add_closure
from inspections.models import Inspection, InspectionKind
from inspections.snapshot import snapshot_of
from reminders.actions import change_settings
from reminders.coming import Coming, coming
from reminders.models import Quiet
from reminders.records.reading import reading_of
from reminders.rules.reminder_times import LONDON
from tests.factories.documents import add, complete
from tests.factories.people import at, make_ownership, make_person, make_post
from tests.reminders.conftest import CALL, Scene

pytestmark = pytest.mark.django_db

# As the usual arrangement has them.
USUAL: dict[str, Any] = {
    "plan": None,
    "days": [5, 2, 1, 0],
    "late_roles": [Role.COORDINATOR, Role.DCS_OFFICE],
    "weekly_roles": [Role.COORDINATOR, Role.MEMBER],
    "weekly_day": 0,
    "reply_to": "",
    "by": None,
}
Sent = list[tuple[datetime, str, str, str, str, str]]


def preview(scene: Scene, now: datetime) -> Coming:
    inspection = Inspection.objects.select_related("council").get(pk=scene.inspection.pk)
    return coming(reading_of(snapshot_of(inspection, now=now)))


def foreseen(found: Coming) -> Sent:
    return [
        (mail.at.astimezone(LONDON), m.to, m.subject, m.text, m.html, str(sorted(m.headers.items())))
        for day in found.days
        for mail in day.mails
        for m in [mail.message()]
    ]


def sent(scene: Scene, now: datetime, last: date) -> Sent:
    """What ticks send: one at once, then on each day at midnight and whenever anybody may hear, until `last` ends."""
    found: Sent = []
    times = [time(0), time(8, 30), time(9), time(16), time(17)]
    days = [now.date() + timedelta(days=number) for number in range((last - now.date()).days + 1)]
    moments = (datetime.combine(day, each, tzinfo=LONDON) for day in days for each in times)
    for moment in (now, *(moment for moment in moments if moment > now)):
        for queued in scene.tick(moment).queued:
            m = queued.message
            row = (moment.astimezone(LONDON), m.to, m.subject, m.text, m.html, str(sorted(m.headers.items())))
            found.append(row)
    return found


def nothing(scene: Scene) -> None:
    """As the scene is."""


def vacancies_and_a_closure(scene: Scene) -> None:
    scene.tick(CALL)
    vacate_post(post=scene.oscar.holdings.get().post, by=None, now=CALL)
    add_closure(council=scene.council, date=date(2011, 4, 20), reason="Flood", by=None, now=CALL)


def no_coordinator(scene: Scene) -> None:
    make_person(scene.council, Role.ADMINISTRATOR)
    set_roles(council=scene.council, user=scene.coordinator, roles=[Role.OWNER], by=None, now=CALL)
    set_roles(council=scene.council, user=scene.office, roles=[Role.MEMBER], by=None, now=CALL)


def daily_summaries(scene: Scene) -> None:
    scene.tick(CALL)
    for person, hour in ((scene.oscar, 16), (scene.coordinator, 7), (scene.office, 18)):
        choose_summary(user=person, hour=hour, now=CALL)
    complete(scene.inspection, "1", now=CALL)


def own_settings(scene: Scene) -> None:
    scene.tick(CALL)
    given = {
        **USUAL,
        "days": [7, 3, 0],
        "opens": at("2011-04-18 08:30").time(),
        "closes": at("2011-04-18 16:30").time(),
    }
    given |= {"late_roles": [Role.MEMBER], "reply_to": "answers@example.org"}
    make_person(scene.council, Role.MEMBER)
    change_settings(council=scene.council, now=CALL, **given)


def rehearsal_at_night(scene: Scene) -> None:
    Inspection.objects.update(kind=InspectionKind.REHEARSAL, notification_recorded_at=at("2011-04-18 08:00"))


@pytest.mark.parametrize(
    ("prepare", "moment"),
    [
        (nothing, CALL),
        (vacancies_and_a_closure, at("2011-04-18 15:00")),
        (no_coordinator, CALL),
        (daily_summaries, at("2011-04-19 08:40")),
        (own_settings, at("2011-04-26 13:10")),
        (rehearsal_at_night, at("2011-04-18 22:00")),
    ],
    ids=lambda value: value.__name__ if callable(value) else f"{value:%d-%H%M}",
)
def test_what_is_foreseen_is_what_is_sent(scene, prepare, moment):
    prepare(scene)
    found = preview(scene, moment)
    expected = foreseen(found)
    assert len(expected) > 8
    assert sent(scene, moment, found.last) == expected


def test_weekly_summaries_are_foreseen_with_what_will_be_stale_by_then(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    document = waiting.inspection.framework.document("9")
    make_ownership(waiting.inspection, "document:9", make_post(waiting.council, "Reviewer", holder=waiting.olive))
    for part in document.parts:
        if not part.optional:
            add(waiting.inspection, "9", part.key, as_at=date(2009, 4, 30) if part.dated else None, now=CALL)
    moment = at("2011-04-14 10:00")
    found = preview(waiting, moment)
    expected = foreseen(found)
    # Of Mondays 11 April (not sent yet) and 18 April; 25 April and 2 May are bank holidays, so theirs wait for Tuesday.
    assert [str(day.date) for day in found.days] == ["2011-04-14", "2011-04-18", "2011-04-26", "2011-05-03"]
    assert document.title not in found.of(waiting.olive.pk)[0].mails[0].titles
    assert document.title in found.of(waiting.olive.pk)[1].mails[0].titles
    assert sent(waiting, moment, found.last) == expected


def test_preview_ends_with_the_tenth_working_day(scene):
    # From Maundy Thursday: Easter, the royal wedding and May Day lie between.
    assert preview(scene, at("2011-04-21 12:00")).last == date(2011, 5, 10)
    assert preview(scene, at("2011-04-23 12:00")).last == date(2011, 5, 11)


def test_preview_is_empty_where_nothing_will_be_sent(scene):
    assert preview(scene, at("2011-07-04 09:00")).days == ()
    Inspection.objects.update(withdrawn_at=CALL, withdrawn_reason="Deferred")
    assert preview(scene, CALL).days == ()


def test_preview_names_what_nobody_can_be_told_of(scene):
    for person in (scene.coordinator, scene.office):
        set_roles(council=scene.council, user=person, roles=[Role.OWNER], by=None, now=CALL)
    found = preview(scene, CALL)
    framework = scene.inspection.framework
    owed = {"record", "send-documents", "case-lists", "case-selection", "hand-over-audits"}
    steps = [step for step in framework.steps if step.deadline and step.duty in owed]
    found_nobody = len(framework.documents) - 3 + len(framework.focus_groups) + len(steps) + len(framework.surveys)
    assert len(found.nobody) == found_nobody
    assert {person.pk for person in found.people()} == {scene.olive.pk, scene.oscar.pk}


# --- the pages --------------------------------------------------------------------------------------------------------


def test_page_is_narrowed_to_one_person(client, scene, time_machine):
    time_machine.move_to(CALL)
    scene.tick(CALL)
    client.force_login(scene.coordinator)
    response = client.get(reverse("reminders:coming", args=[scene.inspection.slug]), {"person": scene.olive.pk})
    days = response.context["days"]
    assert {mail.person.pk for day in days for mail in day.mails} == {scene.olive.pk}
    assert [str(day.date) for day in days][:3] == ["2011-04-19", "2011-04-20", "2011-04-21"]
    assert response.content.decode().count("See the email<") == len(days)


def test_email_is_shown_as_text_and_in_a_frame_that_can_do_nothing(client, scene, time_machine):
    time_machine.move_to(CALL)
    Inspection.objects.update(title="Tom & <script>alert(1)</script>")
    scene.tick(CALL)
    client.force_login(scene.coordinator)
    given = [scene.inspection.slug, date(2011, 4, 19), scene.olive.pk, 1]
    page = client.get(reverse("reminders:coming-mail", args=given))
    address = reverse("reminders:coming-html", args=given)
    assert f'sandbox src="{address}"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "Due today at 5pm" in page.content.decode()
    frame = client.get(address)
    assert set(frame["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script" not in frame.content.decode()
    assert page.context["mail"].html == frame.content.decode()


def test_email_that_is_not_coming_any_more_says_so(client, scene, time_machine):
    time_machine.move_to(CALL)
    scene.tick(CALL)
    complete(scene.inspection, "1", now=CALL)
    client.force_login(scene.coordinator)
    given = [scene.inspection.slug, date(2011, 4, 19), scene.olive.pk, 1]
    response = client.get(reverse("reminders:coming-mail", args=given), follow=True)
    assert "That email is not coming any more" in response.content.decode()
    assert client.get(reverse("reminders:coming-html", args=given)).status_code == 404


@pytest.mark.database
def test_preview_asks_as_many_questions_of_thirty_of_everything_as_of_one(client, scene, time_machine):
    time_machine.move_to(CALL)
    scene.tick(CALL)
    client.force_login(scene.coordinator)
    address = reverse("reminders:coming", args=[scene.inspection.slug])
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
        for number in range(30):
            person = make_person(scene.council, Role.OWNER, Role.MEMBER)
            make_ownership(scene.inspection, f"document:{number % 13 + 1}", make_post(scene.council, holder=person))
        Quiet.objects.all().delete()
        scene.tick(CALL + timedelta(minutes=1))
    assert counts[0] == counts[1]

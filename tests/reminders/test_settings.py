"""When reminders are sent and to whom, as set on the page; and each person's own choice."""

from datetime import time

import pytest
from django.urls import reverse

from accounts.actions import choose_summary, set_roles
from accounts.models import Council, Event, Role
from inspections.models import Inspection
from reminders.actions import change_settings
from reminders.models import Audience, CouncilSettings, Reminder
from tests.factories.documents import complete
from tests.factories.people import at, make_inspection, make_ownership, make_person, make_post
from tests.reminders.conftest import CALL
from tests.reminders.test_coming import USUAL

pytestmark = pytest.mark.django_db

TYPED = {
    "days": "1, 3,0",
    "opens": "9am",
    "closes": "5pm",
    "late_roles": ["member"],
    "weekly_roles": ["dcs-office"],
    "weekly_day": "2",
    "reply_to": "office@example.org",
}


@pytest.fixture
def page(scene) -> str:
    return reverse("reminders:settings", args=[scene.council.slug])


def test_settings_hold_in_place_of_the_plan_and_are_on_record(client, scene, page, time_machine):
    time_machine.move_to(CALL)
    scene.tick(CALL)
    before = Inspection.objects.get().version
    client.force_login(scene.coordinator)
    said = client.post(page, TYPED, follow=True).content.decode()
    assert "Saved. No email goes out at once; the preview follows the new rules." in said
    row = CouncilSettings.objects.get()
    assert (row.days, row.late_roles, row.weekly_roles) == ([3, 1, 0], ["member"], ["dcs-office"])
    assert (row.opens, row.closes, row.weekly_day, row.reply_to) == (time(9), time(17), 2, "office@example.org")
    event = Event.objects.get(verb="reminder settings changed")
    assert event.detail["days"] == [[5, 2, 1, 0], [3, 1, 0]]
    assert set(event.detail) == {"days", "late", "weekly", "weekly day", "answers to"}
    assert Inspection.objects.get().version == before + 1
    client.post(page, TYPED)
    assert Event.objects.filter(verb="reminder settings changed").count() == 1


def test_what_is_as_in_the_plan_is_not_set(client, scene, page, settings):
    settings.FRAMEWORK_DIRS = [settings.BASE_DIR / "tests" / "data" / "frameworks"]
    make_inspection(scene.council, framework="tiny-2030", plan="tinytown")
    Inspection.objects.filter(pk=scene.inspection.pk).delete()
    administrator = make_person(scene.council, Role.ADMINISTRATOR)
    client.force_login(administrator)
    form = client.get(page).context["form"]
    assert form["days"].value() == "3, 0"
    assert (form["late_roles"].value(), form["weekly_roles"].value()) == (["member"], ["dcs-office"])
    as_planned = {**TYPED, "days": "3 and 0", "opens": "8:30am", "closes": "4:30pm"}
    client.post(page, {**as_planned, "reply_to": ""})
    assert CouncilSettings.objects.count() == 0
    client.post(page, as_planned)
    assert [(row.is_own, row.reply_to) for row in CouncilSettings.objects.all()] == [(False, "office@example.org")]
    client.post(page, {**as_planned, "days": "3"})
    assert CouncilSettings.objects.get().is_own
    client.post(reverse("reminders:restore-plan", args=[scene.council.slug]))
    assert [(row.is_own, row.reply_to) for row in CouncilSettings.objects.all()] == [(False, "office@example.org")]
    assert client.get(page).context["form"]["days"].value() == "3, 0"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days": ""}, "Enter the working days before a deadline, such as 5, 2, 1, 0"),
        ({"days": "5, soon"}, "“soon” is not a number of days. Enter whole numbers, such as 5, 2, 1, 0"),
        ({"days": "5, 5"}, "Enter each number of days once"),
        ({"days": "61"}, "Each must be 60 working days or fewer before the deadline"),
        ({"days": "-1"}, "“-1” is not a number of days. Enter whole numbers, such as 5, 2, 1, 0"),
        ({"days": ", ,"}, "Enter from 1 to 10 numbers of days"),
        ({"closes": "8am"}, "Working hours must end after they begin"),
        ({"opens": "9"}, "The beginning of working hours must be a real time, like 9:30am or 2pm"),
        ({"late_roles": []}, "Choose who is told of what is late besides those who owe it"),
        ({"late_roles": ["board"]}, "Select a valid choice. board is not one of the available choices."),
        ({"reply_to": "office"}, "Enter an email address in the correct format, like office@example.org"),
    ],
)
def test_wrong_settings_are_refused_beside_their_field(client, scene, page, typed, said):
    client.force_login(scene.coordinator)
    response = client.post(page, {**TYPED, **typed})
    assert response.status_code == 422
    assert [str(error) for errors in response.context["form"].errors.values() for error in errors] == [said]
    assert CouncilSettings.objects.count() == 0


def test_changed_reminder_times_do_not_send_again_what_was_sent(scene):
    scene.tick(CALL)
    scene.tick("2011-05-03 09:00")  # two working days before day 10
    key = "focus-group:safeguarding-1"
    assert scene.reminder_times(scene.coordinator, key) == ["notified", "2"]

    hours = {"opens": time(9), "closes": time(17)}
    change_settings(council=scene.council, now=at("2011-05-03 10:00"), **{**USUAL, **hours, "days": [3, 0]})
    assert scene.tick("2011-05-03 10:01").queued == []
    change_settings(council=scene.council, now=at("2011-05-03 11:00"), **{**USUAL, **hours, "days": [2, 0]})
    assert scene.tick("2011-05-03 11:01").queued == []
    assert scene.tick("2011-05-04 09:00").queued != []  # of what is late; and
    scene.tick("2011-05-05 09:00")
    assert scene.reminder_times(scene.coordinator, key) == ["notified", "2", "0"]


def test_weekday_changed_in_the_middle_of_the_week_sends_no_second_summary(waiting):

    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    given = {**USUAL, "opens": time(9), "closes": time(17), "weekly_day": 1, "weekly_roles": [Role.DCS_OFFICE]}
    change_settings(council=waiting.council, now=at("2011-04-06 10:00"), **given)
    assert waiting.tick("2011-04-06 10:01").queued == []
    waiting.tick("2011-04-12 09:00")
    assert waiting.reminder_times(waiting.olive) == ["weekly:2011-04-04", "weekly:2011-04-12"]
    assert len(waiting.mails(waiting.office)) == 1


def test_recipients_of_what_is_late_are_those_set(scene):

    member = make_person(scene.council, Role.MEMBER)
    scene.tick(CALL)
    given = {**USUAL, "opens": time(9), "closes": time(17), "late_roles": [Role.MEMBER]}
    change_settings(council=scene.council, now=CALL, **given)
    scene.tick("2011-04-20 09:00")
    watchers = Reminder.objects.filter(audience=Audience.OVERSIGHT).values_list("person", flat=True)
    assert set(watchers) == {member.pk}


# --- one summary a day ------------------------------------------------------------------------------------------------


def test_summary_comes_once_a_day_at_its_hour_with_everything_still_owed(scene):
    for number in (1, 2):
        post = make_post(scene.council, f"Host {number}", holder=scene.olive)
        make_ownership(scene.inspection, f"focus-group:safeguarding-{number}", post)
    scene.tick(CALL)
    choose_summary(user=scene.olive, hour=15, now=CALL)
    complete(scene.inspection, "1", now=CALL)
    for hour in range(9, 18):
        scene.tick(f"2011-04-26 {hour:02}:00")  # five working days before day 10
    mail = scene.mails(scene.olive)[1]
    assert (len(scene.mails(scene.olive)), mail.created_at) == (2, at("2011-04-26 15:00"))
    assert mail.subject == "Daily summary: 2 due by 5 May – Full inspection"
    assert "You have asked for one summary a day, at 3pm." in mail.text
    scene.tick("2011-04-27 15:00")
    assert len(scene.mails(scene.olive)) == 2  # nothing fell due since


def test_summary_names_what_is_not_reminded_of_today_too(scene):
    group = scene.inspection.framework.focus_groups[0]
    make_ownership(scene.inspection, f"focus-group:{group.key}", make_post(scene.council, "Host", holder=scene.olive))
    scene.tick(CALL)
    choose_summary(user=scene.olive, hour=12, now=CALL)
    scene.tick("2011-04-20 12:00")
    mail = scene.mails(scene.olive)[1]
    assert f"Also still to do:\n\n1. {group.title}\n   Due 5 May 2011 at 5pm\n" in mail.text
    assert "Also still to do" in mail.html
    assert scene.reminder_times(scene.olive, f"focus-group:{group.key}") == ["notified"]


def test_what_falls_due_before_the_summary_does_not_wait_for_it(scene):
    scene.tick(CALL)
    choose_summary(user=scene.olive, hour=18, now=CALL)  # 4pm, the last full hour of working hours
    scene.tick("2011-04-19 09:00")
    assert scene.reminder_times(scene.olive) == ["notified"]
    scene.tick("2011-04-19 16:00")
    assert scene.reminder_times(scene.olive) == ["notified", "0"]
    choose_summary(user=scene.olive, hour=9, now=at("2011-04-19 16:30"))
    scene.tick("2011-04-20 08:59")
    scene.tick("2011-04-20 09:00")
    assert scene.reminder_times(scene.olive) == ["notified", "0", "late:2011-04-20"]


def test_person_with_a_summary_hears_of_a_notification_at_once(scene):
    choose_summary(user=scene.olive, hour=16, now=CALL)
    scene.tick(CALL)
    assert scene.reminder_times(scene.olive) == ["notified"]


def test_way_of_reminders_is_chosen_on_the_account_page(client, scene):
    client.force_login(scene.olive)
    page = reverse("accounts:account")
    address = reverse("accounts:choose-reminders")
    before = Council.objects.get().version
    said = client.post(address, {"way": "daily", "hour": "16"}, follow=True).content.decode()
    assert "Your reminders come in one summary a day, at 4pm" in said
    scene.olive.refresh_from_db()
    assert (scene.olive.summary_hour, Council.objects.get().version) == (16, before + 1)
    client.post(address, {"way": "daily", "hour": "16"})
    assert Event.objects.filter(verb="way of reminders changed").count() == 1
    for wrong in ({"way": "never", "hour": "16"}, {"way": "daily", "hour": "3"}, {}):
        assert client.post(address, wrong).status_code == 422
    assert client.get(page).context["reminder_form"].initial == {"way": "daily", "hour": 16}
    client.post(address, {"way": "each", "hour": "16"})
    scene.olive.refresh_from_db()
    assert scene.olive.summary_hour is None


# --- in place of nobody -----------------------------------------------------------------------------------------------


def test_without_a_coordinator_the_dcs_office_is_told_and_then_the_administrator(scene):
    administrator = make_person(scene.council, Role.ADMINISTRATOR, name="Ada Administrator")
    set_roles(council=scene.council, user=scene.coordinator, roles=[Role.OWNER], by=None, now=CALL)
    scene.tick(CALL)
    rows = Reminder.objects.filter(audience=Audience.STAND_IN)
    assert set(rows.values_list("person", flat=True)) == {scene.office.pk}
    words = "No owner has been named for this. There is no coordinator, so it comes to you."
    assert words in scene.mails(scene.office)[0].text
    set_roles(council=scene.council, user=scene.office, roles=[Role.OWNER], by=None, now=CALL)
    scene.tick("2011-04-18 10:05")
    mail = scene.mails(administrator)[0]
    assert words in mail.text
    # By that role alone nobody sees documents: no word of what is missing, and the link goes to the posts.
    assert "\n   - " not in mail.text
    assert "/documents/" not in mail.text + mail.html


# --- threads and answers ----------------------------------------------------------------------------------------------


def test_emails_of_a_person_and_inspection_are_one_thread(scene):
    scene.tick(CALL)
    scene.tick("2011-04-19 09:00")
    scene.tick("2011-04-20 09:00")
    mine, others = ([mail.headers for mail in scene.mails(person)] for person in (scene.olive, scene.oscar))
    names = ("References", "In-Reply-To", "Thread-Topic", "Thread-Index")
    assert len(mine) == 3
    assert len({tuple(headers[name] for name in names) for headers in mine}) == 1
    assert mine[0]["References"] == mine[0]["In-Reply-To"] != others[0]["References"]
    assert mine[0]["Thread-Topic"] == "Full inspection"
    assert len({mail.message_id for mail in scene.mails(scene.olive)}) == 3


def test_answers_go_to_the_dcs_office_else_to_the_coordinator(scene):
    deputy = make_person(scene.council, Role.DCS_OFFICE)
    scene.tick(CALL)
    assert scene.mails(scene.olive)[0].headers["Reply-To"] == f"{scene.office.email}, {deputy.email}"
    CouncilSettings.objects.create(council=scene.council, reply_to="office@example.org", changed_at=CALL)
    scene.tick("2011-04-19 09:00")
    assert scene.mails(scene.olive)[1].headers["Reply-To"] == "office@example.org"
    assert "Answers to it go to office@example.org." in scene.mails(scene.olive)[1].text
    CouncilSettings.objects.all().delete()
    for person in (scene.office, deputy):
        set_roles(council=scene.council, user=person, roles=[Role.OWNER], by=None, now=CALL)
    scene.tick("2011-04-20 09:00")
    assert scene.mails(scene.olive)[2].headers["Reply-To"] == scene.coordinator.email
    assert "Answers to it go to the coordinator." in " ".join(scene.mails(scene.olive)[2].html.split())

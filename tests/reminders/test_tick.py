from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions as people_actions
from accounts.models import Role
from inspections.actions import correct_notification, withdraw
from inspections.models import ClosureDay, Inspection, InspectionKind
from inspections.snapshot import snapshot_of
from outbox.models import Message, MessageState
from reminders import tick as ticking
from reminders.due import mails_due
from reminders.models import Audience, Quiet, Reminder
from reminders.records.reading import reading_of
from reminders.tick import tick
from tests.factories.documents import add, complete
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reminders.conftest import CALL, make_scene
from timetable.actions import record_step, undo_step

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def sent(now) -> None:
    """What waits in the outbox has been sent by `now`."""
    Message.objects.filter(state=MessageState.QUEUED).update(state=MessageState.SENT, sent_at=now)


def test_notification_tells_everyone_with_a_duty_once_of_all_of_theirs(scene):
    done = scene.tick("2011-04-18 10:00")
    told = {queued.message.to: [item.duty.key for item in queued.mail.of(Audience.OWNER)] for queued in done.queued}
    assert told[scene.olive.email] == ["document:1"]
    assert told[scene.oscar.email] == ["document:3", "document:4"]
    duties = {"record", "send-documents", "case-lists", "case-selection", "hand-over-audits"}
    steps = [step for step in scene.inspection.framework.steps if step.duty in duties]
    surveys = [f"survey:{survey.key}" for survey in scene.inspection.framework.surveys]
    assert sorted(told[scene.office.email]) == sorted([*(f"step:{step.key}" for step in steps), *surveys])
    assert set(told) == {scene.olive.email, scene.oscar.email, scene.office.email, scene.coordinator.email}
    assert scene.tick("2011-04-18 10:01").queued == []


def test_notification_goes_at_once_at_any_hour(scene):
    late = at("2011-04-18 22:30")
    Inspection.objects.update(notification_recorded_at=late)
    assert tick(late - timedelta(minutes=1), dry_run=True).queued == []
    scene.tick(late)
    assert scene.reminder_times(scene.olive) == ["notified"]


def test_reminders_come_at_their_reminder_times_and_while_late_each_working_day(scene):
    moment = CALL
    while moment < at("2011-04-28 00:00"):
        scene.tick(moment)
        moment += timedelta(hours=1)
    assert scene.reminder_times(scene.olive) == [
        "notified",
        "0",
        "late:2011-04-20",
        "late:2011-04-21",
        "late:2011-04-26",
        "late:2011-04-27",
    ]
    moments = [mail.created_at for mail in scene.mails(scene.olive)]
    assert moments[1:3] == [at("2011-04-19 09:00"), at("2011-04-20 09:00")]
    assert len(moments) == 6


def test_pause_is_followed_by_the_latest_reminder_time_alone(scene):
    scene.tick(CALL)
    scene.tick("2011-05-05 12:00")
    assert scene.reminder_times(scene.olive) == ["notified", "late:2011-05-05"]
    assert scene.reminder_times(scene.coordinator, "focus-group:safeguarding-1") == ["notified", "0"]


def test_reminder_waits_for_working_hours(scene):
    scene.tick(CALL)
    for moment in ("2011-04-19 17:00", "2011-04-20 03:00", "2011-04-23 12:00"):
        assert scene.tick(moment).queued == []
    assert scene.reminder_times(scene.olive) == ["notified"]


def test_done_duty_goes_quiet(scene):
    scene.tick(CALL)
    complete(scene.inspection, "1", now=at("2011-04-18 12:00"))
    scene.tick("2011-04-19 09:00")
    assert scene.reminder_times(scene.olive) == ["notified"]
    assert scene.reminder_times(scene.oscar, "document:3") == ["notified", "0"]


def test_first_email_names_what_is_done_already(scene):
    complete(scene.inspection, "3", now=at("2011-04-15 12:00"))
    scene.tick(CALL)
    mail = scene.mails(scene.oscar)[0]
    done, owed = (scene.inspection.framework.document(key).title for key in "34")
    assert f"Done already, thank you:\n\n- {done}\n" in mail.text
    assert f"1. {owed}\n" in mail.text
    assert scene.reminder_times(scene.oscar, "document:3") == ["notified"]
    scene.tick("2011-04-19 09:00")
    assert scene.reminder_times(scene.oscar, "document:3") == ["notified"]


def test_one_email_a_tick_holds_all_of_a_persons_duties(scene):
    scene.tick(CALL)
    scene.tick("2011-04-19 09:00")
    assert len(scene.mails(scene.oscar)) == 2
    assert (
        scene.reminder_times(scene.oscar, "document:3")
        == scene.reminder_times(scene.oscar, "document:4")
        == ["notified", "0"]
    )
    assert len(scene.mails(scene.office)) == 2


def test_duty_without_owner_goes_to_the_coordinator_and_says_so(scene):
    scene.tick(CALL)
    rows = Reminder.objects.filter(person=scene.coordinator, audience=Audience.STAND_IN)
    framework = scene.inspection.framework
    assert rows.count() == len(framework.documents) - 3 + len(framework.focus_groups)
    assert "No owner has been named for this." in scene.mails(scene.coordinator)[0].text


def test_vacant_posts_reminder_goes_to_the_coordinator_and_says_so(scene):
    make_ownership(scene.inspection, "document:1", make_post(scene.council, "Business Manager"))
    scene.tick(CALL)
    assert scene.reminder_times(scene.olive) == ["notified"]
    assert scene.reminder_times(scene.coordinator) == ["notified"]
    assert "Nobody holds the post Business Manager." in scene.mails(scene.coordinator)[0].text
    assert "Business Manager" not in scene.mails(scene.olive)[0].text


def test_late_duties_go_to_coordinator_and_dcs_office_once_a_day(scene):
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    assert scene.reminder_times(scene.coordinator) == ["late:2011-04-20"]
    assert scene.reminder_times(scene.office) == ["late:2011-04-20"]
    assert len(scene.mails(scene.coordinator)) == len(scene.mails(scene.office)) == 2


def test_what_becomes_late_later_in_the_day_waits_for_the_next_morning_with_those_who_watch(scene):
    step = next(step for step in scene.inspection.framework.steps if step.duty == "send-documents")
    given = {"inspection": scene.inspection, "step_key": step.key, "by": scene.office}
    record_step(**given, now=CALL, note="")
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    undo_step(**given, now=at("2011-04-20 15:00"))
    scene.tick("2011-04-20 15:00")
    key = f"step:{step.key}"
    assert scene.reminder_times(scene.office, key) == ["notified", "late:2011-04-20"]
    assert scene.reminder_times(scene.coordinator, key) == []
    scene.tick("2011-04-21 09:00")
    assert scene.reminder_times(scene.coordinator, key) == ["late:2011-04-21"]


def test_member_of_the_group_is_not_reminded_of_others_duties(scene):
    member = make_person(scene.council, Role.MEMBER)
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    assert scene.mails(member) == []


def test_corrected_notification_tells_the_new_dates(scene):
    scene.tick(CALL)
    sent(CALL)
    now = at("2011-04-18 15:00")
    correct_notification(
        inspection=scene.inspection, notified_on=date(2011, 4, 15), reason="Read wrongly", by=None, now=now
    )
    scene.tick(now)
    assert scene.reminder_times(scene.olive) == ["notified", "notified"]
    mail = scene.mails(scene.olive)[1]
    assert "Due today at 5pm (this date has changed)" in mail.text
    assert "Some dates have changed since you last heard." in mail.text
    assert scene.tick(now + timedelta(minutes=1)).queued == []


def test_bank_holiday_announced_late_moves_the_reminder_times(scene):
    scene.tick(CALL)
    sent(CALL)
    ClosureDay.objects.create(
        council=scene.council, date=date(2011, 4, 19), kind="bank-holiday", reason="Jubilee", added_at=CALL
    )
    Quiet.objects.all().delete()
    scene.tick("2011-04-18 11:00")
    scene.tick("2011-04-19 10:00")
    assert scene.reminder_times(scene.olive) == ["notified", "notified"]
    scene.tick("2011-04-20 09:00")
    assert scene.reminder_times(scene.olive) == ["notified", "notified", "0"]


def test_successor_in_a_post_gets_an_email_of_their_own(scene):
    scene.tick(CALL)
    new = make_person(scene.council, Role.OWNER, name="Nora New")
    post = scene.olive.holdings.get().post
    people_actions.give_post(post=post, user=new, by=None, now=at("2011-04-18 14:00"))
    scene.tick("2011-04-18 14:01")
    assert scene.reminder_times(new) == ["notified"]
    scene.tick("2011-04-19 09:00")
    assert scene.reminder_times(new) == ["notified", "0"]
    assert scene.reminder_times(scene.olive) == ["notified"]


def test_withdrawn_inspection_is_silent(scene):
    scene.tick(CALL)
    withdraw(inspection=scene.inspection, reason="Deferred", by=None, now=CALL)
    assert scene.tick("2011-04-19 09:00").queued == []


def test_inspection_long_over_is_silent(scene):
    scene.tick(CALL)
    assert scene.tick("2011-07-01 09:00").queued != []
    assert scene.tick("2011-07-04 09:00").queued == []


def test_rehearsal_says_so(scene):
    Inspection.objects.update(kind=InspectionKind.REHEARSAL)
    scene.tick(CALL)
    mail = scene.mails(scene.olive)[0]
    assert mail.subject.startswith("Rehearsal: ")
    assert "This is a rehearsal. No inspectors are coming." in mail.text
    assert "This is a rehearsal. No inspectors are coming." in mail.html


def test_other_council_hears_nothing(scene):
    elsewhere = make_council("Elsewhereshire")
    stranger = make_person(elsewhere, *Role)
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    assert scene.mails(stranger) == []


def test_step_recorded_by_hand_goes_quiet(scene):
    scene.tick(CALL)
    step = next(step for step in scene.inspection.framework.steps if step.duty == "send-documents")
    record_step(inspection=scene.inspection, step_key=step.key, by=scene.office, now=CALL, note="")
    scene.tick("2011-04-19 09:00")
    assert scene.reminder_times(scene.office, f"step:{step.key}") == ["notified"]


def test_inactive_person_gets_nothing(scene):
    scene.olive.is_active = False
    scene.olive.save()
    scene.tick(CALL)
    assert scene.mails(scene.olive) == []
    assert scene.reminder_times(scene.coordinator) == ["notified"]


# --- before the notification ------------------------------------------------------------------------------------------


def test_weekly_summary_goes_to_owners_of_what_is_missing_and_to_the_group(waiting):
    member = make_person(waiting.council, Role.MEMBER)
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    complete(waiting.inspection, "1", now=at("2011-04-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    assert waiting.mails(waiting.olive) == []
    assert waiting.reminder_times(waiting.oscar, "document:3") == ["weekly:2011-04-04"]
    assert len(waiting.mails(member)) == len(waiting.mails(waiting.coordinator)) == 1
    assert waiting.mails(waiting.office) == []
    number = len(waiting.inspection.framework.documents) - 1
    assert f"{number} documents incomplete" in waiting.mails(member)[0].subject
    assert waiting.tick("2011-04-08 12:00").queued == []
    waiting.tick("2011-04-11 09:30")
    assert waiting.reminder_times(waiting.oscar, "document:3") == ["weekly:2011-04-04", "weekly:2011-04-11"]


def test_weekly_summary_waits_for_working_hours_and_for_the_next_working_day(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    assert waiting.tick("2011-04-25 09:00").queued == []  # Easter Monday
    assert waiting.tick("2011-04-26 08:00").queued == []
    waiting.tick("2011-04-26 09:00")
    assert waiting.reminder_times(waiting.olive) == ["weekly:2011-04-25"]


def test_weekly_summary_does_not_speak_of_weeks_before_the_inspection_was_opened(waiting):
    assert waiting.tick("2011-04-01 10:00").queued == []
    assert waiting.tick("2011-04-04 10:00").queued != []


def test_weekly_summary_names_what_turns_stale(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    # Summaries of reviews count for two years; this one is out of date on 12 April.
    document = waiting.inspection.framework.document("9")
    make_ownership(waiting.inspection, "document:9", make_post(waiting.council, "Reviewer", holder=waiting.olive))
    complete(waiting.inspection, "1", now=at("2011-04-01 09:00"))
    for part in document.parts:
        if not part.optional:
            add(waiting.inspection, "9", part.key, as_at=date(2009, 4, 11) if part.dated else None, now=CALL)
    waiting.tick("2011-04-04 09:00")
    assert waiting.reminder_times(waiting.olive, "document:9") == ["weekly:2011-04-04"]
    assert "Goes out of date on 12 April 2011" in waiting.mails(waiting.olive)[0].text


def test_notification_after_weekly_summaries_is_a_notification(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    Inspection.objects.update(notified_on=date(2011, 4, 18), notification_recorded_at=CALL, version=7)
    waiting.tick(CALL)
    assert waiting.reminder_times(waiting.olive) == ["weekly:2011-04-04", "notified"]
    assert (
        waiting.mails(waiting.olive)[1].subject == "Fictionshire has been notified of an inspection: 1 due by 19 April"
    )


# --- the machinery ----------------------------------------------------------------------------------------------------


def test_dry_run_says_the_same_and_writes_nothing(scene):
    planned = tick(CALL, dry_run=True)
    assert Message.objects.count() == Reminder.objects.count() == Quiet.objects.count() == 0
    done = tick(CALL)
    assert [queued.message.subject for queued in planned.queued] == [queued.message.subject for queued in done.queued]


def test_two_ticks_that_saw_the_same_queue_each_email_once(scene):
    reading = reading_of(snapshot_of(scene.inspection, now=CALL))
    mails = mails_due(reading)
    first = ticking._queue(reading, mails[:2], now=CALL, queued_at=CALL)
    second = ticking._queue(reading, mails, now=CALL, queued_at=CALL)
    assert (len(first), len(second)) == (2, len(mails) - 2)
    assert Message.objects.count() == len(mails)
    assert Reminder.objects.values("message").distinct().count() == len(mails)


def test_damaged_inspection_does_not_silence_the_others(scene, caplog):
    broken = make_inspection(scene.council, notified=date(2011, 4, 18), framework="no-such-framework")
    done = scene.tick(CALL)
    assert done.troubled == [broken.slug]
    assert len(done.queued) == 4


def test_quiet_inspection_is_not_read_again_until_something_happens(scene, django_assert_num_queries):
    scene.tick(CALL)
    assert scene.tick("2011-04-18 10:01").looked_at == 1
    with django_assert_num_queries(3):
        assert scene.tick("2011-04-18 10:02").looked_at == 0
    complete(scene.inspection, "1", now=CALL)
    assert scene.tick("2011-04-18 10:03").looked_at == 1
    assert scene.tick("2011-04-18 10:04").looked_at == 0
    people_actions.vacate_post(post=scene.oscar.holdings.get().post, by=None, now=CALL)
    assert scene.tick("2011-04-18 10:05").looked_at == 1


def test_quiet_ends_with_the_hour_and_looking_back_reads_anew(scene):
    scene.tick(CALL)
    scene.tick("2011-04-18 10:01")
    assert scene.tick("2011-04-18 11:01").looked_at == 1
    assert scene.tick("2011-04-18 10:30").looked_at == 1


def queries_of(scene, moment: str) -> int:
    Quiet.objects.all().delete()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert scene.tick(moment).queued == []
    return len(captured)


def test_tick_asks_as_many_questions_of_thirty_of_everything_as_of_one(scene):
    scene.tick(CALL)
    before = queries_of(scene, "2011-04-18 10:05")
    for number in range(30):
        person = make_person(scene.council, Role.OWNER, Role.MEMBER)
        make_ownership(scene.inspection, f"document:{number % 13 + 1}", make_post(scene.council, holder=person))
    complete(scene.inspection, "2", now=CALL)
    scene.tick("2011-04-18 10:10")
    assert queries_of(scene, "2011-04-18 10:15") == before


def test_tick_grows_by_the_same_for_each_inspection(scene):
    scene.tick(CALL)
    counts = [queries_of(scene, "2011-04-18 10:05")]
    for _ in range(2):
        other = make_scene(date(2011, 4, 18))
        other.tick(CALL)
        counts.append(queries_of(other, "2011-04-18 10:05"))
    assert counts[2] - counts[1] == counts[1] - counts[0]

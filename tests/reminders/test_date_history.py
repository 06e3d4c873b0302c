"""The history of the dates: what changed them, by whom and why, what moved, and who was told by which email."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Event
from frameworks import Library
from inspections.actions import correct_notification, reinstate, withdraw
from inspections.closures import add_closure, remove_closure
from inspections.date_history import change_of, events_of_dates
from inspections.dates_actions import move_step, record_actual_date, undo_date
from outbox.models import Message, MessageState
from reminders.date_change_notices import with_notices
from tests import reading
from tests.factories.people import at
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

PAPER = Library().framework("slac-2009")
ITEM = by_class("house-history__item")


def changes(scene):
    found = [change_of(event) for event in events_of_dates(scene.inspection)]
    return with_notices(scene.inspection, PAPER, found)


def page(scene, user=None):
    return sign_in(user or scene.office).get(reverse("reminders:date-history", args=[scene.inspection.slug]))


def move_documents(scene, day, moment, by=None):
    move_step(
        inspection=scene.inspection,
        step_key="core-documents",
        first=day,
        reason="the lead inspector asked for it",
        by=by,
        now=at(moment),
    )


def sent() -> None:
    """What was queued has gone; what waits is taken back when its dates change, and has told nobody."""
    Message.objects.filter(state=MessageState.QUEUED).update(state=MessageState.SENT, sent_at=at("2011-04-18 11:45"))


def test_history_names_who_was_told_of_a_moved_deadline_and_by_which_email(scene) -> None:
    scene.tick("2011-04-18 10:01")
    sent()
    move_documents(scene, date(2011, 4, 28), "2011-04-18 11:00", by=scene.office)
    (before,) = changes(scene)
    assert (before.notices, before.stands, before.deadlines) == ((), True, frozenset({"core-documents"}))
    scene.tick("2011-04-26 09:30")
    (after,) = changes(scene)
    assert {notice.name for notice in after.notices} >= {"Olive Owner", "Oscar Owner"}
    olive = next(notice for notice in after.notices if notice.name == "Olive Owner")
    (_, mail) = scene.mails(scene.olive)
    assert (olive.at, olive.subject, olive.shown_state) == (at("2011-04-26 09:30"), mail.subject, "waiting")
    Message.objects.filter(pk=mail.pk).update(state=MessageState.FAILED)
    (item,) = reading.texts(page(scene), ITEM)
    title = PAPER.step("core-documents").title
    assert item.startswith(
        f"Step moved {title}: 28 April 2011 18 April 2011 at 11am, Dan Office: the lead inspector asked for it "
        f"1 date moved, 1 of them our deadline What moved: {title}: 28 April 2011 Step From To {title} "
        "Our deadline Tuesday 19 April 2011 Thursday 28 April 2011"
    )
    assert f"Olive Owner, 26 April 2011 at 9:30am: “{mail.subject}” Failed" in item


def test_who_was_told_before_the_next_change_was_told_of_that_one_alone(scene) -> None:
    move_documents(scene, date(2011, 4, 28), "2011-04-18 11:00")
    scene.tick("2011-04-18 11:30")
    sent()
    move_documents(scene, date(2011, 5, 4), "2011-04-18 12:00")
    undo_date(inspection=scene.inspection, kind="moved", key="core-documents", by=None, now=at("2011-04-18 12:30"))
    scene.tick("2011-04-19 09:30")
    undone, second, first = changes(scene)
    assert [bool(row.notices) for row in (undone, second, first)] == [True, False, True]
    assert [row.stands for row in (undone, second, first)] == [True, False, False]
    assert {notice.at for notice in first.notices} == {at("2011-04-18 11:30")}
    assert {notice.at for notice in undone.notices} == {at("2011-04-19 09:30")}


def test_history_tells_every_kind_of_change_latest_first(scene) -> None:
    inspection, by = scene.inspection, {"by": scene.office}
    add_closure(council=scene.council, date=date(2011, 5, 10), reason="Flood", now=at("2011-04-18 11:00"), **by)
    move_documents(scene, date(2011, 4, 20), "2011-04-18 11:10")
    undo_date(inspection=inspection, kind="moved", key="core-documents", now=at("2011-04-18 11:20"), **by)
    record_actual_date(
        inspection=inspection, anchor_key="draft-received", day=date(2011, 5, 31), now=at("2011-04-18 11:30"), **by
    )
    undo_date(inspection=inspection, kind="actual", key="draft-received", now=at("2011-04-18 11:40"), **by)
    correct_notification(
        inspection=inspection, notified_on=date(2011, 4, 19), reason="As written", now=at("2011-04-19 12:00"), **by
    )
    remove_closure(day=scene.council.closure_days.get(), now=at("2011-04-19 12:10"), **by)
    withdraw(inspection=inspection, reason="Deferred", now=at("2011-04-19 12:20"), **by)
    reinstate(inspection=inspection, now=at("2011-04-19 12:30"), **by)
    shown = page(scene)
    assert reading.texts(shown, ITEM + "/h2") == [
        "Inspection reinstated",
        "Inspection withdrawn",
        "Day counts again",
        "Notification corrected",
        "Actual date taken back",
        "Actual date recorded",
        "Move undone",
        "Step moved",
        "Day that does not count added",
    ]
    assert reading.texts(shown, by_class("govuk-body-l")) == ["9 changes on record, latest first."]
    corrected = reading.texts(shown, ITEM)[3]
    assert corrected.startswith(
        "Notification corrected Notified on 19 April 2011, not 18 April 2011 19 April 2011 at midday, Dan Office: "
        f"As written {len(PAPER.steps)} dates moved, 12 of them our deadlines"
    )


def test_a_corrected_notification_can_be_told_again_from_the_record(scene) -> None:
    correct_notification(
        inspection=scene.inspection,
        notified_on=date(2011, 4, 19),
        reason="As written",
        by=None,
        now=at("2011-04-19 12:00"),
    )
    (row,) = changes(scene)
    moved = {each.key: (each.before, each.after) for each in row.change.moved}
    assert moved["case-list"] == (date(2011, 4, 21), date(2011, 4, 26))
    assert moved["publication"] == (date(2011, 6, 17), date(2011, 6, 20))


def test_a_record_that_kept_less_is_told_as_far_as_it_goes(scene) -> None:
    facts = {"council_id": scene.council.pk, "inspection": scene.inspection.slug, "at": at("2011-04-18 09:00")}
    Event.objects.create(
        verb="dates moved",
        subject="Wednesday 4 May 2011: Council closed: Flood",
        detail={"date": "2011-05-04", "moved": [["Something", "2011-05-04", "2011-05-05"]]},
        **facts,
    )
    Event.objects.create(verb="notification recorded", subject="Notified on 18 April 2011", detail={}, **facts)
    closed = reading.texts(page(scene), ITEM)[1]
    assert closed.startswith("Days that do not count changed Wednesday 4 May 2011: Council closed: Flood")
    assert closed.endswith("No deadline of the council moved, so nobody had to be told.")


def test_history_is_empty_before_the_call(waiting) -> None:
    assert reading.texts(page(waiting), by_class("house-empty")) == [
        "No date has changed yet Once the notification is recorded, every change of a date is kept here: who made it "
        "and why, which deadlines moved, and who was told by email."
    ]


def test_history_takes_the_same_queries_for_1_and_15_changes(scene, django_assert_num_queries) -> None:
    client = sign_in(scene.office)
    address = reverse("reminders:date-history", args=[scene.inspection.slug])
    move_documents(scene, date(2011, 4, 28), "2011-04-18 11:00")
    scene.tick("2011-04-18 11:30")
    with django_assert_num_queries(7):
        client.get(address)
    for number in range(14):
        move_documents(scene, date(2011, 5, 3 + number % 3), f"2011-04-18 12:{number:02}")
    scene.tick("2011-04-18 13:30")
    with django_assert_num_queries(7):
        assert client.get(address).status_code == 200

"""My work and the forecast: readings of the list of duties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from inspections.actions import withdraw
from inspections.models import InspectionKind
from tests import reading
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import sign_in
from tests.timetable.worked import duty, owner, stands, worked_example
from timetable.forecast import forecast
from timetable.work import my_work, other_inspections

NOW = at("2011-04-20 09:00")
DUE = at("2011-04-21 17:00")


def test_my_work_is_what_my_posts_and_roles_owe_and_nothing_else() -> None:
    duties = [
        duty("document:1", owner(post=1), due=DUE),
        duty("document:2", owner(post=2), due=DUE),
        duty("document:3", owner(post=2), owner(post=1), due=DUE, done=True),
        duty("document:4", due=DUE),
        duty("step:survey-letter", due=DUE),
    ]
    mine = my_work(duties, person=7, posts=[1], roles=[Role.OWNER], now=NOW)
    assert [row.key for row in mine.owed] == ["document:1"]
    assert [row.key for row in mine.done] == ["document:3"]
    office = my_work(duties, person=7, posts=[], roles=[Role.DCS_OFFICE, Role.OWNER], now=NOW)
    assert [row.key for row in office.owed] == ["step:survey-letter"]


def test_my_work_is_in_order_of_the_moment_it_is_due() -> None:
    duties = [
        duty("document:1", owner(), due=DUE),
        duty("document:2", owner(), due=DUE - timedelta(hours=1)),
        duty("document:3", owner()),
        duty("document:4", owner(), due=DUE - timedelta(days=2)),
        duty("document:5", owner(), due=DUE),
    ]
    mine = my_work(duties, person=7, posts=[1], roles=[], now=NOW)
    assert [row.key[-1] for row in mine.owed] == ["4", "2", "1", "5", "3"]
    assert mine.late == 1


def test_my_work_is_in_order_of_the_day_before_there_are_dates() -> None:
    days = {"1": 10, "2": 2, "3": None, "4": 5}
    duties = [duty(f"document:{key}", owner(), due_day=day) for key, day in days.items()]
    mine = my_work(duties, person=7, posts=[1], roles=[], now=NOW)
    assert [row.key[-1] for row in mine.owed] == ["2", "4", "1", "3"]
    assert mine.late == 0


def test_what_is_done_is_shown_latest_first() -> None:
    moments = {"1": at("2011-04-18 09:00"), "2": None, "3": at("2011-04-19 09:00")}
    duties = [duty(f"document:{key}", owner(), done=True, done_at=moment) for key, moment in moments.items()]
    assert [row.key[-1] for row in my_work(duties, person=7, posts=[1], roles=[], now=NOW).done] == ["3", "1", "2"]


def _document(number: int, *owners, done: bool = False):
    return duty(f"document:{number}", *owners, done=done)


@pytest.mark.parametrize(
    ("documents", "numbers", "could_send"),
    [
        ([], (0, 0, 0), False),
        ([_document(1, owner(), done=True)], (1, 0, 0), True),
        ([_document(1, owner(), done=True), _document(2, done=True)], (2, 0, 0), True),
        ([_document(1, owner(), done=True), _document(2, owner())], (1, 1, 0), False),
        ([_document(1), _document(2, owner(holder=None)), _document(3, owner())], (0, 1, 2), False),
        ([_document(1, owner(holder=None), owner(post=2))], (0, 1, 0), False),
    ],
)
@pytest.mark.django_db
def test_forecast_counts_ready_unready_and_those_with_nobody(documents, numbers, could_send) -> None:
    found = forecast(stands(worked_example(None), "2011-04-18 09:00"), documents)
    assert (found.ready, found.unready, found.unowned) == numbers
    assert found.could_send is could_send


@pytest.mark.parametrize(
    ("moment", "notified"), [("2011-04-21 22:00", "2011-04-21"), ("2011-04-22 09:00", "2011-04-26")]
)
def test_forecast_supposes_the_call_today_or_on_the_next_working_day(db, moment, notified) -> None:
    found = forecast(stands(worked_example(None), moment), [])
    assert found.dates.notified.isoformat() == notified


def test_forecast_leaves_out_what_can_only_be_recorded_after_the_call(db) -> None:
    duties = [_document(1, owner()), duty("step:case-list"), duty("focus-group:x-1", owner(), done=True)]
    found = forecast(stands(worked_example(None), "2011-04-18 09:00"), duties)
    assert [row.key for row in found.missing] == ["document:1"]
    assert [row.key for row in found.met] == ["focus-group:x-1"]


def test_forecast_of_an_inspection_puts_what_is_missing_on_its_days(db) -> None:
    inspection = worked_example(None)
    found = forecast(stands(inspection, "2011-04-18 09:00"))
    assert (found.ready, found.unready, found.unowned) == (0, 0, 13)
    assert [row.due for row in found.missing] == [at("2011-04-19 17:00")] * 13 + [at("2011-05-05 17:00")] * 37


def test_other_inspections_are_those_of_the_persons_councils_that_are_not_over(db) -> None:
    inspection = worked_example()
    person = make_person(inspection.council, Role.OWNER, Role.MEMBER)
    rehearsal = make_inspection(inspection.council, title="A rehearsal", kind=InspectionKind.REHEARSAL)
    make_inspection(inspection.council, notified=date(2009, 3, 2))
    withdraw(inspection=make_inspection(inspection.council), reason="Deferred", by=None, now=NOW)
    elsewhere, strange = make_council("Elsewhereshire"), make_council("Strangeshire")
    Membership.objects.create(council=elsewhere, user=person, role=Role.AUDITOR)
    Membership.objects.create(council=strange, user=person, role=Role.BOARD)
    other = make_inspection(elsewhere, title="B inspection", notified=date(2011, 4, 1))
    make_inspection(strange)
    found = other_inspections(person.pk, inspection, today=NOW.date())
    assert [(row.slug, row.council, row.is_rehearsal) for row in found] == [
        (rehearsal.slug, "Fictionshire", True),
        (other.slug, "Elsewhereshire", False),
    ]


def test_a_step_is_recorded_done_from_my_work(db) -> None:
    inspection = worked_example()
    client = sign_in(make_person(inspection.council, Role.DCS_OFFICE))
    page = reading.page(client.get(reverse("timetable:my-work", args=[inspection.slug])))
    form = page.xpath("//main//form[contains(@action, '/steps/factual-accuracy/')]")[0]
    response = client.post(form.get("action"), dict(form.form_values()), follow=True)
    assert reading.success(response) == ["Recorded as done: Factual accuracy check; any concerns to the lead inspector"]

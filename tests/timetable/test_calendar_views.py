"""The timetable as a calendar, as a chart and on paper, in the words that people read."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import page as checker
import pikepdf
import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Role
from frameworks import Library
from inspections.actions import open_inspection, record_notification, withdraw
from inspections.closures import add_closure
from inspections.dates_actions import move_step
from inspections.schedule import schedule
from inspections.working_days import WorkingCalendar
from tests import reading
from tests.factories.crowd import crowd
from tests.factories.documents import complete
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.printing.test_pdf import words_of
from tests.reading import by_class, sign_in
from tests.test_tiny_framework import TINY
from tests.timetable.worked import worked_example
from timetable.actions import record_step
from timetable.months import month_of

pytestmark = pytest.mark.django_db

PAPER = Library().framework("slac-2009")
DAY = by_class("house-month__day")
A3 = (1190.55, 841.89)


@pytest.fixture
def clock():
    with time_machine.travel(at("2011-05-04 10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection(clock):
    return worked_example()


@pytest.fixture
def office(inspection):
    return sign_in(make_person(inspection.council, Role.DCS_OFFICE, name="Ada Sample"))


def ask(client, inspection, name, *more):
    return client.get(reverse(f"timetable:{name}", args=[inspection.slug, *more]))


def move_meeting(inspection, by=None):
    facts = {"step_key": "set-up-meeting", "first": date(2011, 4, 28), "reason": "the lead inspector asked for it"}
    move_step(inspection=inspection, by=by, now=at("2011-04-20 09:00"), **facts)


# Day by day


def test_days_show_a_moved_step_with_its_reason_on_its_new_day(office, inspection) -> None:
    move_meeting(inspection)
    page = ask(office, inspection, "days")
    found = reading.rows(page, "Every working day with its date, its steps and how the date was worked out")
    assert found[6][2].startswith(
        f"{PAPER.step('set-up-meeting').title} Lead inspector Moved Day 7 is 28 April 2011. Moved from 26 April 2011 "
        "by the software on 20 April 2011: the lead inspector asked for it."
    )
    assert reading.texts(page, "//nav[@aria-label='Views of the timetable']//a") == [
        "Day by day",
        "Month",
        "Chart",
        "Set dates",
        "History of the dates",
        "Print on A3 (PDF)",
    ]


# Month


def test_month_shows_steps_deadlines_weekends_holidays_and_closures(office, inspection) -> None:
    add_closure(council=inspection.council, date=date(2011, 5, 12), reason="Flood", by=None, now=at("2011-05-04 09:00"))
    page = ask(office, inspection, "month")
    assert reading.heading(page) == "Timetable: May 2011"
    days = {text.partition(" ")[0]: text for text in reading.texts(page, DAY) if text}
    assert len(days) == 31
    assert days["2"] == "2 Monday 2 May 2011 May Day"
    assert days["7"] == "7 Saturday 7 May 2011 Saturday"
    assert days["12"] == "12 Thursday 12 May 2011 Council closed: Flood"
    audits = PAPER.step("initial-audits").title
    assert days["4"] == f"4 Wednesday 4 May 2011 Day 9 Today Goes on: {audits}"
    assert days["5"] == (
        f"5 Thursday 5 May 2011 Day 10 Ends: {audits} Due at 5pm "
        f"{PAPER.step('focus-group-arrangements').title} Due at 5pm"
    )
    assert days["6"].startswith("6 Friday 6 May 2011 Day 11 Begins: ")
    assert reading.texts(page, by_class("house-month__day--today")) == [days["4"]]


def test_month_leads_to_the_months_beside_it(office, inspection) -> None:
    page = ask(office, inspection, "month-of", 2011, 4)
    assert reading.texts(page, "//nav[@aria-label='Months']//li") == ["April 2011", "May 2011", "June 2011"]
    beside = reading.page(page).xpath("//nav[@aria-label='Months']/a/@href")
    assert [address.rpartition("/month/")[2] for address in beside] == ["2011/3/", "2011/5/"]
    assert reading.texts(page, by_class("house-month__day--today")) == []


def test_month_without_a_step_says_where_they_are(office, inspection) -> None:
    page = ask(office, inspection, "month-of", 2012, 1)
    assert reading.texts(page, by_class("house-empty")) == [
        "No step falls in this month The days run from 18 April 2011 to 17 June 2011. Show them."
    ]


@pytest.mark.parametrize(("year", "month"), [(2011, 13), (2011, 0), (1989, 12), (2101, 1), (99999999999, 1)])
def test_a_month_that_there_is_none_of_is_not_there(office, inspection, year, month) -> None:
    assert ask(office, inspection, "month-of", year, month).status_code == 404


@pytest.mark.parametrize(("year", "month", "links"), [(1990, 1, 1), (2100, 12, 1)])
def test_the_first_and_last_month_that_are_known_lead_one_way(office, inspection, year, month, links) -> None:
    page = ask(office, inspection, "month-of", year, month)
    assert len(reading.page(page).xpath("//nav[@aria-label='Months']/a")) == links


@settings(max_examples=40)
@given(st.dates(date(1992, 1, 1), date(2098, 1, 1)), st.sets(st.integers(1, 80), max_size=6), st.integers(-1, 4))
def test_any_month_shows_every_day_once_and_each_step_where_it_is(start, closed, beside) -> None:
    calendar = WorkingCalendar({date.fromordinal(start.toordinal() + n): "Closed" for n in closed})
    notified = calendar.next_working(start)
    dates = schedule(PAPER, notified, calendar)
    number = notified.year * 12 + notified.month - 1 + beside
    found = month_of(dates, calendar, date(number // 12, number % 12 + 1, 1), today=notified)
    days = list(found.days)
    assert [day.date.day for day in days] == list(range(1, len(days) + 1))
    assert {len(week) for week in found.weeks} == {7}
    for day in days:
        assert (day.why_not == "") is calendar.is_working(day.date)
        shown = [entry.dated.step.key for entry in day.entries]
        there = [d.step.key for d in dates.steps if d.first <= day.date <= d.last]
        assert shown == (there if calendar.is_working(day.date) else [])


# Chart


def chart_rows(page) -> dict[str, tuple[str, str]]:
    found = reading.rows(
        page,
        "Every step and everything else that is due, with dates and how it stands; the bar beside it shows the same",
    )
    return {row[0]: (row[1], row[2]) for row in found}


def test_chart_says_of_each_step_when_it_is_and_how_it_stands(office, inspection) -> None:
    complete(inspection, "3", now=at("2011-04-18 12:00"))
    record_step(inspection=inspection, step_key="send-documents", by=None, now=at("2011-04-19 10:00"))
    move_meeting(inspection)
    page = ask(office, inspection, "chart")
    found = chart_rows(page)
    assert len(found) == len(PAPER.steps)
    assert found[f"{PAPER.step('core-documents').title} Council"] == ("19 April, day 2", "Late: 1 of 13 done")
    assert found[f"{PAPER.step('send-documents').title} Council"] == ("19 April, day 2", "Done")
    assert found[f"{PAPER.step('set-up-meeting').title} Lead inspector Moved"] == (
        "28 April, day 7",
        "For information, past",
    )
    assert found[f"{PAPER.step('initial-audits').title} Council"] == (
        "27 April to 5 May, days 6 to 10",
        "Nothing owed yet",
    )
    assert found[f"{PAPER.step('fieldwork').title} Inspectors"] == (
        "6 to 18 May, days 11 to 19",
        "For information, to come",
    )
    assert reading.texts(page, by_class("house-chart__legend") + "/li") == [
        "4 late",
        "5 to do",
        "1 done",
        "2 nothing owed yet",
        "9 for information, to come",
        "3 for information, past",
    ]
    assert "Day 9 of 40, Wednesday 4 May 2011." in reading.texts(page, "//main//p")


def test_chart_draws_each_bar_over_its_working_days_and_today_through_all(office, inspection) -> None:
    page = reading.page(ask(office, inspection, "chart"))
    (row,) = (tr for tr in page.xpath("//tr") if reading.words(tr).startswith(PAPER.step("initial-audits").title))
    (bar,) = row.xpath(".//rect[contains(@class, 'house-chart__bar--')]")
    assert (bar.get("x"), bar.get("width")) == ("12.50%", "12.50%")
    assert {line.get("x") for line in page.xpath("//rect[@class='house-chart__today']")} == {"21.25%"}
    assert len(page.xpath("//rect[@class='house-chart__today']")) == len(PAPER.steps)
    assert page.xpath("//svg[not(@aria-hidden='true')]//rect[contains(@class, 'house-chart')]") == []


@pytest.mark.parametrize(
    ("moment", "line"), [("2011-04-18 08:00", 1), ("2011-04-25 10:00", 1), ("2011-06-20 10:00", 0)]
)
def test_todays_line_is_drawn_while_the_days_run(inspection, clock, moment, line) -> None:
    clock.move_to(at(moment))
    client = sign_in(make_person(inspection.council, Role.DCS_OFFICE))
    page = reading.page(ask(client, inspection, "chart"))
    assert len(page.xpath("//rect[@class='house-chart__today']")) == line * len(PAPER.steps)


@pytest.mark.parametrize("name", ["days", "month", "chart"])
def test_before_notification_each_view_says_that_it_supposes_the_call_today(office, inspection, name) -> None:
    page = ask(office, make_inspection(inspection.council), name)
    assert reading.texts(page, by_class("govuk-inset-text")) == [
        "The inspection has not been notified. These are the dates that would follow if the call came on "
        "Wednesday 4 May 2011."
    ]


@pytest.mark.parametrize("name", ["days", "month", "chart"])
def test_withdrawn_each_view_says_so(office, inspection, name) -> None:
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-05-04 09:00"))
    page = ask(office, inspection, name)
    assert reading.texts(page, by_class("govuk-warning-text__text")) == [
        "Warning The inspection was withdrawn: Deferred. Its dates are shown as they stood."
    ]
    assert reading.texts(page, by_class("house-chart__state--late")) == []


# On paper


def sheet(response) -> tuple[list[str], tuple[float, float]]:
    """The words of each page, and the size of the first."""
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    report = checker.validate_pdf_bytes(response.content, profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        box = [float(each) for each in pdf.pages[0].mediabox]
    return words_of(response.content), (round(box[2], 2), round(box[3], 2))


def one_line(text: str) -> str:
    return "".join(text.split())


def in_reading_order(pdf: bytes) -> str:
    """The words of a PDF without spaces, column after column, so that a title that is broken over lines is whole."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return one_line("".join(document[n].get_textpage().get_text_range() for n in range(len(document))))


def test_poster_is_one_page_of_a3_with_every_step_and_owner(office, inspection) -> None:
    for number, document in enumerate(inspection.framework.documents):
        if number:
            make_ownership(inspection, f"document:{document.key}", *(make_post(inspection.council) for _ in range(2)))
    lister = make_post(inspection.council, "Head of Lists")
    make_ownership(inspection, "step:case-list", lister)
    move_meeting(inspection)
    response = ask(office, inspection, "print")
    pages, size = sheet(response)
    assert (len(pages), size) == (1, A3)
    words = in_reading_order(response.content)
    missing = [step.title for step in PAPER.steps if one_line(step.title) not in words]
    assert missing == []
    for said in (
        "Fictionshire 2011: timetable",
        "Head of Lists",
        "24 posts, named on the right",
        "no owner yet (1)",
        "Friday 29 April 2011",
        "Good Friday",
        "16 Saturdays and Sundays",
        "Day 7 is 28 April 2011. Moved from 26 April 2011",
        "the service has the latest",
    ):
        assert one_line(said) in words, said


def test_poster_of_the_tiny_framework_is_one_page_too(clock) -> None:
    with override_settings(FRAMEWORK_DIRS=[TINY]):
        council = make_council()
        facts: dict[str, Any] = {"by": None, "now": at("2030-06-03 09:00")}
        found = open_inspection(council=council, title="Tiny visit", framework_key="tiny-2030", plan_key="", **facts)
        clock.move_to(at("2030-06-13 09:00"))
        client = sign_in(make_person(council, Role.DCS_OFFICE))
        before = ask(client, found, "print")
        assert len(sheet(before)[0]) == 1
        assert one_line("the dates that would follow if the call came on Thursday 13 June 2030") in in_reading_order(
            before.content
        )
        record_notification(inspection=found, notified_on=date(2030, 6, 12), by=None, now=at("2030-06-13 09:00"))
        response = ask(client, found, "print")
        pages, size = sheet(response)
        assert (len(pages), size) == (1, A3)
        words = in_reading_order(response.content)
        assert [step.title for step in found.framework.steps if one_line(step.title) not in words] == []


def test_poster_for_an_owner_says_nothing_of_who_owns_what(inspection) -> None:
    make_ownership(inspection, "step:case-list", make_post(inspection.council, "Head of Lists"))
    client = sign_in(make_person(inspection.council, Role.OWNER))
    words = in_reading_order(ask(client, inspection, "print").content)
    assert (one_line("Head of Lists") in words, one_line("Owned by") in words) == (False, False)


# Query counts


@pytest.mark.parametrize(("name", "queries"), [("month", 6), ("chart", 12), ("print", 10)])
def test_view_takes_the_same_queries_for_1_and_30_of_everything(
    inspection, office, django_assert_num_queries, name, queries
) -> None:
    for number in (1, 29):
        crowd(inspection, number)
        with django_assert_num_queries(queries):
            assert ask(office, inspection, name).status_code == 200

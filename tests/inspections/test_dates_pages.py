"""The pages on which steps are moved and actual dates recorded, in the words that people read."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Event, Role
from frameworks import Library
from inspections.actions import withdraw
from inspections.models import StoredSetDate
from tests import reading
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

MEETING, FIELDWORK = "set-up-meeting", "fieldwork"
PAPER = Library().framework("slac-2009")
TITLE = PAPER.step(MEETING).title
ASKED = "The lead inspector asked for it"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at("2011-04-20 10:00"), tick=False):
        yield


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18), title="Fictionshire 2011")


@pytest.fixture
def office(inspection):
    return sign_in(make_person(inspection.council, Role.DCS_OFFICE, name="Ada Sample"))


def address(inspection, key=MEETING, kind="step", name="date") -> str:
    return reverse(f"inspections:{name}", args=[inspection.slug, kind, key])


def typed(day: date | None = None, *, number: str = "", last: date | None = None, reason=ASKED, **more) -> dict:
    data = {"reason": reason, "number": number, "seen": "0", **more}
    for name, each in (("first", day), ("last", last)):
        if each:
            data |= {f"{name}_day": each.day, f"{name}_month": each.month, f"{name}_year": each.year}
    return data


def hidden(response) -> dict[str, str]:
    """What the confirming form of a page would send."""
    (form,) = reading.page(response).xpath("//main//form")
    return {field.get("name"): field.get("value") for field in form.xpath(".//input")}


def faults(response) -> list[str]:
    return reading.texts(response, by_class("govuk-error-summary") + "//li")


def test_moving_a_step_shows_what_follows_before_it_is_done(office, inspection) -> None:
    shown = office.post(address(inspection, "fieldwork-ends"), typed(date(2011, 5, 23)))
    assert reading.heading(shown) == "It would be on Monday 23 May 2011 (day 22)"
    found = reading.rows(shown, "Fictionshire 2011: 9 dates would move")
    assert found[0] == [PAPER.step("fieldwork-ends").title, "Thursday 19 May 2011", "Monday 23 May 2011"]
    assert [row[0] for row in found if "Our deadline" in row[0]] == [
        f"{PAPER.step(key).title} Our deadline" for key in ("factual-accuracy", "circulate-report")
    ]
    assert StoredSetDate.objects.count() == 0
    done = office.post(address(inspection, "fieldwork-ends"), hidden(shown), follow=True)
    assert reading.success(done) == [
        f"{PAPER.step('fieldwork-ends').title} is set to Monday 23 May 2011. "
        "8 dates move with it, 2 of them our deadlines."
    ]
    again = office.post(address(inspection, "fieldwork-ends"), hidden(shown), follow=True)
    assert reading.success(again) == [
        f"Nothing to change: {PAPER.step('fieldwork-ends').title} is set to Monday 23 May 2011 already."
    ]
    assert (StoredSetDate.objects.count(), Event.objects.count()) == (1, 1)


def test_step_page_explains_its_date_and_offers_the_way_back(office, inspection) -> None:
    office.post(address(inspection), typed(date(2011, 4, 28), confirmed="2011-04-28/2011-04-28"))
    page = office.get(address(inspection))
    assert reading.title(page) == f"{TITLE} – moved – Fictionshire 2011 – Ready for inspection"
    assert (
        "Day 7 is 28 April 2011. Moved from 26 April 2011 by Ada Sample on 20 April 2011: The lead inspector asked "
        "for it."
    ) in reading.texts(page, "//main//p")
    assert reading.texts(page, "//main//button") == ["Undo the move", "Show what follows"]
    assert f"{TITLE}: Tuesday 26 April 2011" in reading.texts(page, "//main//li")
    undone = office.post(address(inspection, name="undo-date"), {"seen": StoredSetDate.objects.get().pk}, follow=True)
    follows = "1 date moves with it, 1 of them our deadline."
    assert reading.success(undone) == [f"{TITLE}: the date is counted again. {follows}"]
    assert reading.texts(undone, "//main//ul[last()]/li") == [
        "20 April 2011 at 10am: set to Thursday 28 April 2011 by Ada Sample (“The lead inspector asked for it”); "
        "until 20 April 2011 at 10am, changed by Ada Sample"
    ]


def test_a_step_is_moved_to_a_working_day_and_keeps_its_length(office, inspection) -> None:
    shown = office.post(address(inspection, FIELDWORK), typed(number="12"))
    assert reading.heading(shown) == "It would be on Monday 9 May 2011 to Thursday 19 May 2011 (day 12)"
    longer = office.post(address(inspection, FIELDWORK), typed(date(2011, 5, 9), last=date(2011, 5, 24)))
    assert reading.heading(longer) == "It would be on Monday 9 May 2011 to Tuesday 24 May 2011 (day 12)"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (typed(), "Enter the new date"),
        (typed(date(2011, 4, 28), reason=" "), "Say why the step is moved, so that it is on the record"),
        (typed(date(2011, 4, 25)), "Monday 25 April 2011 is not a working day (Easter Monday). The next working day "
         "is Tuesday 26 April 2011."),
        (typed(date(2011, 4, 28), number="7"), "Enter a date or a working day, not both"),
        (typed(number="seven"), "Enter the working day as a number, such as 12"),
        (typed(number="0"), "The first working day is 1"),
        ({**typed(), "first_day": "31", "first_month": "2", "first_year": "2011"}, "The new date must be a real date"),
        (typed(date(2199, 4, 28)), "28 April 2199 is more than a year after the notification. Check the year."),
        (typed(date(2011, 4, 15)), "15 April 2011 is before the notification (18 April 2011). Choose that day or a "
         "later one."),
        ({**typed(date(2011, 4, 28)), "confirmed": "2011-04-28/2011-04-28", "seen": "999"}, "Somebody has taken the "
         "date back since you looked. Look at it again before you change it."),
        ({}, "Enter the new date"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_clear_answer_and_no_effect(office, inspection, data, fault) -> None:
    response = office.post(address(inspection), data)
    assert response.status_code == 422
    assert fault in faults(response)
    assert (StoredSetDate.objects.count(), Event.objects.count()) == (0, 0)


def test_an_actual_date_needs_no_reason_and_a_weekend_says_what_follows(office, inspection) -> None:
    there = address(inspection, "final-received", "event")
    shown = office.post(there, typed(date(2011, 6, 11), reason=""))
    assert reading.texts(shown, by_class("govuk-inset-text")) == [
        "Saturday 11 June 2011 does not count (Saturday), so what is counted from it begins with the next working day."
    ]
    done = office.post(there, hidden(shown), follow=True)
    assert reading.success(done) == [
        "Final report received is set to Saturday 11 June 2011. 2 dates move with it, 1 of them our deadline."
    ]
    assert "11 June 2011: Final report received, as recorded by Ada Sample on 20 April 2011." in reading.texts(
        done, "//main//p"
    )


def test_impossible_order_is_warned_of_before_and_after(office, inspection) -> None:
    there = address(inspection, "fieldwork-end", "event")
    shown = office.post(there, typed(date(2011, 5, 4), reason=""))
    warning = (
        "Warning End of fieldwork (4 May 2011) comes before Start of fieldwork (6 May 2011), from which it is counted."
    )
    assert reading.texts(shown, by_class("govuk-warning-text__text")) == [warning]
    office.post(there, hidden(shown))
    listed = office.get(reverse("inspections:dates", args=[inspection.slug]))
    assert reading.texts(listed, by_class("govuk-warning-text__text")) == [warning]


def test_dates_page_marks_what_was_set(office, inspection) -> None:
    office.post(address(inspection), typed(date(2011, 4, 28), confirmed="2011-04-28/2011-04-28"))
    page = office.get(reverse("inspections:dates", args=[inspection.slug]))
    found = reading.rows(page, "Steps")
    assert [row[0] for row in found if row[0].endswith("Moved")] == [f"{TITLE} Moved"]
    assert len(found) == len(PAPER.steps)
    assert [row[0] for row in reading.rows(page, "Events that other dates are counted from")] == [
        anchor.title for anchor in PAPER.anchors[1:]
    ]


@pytest.mark.parametrize("role", [Role.OWNER, Role.MEMBER])
def test_readers_see_the_date_and_no_form(inspection, role) -> None:
    client = sign_in(make_person(inspection.council, role))
    page = client.get(address(inspection))
    assert reading.heading(page) == TITLE
    assert reading.page(page).xpath("//main//form") == []
    assert client.post(address(inspection), typed(date(2011, 4, 28))).status_code == 404


@pytest.mark.parametrize(
    ("kind", "key"), [("step", "tea"), ("event", "notified"), ("event", "case-list"), ("tea", MEETING)]
)
def test_what_the_framework_has_not_is_not_there(office, inspection, kind, key) -> None:
    assert office.get(address(inspection, key, kind)).status_code == 404
    assert office.post(address(inspection, key, kind, "undo-date")).status_code == 404


def test_before_notification_and_after_withdrawal_nothing_can_be_set(office, inspection) -> None:
    before = make_inspection(inspection.council)
    assert "If the call came today: Thursday 28 April 2011" in reading.texts(office.get(address(before)), "//main//p")
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-04-20 09:00"))
    for row, words in ((before, "has not been recorded yet"), (inspection, "is withdrawn (Deferred)")):
        assert reading.page(office.get(address(row))).xpath("//main//form") == []
        answer = office.post(address(row), typed(date(2011, 4, 28)))
        assert [words in fault for fault in faults(answer)] == [True]
    assert StoredSetDate.objects.count() == 0


def test_notification_itself_is_corrected_and_not_moved(office, inspection) -> None:
    page = office.get(address(inspection, PAPER.steps[0].key))
    assert reading.texts(page, "//main//a[contains(@href, '/notification/')]") == ["correct the notification"]
    assert reading.page(page).xpath("//main//form") == []


def test_a_reason_is_shown_as_text(office, inspection) -> None:
    data = typed(date(2011, 4, 28), reason="<script>alert(1)</script>", confirmed="2011-04-28/2011-04-28")
    page = office.post(address(inspection), data, follow=True)
    assert page.content.decode().count("<script>alert") == 0
    assert any("<script>alert(1)</script>" in text for text in reading.texts(page, "//main//p"))

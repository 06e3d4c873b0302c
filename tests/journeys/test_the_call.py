"""1 and 2. The call comes: the DCS office records it, sees where the council stands, and everybody is told at once."""

from datetime import date

import pytest

from tests.processes import until

pytestmark = pytest.mark.journey

SATURDAY, MONDAY = date(2011, 4, 16), date(2011, 4, 18)
# The briefing paper's worked example.
DAYS = {
    1: ("Monday 18 April 2011", "Day 1 is 18 April 2011, the day of notification."),
    4: ("Thursday 21 April 2011", "Day 4 is 21 April 2011, the working day after day 3."),
    5: (
        "Tuesday 26 April 2011",
        "Day 5 is 26 April 2011: Good Friday (22 April), Saturday, Sunday and Easter Monday (25 April) "
        "are not working days.",
    ),
    8: ("Tuesday 3 May 2011", None),
    11: ("Friday 6 May 2011", None),
    20: ("Thursday 19 May 2011", None),
    40: ("Friday 17 June 2011", None),
}


def test_the_call_comes(service, visitor):
    dina = visitor("call", "dcs-office")
    given_that_nobody_has_called_yet(dina)
    when_she_enters_a_saturday_by_mistake(dina)
    then_it_is_refused_and_the_next_working_day_named(dina)
    when_she_enters_the_day_of_the_call(dina)
    then_she_sees_the_dates_before_anything_is_recorded(dina)
    when_she_records_it(dina)
    then_the_countdown_stands_at_day_1_of_40(dina)
    and_every_day_has_its_date_and_how_it_was_worked_out(dina)
    and_everybody_with_a_duty_gets_one_email_at_once(service, dina)


def given_that_nobody_has_called_yet(dina):
    dina.signs_in()
    dina.sees_heading("If the call came today")
    dina.sees("0 of 13 documents would be ready")
    dina.meets_no_barrier("journey-before-the-call")


def when_she_enters_a_saturday_by_mistake(dina):
    dina.presses("Record the notification")
    dina.enters_day(SATURDAY)
    dina.presses("Show the dates")


def then_it_is_refused_and_the_next_working_day_named(dina):
    dina.is_refused(
        "Saturday 16 April 2011 is not a working day (Saturday). The next working day is Monday 18 April 2011."
    )
    dina.meets_no_barrier("journey-notification-refused")


def when_she_enters_the_day_of_the_call(dina):
    dina.enters_day(MONDAY)
    dina.presses("Show the dates")


def then_she_sees_the_dates_before_anything_is_recorded(dina):
    dina.sees_heading("Day 1 would be Monday 18 April 2011")
    dina.sees("Core set of 13 documents sent to the lead inspector", "Friday 17 June 2011")
    dina.meets_no_barrier("journey-check-notification")


def when_she_records_it(dina):
    dina.presses("Record the notification")


def then_the_countdown_stands_at_day_1_of_40(dina):
    dina.sees_heading("Day 1 of 40 · Monday 18 April 2011")
    dina.sees_heading("Today")
    dina.sees("Notification and accompanying documents emailed to the Director of Children's Services")
    dina.sees_heading("Next: Tuesday 19 April 2011")
    dina.sees("Core set of 13 documents sent to the lead inspector")
    # From a little after ten past nine to five o'clock on the next day.
    (left,) = dina.reads(".house-next strong")
    assert left == "1 day 7 hours"
    dina.sees("to the next deadline: 19 April 2011 at 5pm (day 2)", "14 things are due then.")
    dina.meets_no_barrier("journey-countdown-day-1")


def and_every_day_has_its_date_and_how_it_was_worked_out(dina):
    numbers = dina.reads(".house-day th")
    dates = dina.reads(".house-day__date")
    reasons = dina.reads(".house-day__why")
    assert numbers == [str(number) for number in range(1, 41)]
    assert all(dates)
    assert all(reasons)
    for number, (day, reason) in DAYS.items():
        assert dates[number - 1].removesuffix(" Today") == day
        assert reason is None or reasons[number - 1] == reason


def and_everybody_with_a_duty_gets_one_email_at_once(service, dina):
    owing = service.world["places"]["call"]["owing"]
    until(lambda: all(service.mail(person) for person in owing), "everybody has an email")
    dina.page.get_by_role("link", name="Local mailbox").click()
    dina.sees_heading("Local mailbox")
    assert sorted(dina.reads("tbody td[data-label=To]")) == owing
    dina.meets_no_barrier("journey-mailbox")
    dina.row("owner@callshire.example.org").get_by_role("link").click()
    dina.sees_heading("Callshire has been notified of an inspection: 1 due by 19 April")
    dina.sees("Dear Owen Example,", "Minutes of the last six Local Safeguarding Children Board meetings")
    dina.meets_no_barrier("journey-email")

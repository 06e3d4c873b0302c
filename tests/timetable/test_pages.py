"""The pages of the timetable, in the words that people read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Role
from inspections.actions import withdraw
from inspections.models import Inspection
from tests import reading
from tests.factories.crowd import crowd
from tests.factories.documents import complete
from tests.factories.people import at, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in
from tests.timetable.worked import worked_example
from timetable.actions import record_step, undo_step
from timetable.models import StepRecord

pytestmark = pytest.mark.django_db

STEP_LINK = "//main//ul[contains(@class, 'govuk-task-list')]/li"
DINA = "Dina Sample, 01632 960001, dina@example.org (DCS office)"
CASE_LIST = "List of current cases, including any analysis, to the lead inspector"
ACCURACY = "Factual accuracy check; any concerns to the lead inspector"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Day 4 of the worked example in the morning, unless a test moves it."""
    with time_machine.travel(at("2011-04-21 09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection(clock):
    return worked_example()


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Sample", email="dina@example.org")


@pytest.fixture
def at_office(office):
    return sign_in(office)


def _address(name: str, inspection: Inspection, *more: str) -> str:
    return reverse(f"timetable:{name}", args=[inspection.slug, *more])


def _countdown(client, inspection):
    return client.get(_address("countdown", inspection))


# Countdown


def test_countdown_answers_where_we_are_in_its_first_lines(at_office, inspection) -> None:
    response = _countdown(at_office, inspection)
    assert reading.title(response) == "Day 4 of 40 – countdown – Fictionshire 2011 – Ready for inspection"
    assert reading.heading(response) == "Day 4 of 40 · Thursday 21 April 2011"
    assert reading.texts(response, by_class("govuk-caption-l")) == ["Fictionshire 2011 · Before fieldwork"]
    assert reading.texts(response, by_class("house-next") + "/p") == [
        "8 hours to the next deadline: 21 April 2011 at 5pm (day 4)",
        CASE_LIST,
        "Late 17 things are late",
    ]


def test_countdown_lists_today_and_the_next_working_day_with_whom_to_ring(office, inspection) -> None:
    make_ownership(inspection, "step:initial-selection", make_post(inspection.council, "Lister", office))
    response = _countdown(sign_in(office), inspection)
    assert reading.texts(response, "//h2")[:2] == ["Today", "Next: Tuesday 26 April 2011"]
    assert reading.texts(response, STEP_LINK) == [
        f"{CASE_LIST} Council · due 21 April 2011 at 5pm To do",
        "Set-up meeting; areas for enquiry; initial case files named Lead inspector For information",
        "Initial case files recorded Council · due 26 April 2011 at 5pm "
        "Dina Sample, 01632 960001, dina@example.org (Lister) To do",
    ]
    links = reading.page(response).xpath("//main//a[starts-with(@href, 'tel:')]/@href")
    assert links == ["tel:01632960001"]


def test_countdown_names_vacant_posts_and_counts_what_nobody_owns(at_office, inspection, clock) -> None:
    clock.move_to(at("2011-04-19 09:00"))
    posts = [make_post(inspection.council, f"Post {letter}") for letter in "ABCD"]
    make_ownership(inspection, "document:1", *posts)
    complete(inspection, "2", now=at("2011-04-18 09:00"))
    (task,) = (t for t in reading.texts(_countdown(at_office, inspection), STEP_LINK) if t.startswith("Each of"))
    assert task == (
        "Each of the 13 core documents ready to send Council · due 19 April 2011 at 5pm · 1 of 13 done "
        "· 11 without an owner Post A: vacant Post B: vacant Post C: vacant and 1 more Partial"
    )


def test_countdown_on_a_bank_holiday_says_that_it_does_not_count(office, inspection, clock) -> None:
    clock.move_to(at("2011-04-25 11:00"))
    response = _countdown(sign_in(office), inspection)
    assert reading.heading(response) == "Day 4 of 40 · Monday 25 April 2011"
    assert "Today does not count (Easter Monday). Day 5 is Tuesday 26 April 2011." in reading.texts(response, "//p")
    assert "No step of the timetable falls today." in reading.texts(response, "//p")


def test_countdown_after_the_last_day(office, inspection, clock) -> None:
    clock.move_to(at("2011-06-20 09:00"))
    response = _countdown(sign_in(office), inspection)
    assert reading.heading(response) == "All 40 days have passed · Monday 20 June 2011"
    assert reading.texts(response, by_class("house-next") + "/p") == [
        "No deadline lies ahead.",
        "Late 60 things are late",
    ]


def test_countdown_of_a_withdrawn_inspection_owes_nothing(at_office, inspection) -> None:
    withdraw(inspection=inspection, reason="Deferred by Ofsted", by=None, now=at("2011-04-20 09:00"))
    response = _countdown(at_office, inspection)
    assert reading.heading(response) == "Withdrawn"
    assert reading.texts(response, by_class("govuk-warning-text__text")) == [
        "Warning The inspection was withdrawn: Deferred by Ofsted. Nothing more is owed."
    ]
    assert reading.texts(response, by_class("house-next") + "/p") == []
    assert reading.texts(response, by_class("govuk-tag")) == ["Withdrawn"]


def test_countdown_has_every_day_and_how_it_was_worked_out(at_office, inspection) -> None:
    response = _countdown(at_office, inspection)
    caption = "Every working day with its date, its steps and how the date was worked out"
    found = reading.rows(response, caption)
    assert len(found) == 40
    assert found[3] == [
        "4",
        "Thursday 21 April 2011 Today",
        f"To do {CASE_LIST} Council",
        "Day 4 is 21 April 2011, the working day after day 3.",
    ]
    assert found[4][3].startswith("Day 5 is 26 April 2011: Good Friday (22 April), Saturday, Sunday and Easter Monday")
    assert found[5][2] == "Audit of each initial case file Council, until 5 May"
    assert found[9][2].startswith("Audit of each initial case file Council, since 27 April")
    assert found[39][:2] == ["40", "Friday 17 June 2011"]
    assert len(reading.page(response).xpath(by_class("day-strip__day"))) == 61


def test_countdown_lists_what_is_late_longest_first(at_office, inspection) -> None:
    for document in inspection.framework.documents:
        complete(inspection, document.key, now=at("2011-04-18 09:00"))
    found = reading.rows(_countdown(at_office, inspection), "What is late, longest first")
    assert [row[0] for row in found] == [
        "Core set of 13 documents sent to the lead inspector",
        *(survey.title for survey in inspection.framework.surveys),
    ]
    assert found[0][1:] == ["DCS office", "Not recorded as done.", "19 April 2011 at 5pm"]


def test_countdown_before_notification_leads_to_before_the_call(at_office, inspection) -> None:
    before = make_inspection(inspection.council)
    assert _countdown(at_office, before).url == _address("before-the-call", before)
    assert at_office.get(_address("before-the-call", inspection)).url == _address("countdown", inspection)


# Timetable


def test_timetable_has_the_forty_days(at_office, inspection) -> None:
    response = at_office.get(_address("days", inspection))
    assert reading.texts(response, by_class("govuk-body-l")) == [
        "Notified on Monday 18 April 2011. The last day is Friday 17 June 2011."
    ]
    found = reading.rows(response, "Every working day with its date, its steps and how the date was worked out")
    assert [row[1] for row in found][7:11] == [
        "Tuesday 3 May 2011",
        "Wednesday 4 May 2011",
        "Thursday 5 May 2011",
        "Friday 6 May 2011",
    ]
    assert [row[1] for row in found][3:5] == ["Thursday 21 April 2011 Today", "Tuesday 26 April 2011"]
    assert found[3][2] == f"{CASE_LIST} Council, due at 5pm"
    assert found[30][2] == "No step"


def test_timetable_before_notification_supposes_the_call_today(office, inspection, clock) -> None:
    clock.move_to(at("2011-04-23 09:00"))
    response = sign_in(office).get(_address("days", make_inspection(inspection.council)))
    assert reading.texts(response, by_class("govuk-inset-text")) == [
        "The inspection has not been notified. These are the dates that would follow if the call came on "
        "Tuesday 26 April 2011."
    ]
    found = reading.rows(response, "Every working day with its date, its steps and how the date was worked out")
    assert found[0][:2] == ["1", "Tuesday 26 April 2011"]


# Before the call


@pytest.fixture
def unnotified(inspection):
    return make_inspection(inspection.council, title="Fictionshire to come")


def _sentence(client, inspection) -> str:
    (found,) = reading.texts(client.get(_address("before-the-call", inspection)), by_class("govuk-body-l"))
    return found


def test_before_the_call_answers_in_one_sentence(at_office, unnotified) -> None:
    assert _sentence(at_office, unnotified) == ("0 of 13 documents would be ready; 13 have nobody to see to them.")
    post = make_post(unnotified.council, "Head of Testing", make_person(unnotified.council, Role.OWNER))
    for document in unnotified.framework.documents[:12]:
        make_ownership(unnotified, f"document:{document.key}", post)
    for key in ("1", "2"):
        complete(unnotified, key, now=at("2011-04-20 09:00"))
    assert _sentence(at_office, unnotified) == (
        "2 of 13 documents would be ready; 10 would be late; 1 has nobody to see to it."
    )


def test_before_the_call_says_when_all_would_be_ready(at_office, unnotified) -> None:
    for document in unnotified.framework.documents:
        complete(unnotified, document.key, now=at("2011-04-20 09:00"))
    assert _sentence(at_office, unnotified) == "All 13 documents would be ready."


def test_before_the_call_shows_the_deadlines_that_would_follow(at_office, unnotified) -> None:
    response = at_office.get(_address("before-the-call", unnotified))
    found = reading.rows(response, "The council’s deadlines if the call came today")
    assert found[0] == ["2", "Tuesday 26 April 2011", "Each of the 13 core documents ready to send"]
    assert found[-1] == ["35", "Wednesday 15 June 2011", "Final report circulated"]
    assert len(found) == 12
    missing = reading.rows(response, "What is missing, in the order in which it would be due")
    assert len(missing) == 50
    assert missing[0][1] == "Owner tbc"


@pytest.mark.parametrize(("role", "buttons"), [(Role.DCS_OFFICE, 1), (Role.COORDINATOR, 1), (Role.MEMBER, 0)])
def test_before_the_call_offers_the_notification_to_those_who_record_it(unnotified, role, buttons) -> None:
    client = sign_in(make_person(unnotified.council, role))
    response = client.get(_address("before-the-call", unnotified))
    assert reading.texts(response, "//main//a[@role='button']") == ["Record the notification"] * buttons


def test_before_the_call_of_a_withdrawn_inspection_forecasts_nothing(at_office, unnotified) -> None:
    withdraw(inspection=unnotified, reason="Opened by mistake", by=None, now=at("2011-04-20 09:00"))
    response = at_office.get(_address("before-the-call", unnotified))
    assert reading.texts(response, by_class("govuk-body-l")) == []
    assert reading.texts(response, by_class("govuk-warning-text__text")) == [
        "Warning The inspection was withdrawn: Opened by mistake. Nothing is owed on it."
    ]


# My work


def test_my_work_lists_what_the_persons_posts_owe_by_day(inspection) -> None:
    owner = make_person(inspection.council, Role.OWNER)
    post = make_post(inspection.council, "Head of Testing", owner)
    group = inspection.framework.focus_groups[0]
    for item in (f"focus-group:{group.key}", "document:1", "step:factual-accuracy"):
        make_ownership(inspection, item, post)
    make_ownership(inspection, "document:2", make_post(inspection.council))
    response = sign_in(owner).get(_address("my-work", inspection))
    assert reading.title(response) == "My work: 3 to do – Fictionshire 2011 – Ready for inspection"
    assert reading.texts(response, by_class("govuk-body-l")) == ["You owe 3 things; 1 is late."]
    document, arranged, step = reading.texts(response, by_class("house-work__item"))
    minutes = inspection.framework.document("1").title
    assert document == (f"{minutes} Late Due 19 April 2011 at 5pm (day 2) All six are missing. Upload : {minutes}")
    assert step == (
        f"{ACCURACY} To do Due 3 June 2011 at 5pm (day 30) Not recorded as done. Record as done : {ACCURACY} "
        f"Record it with a note : {ACCURACY}"
    )
    assert arranged == (
        f"{group.title} To do Due 5 May 2011 at 5pm (day 10) No attendees named. Arrange : {group.title}"
    )


def test_my_work_before_notification_counts_in_days(inspection, unnotified) -> None:
    owner = make_person(unnotified.council, Role.OWNER)
    make_ownership(unnotified, "document:1", make_post(unnotified.council, "Head of Testing", owner))
    response = sign_in(owner).get(_address("my-work", unnotified))
    assert reading.texts(response, by_class("govuk-body-l")) == [
        "You owe 1 thing. The inspection has not been notified yet: days count from the day of the call."
    ]
    assert "Due on day 2" in reading.texts(response, by_class("house-work__item"))[0]


def test_my_work_with_nothing_owed_is_kind_and_says_what_comes_next(inspection) -> None:
    owner = make_person(inspection.council, Role.OWNER)
    response = sign_in(owner).get(_address("my-work", inspection))
    assert reading.title(response) == "My work: nothing to do – Fictionshire 2011 – Ready for inspection"
    assert reading.texts(response, by_class("house-empty") + "/div") == [
        "Nothing on this inspection is in your name. If you expected something here, ask the coordinator which post "
        f"owns it. The council’s next deadline is 21 April 2011 at 5pm: {CASE_LIST}."
    ]


def test_my_work_folds_away_what_is_done(inspection, office, at_office) -> None:
    for step in ("send-documents", "factual-accuracy"):
        record_step(inspection=inspection, step_key=step, by=office, now=at("2011-04-19 16:05"))
    response = at_office.get(_address("my-work", inspection))
    assert reading.texts(response, "//details/summary") == ["Done: 2"]
    assert reading.texts(response, "//details//li")[0] == (
        "Core set of 13 documents sent to the lead inspector Done 19 April 2011 at 4:05pm, Dina Sample"
    )


def test_my_work_of_a_withdrawn_inspection_is_over(inspection, at_office) -> None:
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-04-20 09:00"))
    response = at_office.get(_address("my-work", inspection))
    assert reading.texts(response, by_class("house-empty") + "/div") == [
        "The inspection was withdrawn, so nobody owes anything on it."
    ]


# Recording a step


def _record(client, inspection, note=""):
    return client.post(_address("record", inspection, "factual-accuracy"), {"note": note}, follow=True)


def test_recording_a_step_says_so_and_sent_twice_it_is_done_once(at_office, inspection) -> None:
    first = _record(at_office, inspection, "By secure email")
    assert reading.success(first) == [f"Recorded as done: {ACCURACY}"]
    assert reading.title(first) == f"{ACCURACY} – done – Fictionshire 2011 – Ready for inspection"
    assert reading.texts(first, by_class("govuk-inset-text")) == [
        "Recorded as done on 21 April 2011 at 9am by Dina Sample. By secure email"
    ]
    assert reading.success(_record(at_office, inspection, "Again")) == []
    assert StepRecord.objects.get().note == "By secure email"


def test_taking_a_step_back_keeps_its_history(at_office, inspection, clock) -> None:
    _record(at_office, inspection, "Sent")
    clock.move_to(at("2011-04-21 10:30"))
    response = at_office.post(_address("undo-record", inspection, "factual-accuracy"), follow=True)
    assert reading.success(response) == [f"Taken back. This is owed again: {ACCURACY}"]
    assert reading.texts(response, "//details//li") == [
        "21 April 2011 at 9am: recorded as done by Dina Sample (“Sent”); taken back 21 April 2011 at 10:30am by "
        "Dina Sample"
    ]
    assert StepRecord.objects.filter(undone_at=None).count() == 0


def test_a_note_that_is_too_long_is_refused_beside_the_field(at_office, inspection) -> None:
    response = _record(at_office, inspection, "x" * 2001)
    assert response.status_code == 422
    assert reading.texts(response, by_class("govuk-error-message")) == [
        "Error: Ensure this value has at most 2000 characters (it has 2001)."
    ]
    assert StepRecord.objects.count() == 0


def test_step_page_says_how_the_date_was_worked_out(office, inspection, clock) -> None:
    clock.move_to(at("2011-06-06 09:00"))
    response = sign_in(office).get(_address("record", inspection, "factual-accuracy"))
    assert reading.texts(response, by_class("govuk-tag"))[0] == "Late"
    (why,) = reading.texts(response, by_class("govuk-hint") + "[self::p]")
    assert why.startswith("Days 26 to 30 are 27 May to 3 June 2011: 1 to 5 working days after 26 May 2011")


@pytest.mark.parametrize(("role", "back"), [(Role.DCS_OFFICE, "Countdown"), (Role.OWNER, "My work")])
def test_step_page_leads_back_to_where_its_reader_came_from(inspection, role, back) -> None:
    person = make_person(inspection.council, role)
    make_ownership(inspection, "step:factual-accuracy", make_post(inspection.council, "Lister", person))
    response = sign_in(person).get(_address("record", inspection, "factual-accuracy"))
    assert reading.texts(response, "//nav[@aria-label='Breadcrumb']//li") == [back, ACCURACY]


def test_step_page_before_notification_has_no_form(at_office, unnotified) -> None:
    response = at_office.get(_address("record", unnotified, "factual-accuracy"))
    assert "It can be recorded once the notification is." in reading.texts(response, "//main//p")
    assert reading.page(response).xpath("//main//form") == []
    refused = _record(at_office, unnotified)
    assert refused.status_code == 422
    assert reading.texts(refused, by_class("govuk-error-summary__list") + "/li") == [
        "The notification has not been recorded yet, so this step is not due."
    ]


@pytest.mark.parametrize(
    ("role", "owns", "may_see", "may_record"),
    [
        (Role.DCS_OFFICE, False, True, True),
        (Role.COORDINATOR, False, True, True),
        (Role.MEMBER, False, True, False),
        (Role.MEMBER, True, True, True),
        (Role.OWNER, False, False, False),
        (Role.OWNER, True, True, True),
        (Role.CASE_OFFICER, False, False, False),
        (Role.BOARD, False, False, False),
        (Role.ADMINISTRATOR, False, False, False),
    ],
)
def test_who_may_see_and_record_a_step(inspection, role, owns, may_see, may_record) -> None:
    person = make_person(inspection.council, role)
    make_ownership(
        inspection, "step:factual-accuracy", make_post(inspection.council, "Lister", person if owns else None)
    )
    client = sign_in(person)
    seen = client.get(_address("record", inspection, "factual-accuracy"))
    assert seen.status_code == (200 if may_see else 404)
    if may_see:
        assert bool(reading.page(seen).xpath("//main//form")) is may_record
    status = client.post(_address("record", inspection, "factual-accuracy"), {"note": ""}).status_code
    assert status == (302 if may_record else 404)
    assert StepRecord.objects.count() == int(may_record)


@pytest.mark.parametrize("step", ["core-documents", "notification", "no-such-step"])
def test_a_step_that_is_not_recorded_by_hand_has_no_page(at_office, inspection, step) -> None:
    assert at_office.get(_address("record", inspection, step)).status_code == 404
    assert at_office.post(_address("record", inspection, step), {"note": ""}).status_code == 404


def test_a_note_is_shown_as_text(at_office, inspection) -> None:
    response = _record(at_office, inspection, "<script>alert(1)</script>\nsecond line")
    assert response.content.decode().count("<script>alert") == 0
    (inset,) = reading.texts(response, by_class("govuk-inset-text"))
    assert inset.endswith("<script>alert(1)</script> second line")


# Query counts


@pytest.mark.parametrize(
    ("name", "notified", "queries"),
    [
        ("countdown", True, 13),
        ("my-work", True, 12),
        ("my-work", False, 12),
        ("days", True, 5),
        ("before-the-call", False, 12),
    ],
)
def test_page_takes_the_same_queries_for_1_and_30_of_everything(
    inspection, office, django_assert_num_queries, name, notified, queries
) -> None:
    subject = make_inspection(inspection.council, notified=date(2011, 4, 18) if notified else None)
    make_post(inspection.council, "A post of the office", office)
    crowd(subject, 1)
    client = sign_in(office)
    client.get(_address(name, subject))
    with django_assert_num_queries(queries):
        client.get(_address(name, subject))
    crowd(subject, 29)
    with django_assert_num_queries(queries):
        assert client.get(_address(name, subject)).status_code == 200


def test_a_step_is_not_taken_back_when_the_inspection_is_withdrawn_at_the_same_moment(
    inspection, office, at_office, monkeypatch
) -> None:
    record_step(inspection=inspection, step_key="send-documents", by=office, now=at("2011-04-20 10:00"))

    def withdrawn_first(**asked) -> bool:
        withdraw(inspection=inspection, reason="Ofsted called it off.", by=office, now=at("2011-04-20 11:00"))
        return undo_step(**asked)

    monkeypatch.setattr("timetable.actions.undo_step", withdrawn_first)
    response = at_office.post(_address("undo-record", inspection, "send-documents"))
    assert response.status_code == 302
    assert [str(banner) for banner in get_messages(response.wsgi_request)] == [
        "The inspection was withdrawn, so what was recorded on it stands."
    ]
    assert StepRecord.objects.get().undone_at is None

"""The dashboard: where it will break, worst first; and the summary that the boards are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from documents.duties import DOCUMENT
from documents.reviews.actions import return_document
from documents.state import states
from focusgroups.actions import add_attendee
from inspections.actions import withdraw
from inspections.snapshot import snapshot_of
from readiness import dashboard as boards
from tests import reading
from tests.factories.crowd import crowd
from tests.factories.documents import complete
from tests.factories.people import at, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in
from tests.timetable.worked import duty, owner, stands, worked_example
from timetable.actions import record_step

pytestmark = pytest.mark.django_db

MORNING = "2011-04-20 09:00"
PAST = at("2011-04-19 17:00")
TABLE = "What is wrong, worst first, with its owner and since when"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(MORNING), tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection():
    return worked_example()


@pytest.fixture
def coordinator(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Cora Sample")


def _dashboard(person, inspection):
    return sign_in(person).get(reverse("dashboard", args=[inspection.slug]))


def _kinds(inspection, *duties, moment=MORNING) -> list[tuple[str, str]]:
    return [(problem.kind, problem.duty.key) for problem in boards.problems(duties, stands(inspection, moment))]


def _document(number: int, *owners, state: str = "missing", **given):
    return duty(f"document:{number}", *owners, state=state, **given)


def test_problems_are_ordered_worst_first_and_each_duty_is_named_once(inspection) -> None:
    soon = at("2011-04-26 17:00")
    duties = [
        _document(1, owner(), due=soon),
        _document(2, owner(), state="stale", due=at("2011-06-01 17:00")),
        _document(3, owner(), state="returned", due=soon),
        _document(4, owner(holder=None), due=soon),
        _document(5, due=soon),
        _document(6, owner(), due=PAST),
        _document(7, due=PAST),
        _document(8, owner(), due=PAST - timedelta(days=1)),
        _document(9, owner(), state="approved", due=PAST, done=True),
        _document(10, owner(), due=at("2011-06-01 17:00")),
    ]
    assert _kinds(inspection, *duties) == [
        ("late", "document:8"),
        ("late", "document:6"),
        ("late", "document:7"),
        ("tbc", "document:5"),
        ("vacant", "document:4"),
        ("returned", "document:3"),
        ("soon", "document:1"),
        ("stale", "document:2"),
    ]


@pytest.mark.parametrize(
    ("moment", "due", "kinds"),
    [
        # Three working days on from Wednesday 20 April 2011, over Easter, is Wednesday 27 April.
        (MORNING, "2011-04-27 17:00", ["soon"]),
        (MORNING, "2011-04-28 17:00", []),
        (MORNING, "2011-04-20 17:00", ["soon"]),
        ("2011-04-20 17:00", "2011-04-20 17:00", ["soon"]),
        ("2011-04-20 17:01", "2011-04-20 17:00", ["late"]),
        # On a Saturday it counts from the next working day.
        ("2011-04-23 09:00", "2011-05-03 17:00", ["soon"]),
        ("2011-04-23 09:00", "2011-05-04 17:00", []),
    ],
)
def test_what_is_due_within_three_working_days_is_a_problem(inspection, moment, due, kinds) -> None:
    found = _kinds(inspection, _document(1, owner(), due=at(due)), moment=moment)
    assert [kind for kind, _ in found] == kinds


def test_a_vacant_post_beside_one_that_is_held_is_no_problem(inspection) -> None:
    both = _document(1, owner(holder=None), owner(post=2), due=at("2011-06-01 17:00"))
    assert _kinds(inspection, both) == []


def test_late_since_when_it_was_due(inspection) -> None:
    (found,) = boards.problems([_document(1, owner(), due=PAST)], stands(inspection, MORNING))
    assert found.since == PAST


def test_before_the_call_nothing_is_late_or_soon(db) -> None:
    before = worked_example(None)
    make_ownership(before, "document:1", make_post(before.council, holder=make_person(before.council, Role.OWNER)))
    make_ownership(before, "document:2", make_post(before.council))
    board = boards.dashboard(stands(before, MORNING))
    assert board.late == 0
    assert [problem.kind for problem in board.problems] == ["tbc"] * (13 - 2 + 37) + ["vacant"]
    assert {problem.duty.due for problem in board.problems} == {None}


def test_bar_counts_each_state_and_shows_one_it_does_not_know() -> None:
    duties = [_document(n, state=state) for n, state in enumerate(["missing", "missing", "approved", "odd"])]
    assert boards.bar(duties) == [
        ("sent", 0, "blue"),
        ("approved", 1, "green"),
        ("submitted", 0, "blue"),
        ("out of date", 0, "orange"),
        ("returned", 0, "purple"),
        ("partial", 0, "yellow"),
        ("missing", 2, "red"),
        ("odd", 1, "grey"),
    ]


def _tiles(inspection, moment=MORNING) -> list[tuple[str, int, int, str]]:
    snapshot = stands(inspection, moment)
    found = boards.tiles(boards.dashboard(snapshot), snapshot)
    return [(tile.label, tile.done, tile.total, tile.tone) for tile in found]


def test_tiles_say_how_much_of_each_is_done(inspection) -> None:
    complete(inspection, "3", now=at("2011-04-18 09:00"))
    record_step(inspection=inspection, step_key="send-documents", by=None, now=at("2011-04-19 12:00"))
    first, second = inspection.framework.strands
    assert _tiles(inspection) == [
        ("Core documents ready", 1, 13, "bad"),
        (f"{first.title}: focus groups ready", 0, 18, "warn"),
        (f"{second.title}: focus groups ready", 0, 19, "warn"),
        ("Other deadlines met", 1, 7, "warn"),
        ("Surveys passed on", 0, 3, "warn"),
    ]


def test_tile_of_what_is_all_done_is_good(inspection) -> None:
    for document in inspection.framework.documents:
        complete(inspection, document.key, now=at("2011-04-18 09:00"))
    assert _tiles(inspection)[0] == ("Core documents ready", 13, 13, "good")


def test_tiles_before_the_call_leave_out_what_can_only_follow_it() -> None:
    labels = [tile[0] for tile in _tiles(worked_example(None))]
    assert (len(labels), labels[0]) == (3, "Core documents ready")


def test_withdrawn_inspection_has_nothing_to_show(inspection, coordinator) -> None:
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at(MORNING))
    assert _tiles(inspection) == []
    response = _dashboard(coordinator, inspection)
    assert reading.heading(response) == "Withdrawn: nothing more is owed"


# The page


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (MORNING, "Day 3 of 40: 14 things are late"),
        ("2011-04-18 10:00", "Day 1 of 40: 55 things to put right"),
        ("2011-04-25 10:00", "Day 4 of 40: 18 things are late"),
        ("2011-06-20 10:00", "All 40 days have passed: 60 things are late"),
    ],
)
def test_dashboard_says_in_its_heading_where_and_how_bad(inspection, coordinator, clock, moment, words) -> None:
    clock.move_to(at(moment))
    assert reading.heading(_dashboard(coordinator, inspection)) == words


def test_dashboard_of_an_inspection_where_all_is_well(coordinator, inspection) -> None:
    before = make_inspection(inspection.council)
    post = make_post(inspection.council, holder=coordinator)
    for document in before.framework.documents:
        make_ownership(before, f"document:{document.key}", post)
    for group in before.framework.focus_groups:
        make_ownership(before, f"focus-group:{group.key}", post)
    response = _dashboard(coordinator, before)
    assert reading.heading(response) == "Nothing is wrong"
    assert reading.texts(response, by_class("house-empty") + "/h2") == ["Nothing is wrong"]
    assert "Everything has an owner in post." in reading.texts(response, "//p")


def test_dashboard_lists_what_is_wrong_with_its_owner_and_since_when(coordinator, inspection) -> None:
    holder = make_person(inspection.council, Role.OWNER, name="Owen Sample")
    make_ownership(inspection, "document:1", make_post(inspection.council, "Head of Testing", holder))
    make_ownership(inspection, "document:2", make_post(inspection.council, "Vacant post"))
    framework = inspection.framework
    found = reading.rows(_dashboard(coordinator, inspection), TABLE)
    assert found[0] == [
        "Late",
        f"{framework.document('1').title} All six are missing.",
        "Head of Testing: Owen Sample",
        "Late since 19 April 2011 at 5pm",
    ]
    assert found[1][2] == "Vacant post Vacant"
    assert found[2][2] == "Owner tbc"
    assert found[13][:1] + found[13][2:] == ["Late", "DCS office", "Late since 19 April 2011 at 5pm"]
    assert [row[0] for row in found] == ["Late"] * 14 + ["Due soon"] * 5 + ["Owner tbc"] * 37


def test_dashboard_shows_what_was_returned(coordinator, inspection, clock) -> None:
    before = make_inspection(inspection.council)
    make_ownership(before, "document:1", make_post(inspection.council, holder=coordinator))
    complete(before, "1", now=at("2011-04-19 09:00"))
    contents = states(snapshot_of(before, now=at(MORNING)))["1"].contents
    return_document(
        inspection=before, document="1", contents=contents, reason="Old", by=coordinator, now=at("2011-04-19 10:00")
    )
    found = reading.rows(_dashboard(coordinator, before), TABLE)
    assert found[-1][0] == "Returned"


def test_dashboard_shows_what_is_out_of_date(coordinator, inspection) -> None:
    before = make_inspection(inspection.council)
    make_ownership(before, "document:9", make_post(inspection.council, holder=coordinator))
    complete(before, "9", now=at("2011-04-19 09:00"), last=date(2008, 1, 7))
    response = _dashboard(coordinator, before)
    found = reading.rows(response, TABLE)
    assert (found[-1][0], found[-1][1].startswith(before.framework.document("9").title)) == ("Out of date", True)
    duties = boards.dashboard(snapshot_of(before, now=at(MORNING))).duties
    documents = [duty for duty in duties if duty.kind is DOCUMENT]
    counts = {words: count for words, count, _ in boards.bar(documents) if count}
    assert counts == {"out of date": 1, "missing": 12}


def test_dashboard_shows_what_changed_since_the_last_meeting_without_the_names_in_it(coordinator, inspection) -> None:
    group = inspection.framework.focus_groups[0]
    facts = {"inspection": inspection, "group": group.key, "by": coordinator}
    add_attendee(name="Ann Example", now=at("2011-04-18 08:59"), **facts)
    add_attendee(name="Bob Example", now=at("2011-04-18 09:01"), **facts)
    response = _dashboard(coordinator, inspection)
    events = [text for text in reading.texts(response, "//main//li") if "attendee added" in text]
    assert events == [f"{group.title}: attendee added 18 April 2011 at 9:01am, Cora Sample"]
    assert "Changed since the meeting of 18 April 2011" in reading.texts(response, "//main//h2")
    assert "Example" not in reading.main(response)


@pytest.mark.parametrize(
    ("role", "may_assign", "may_read_activity"),
    [(Role.COORDINATOR, True, True), (Role.MEMBER, False, True), (Role.DCS_OFFICE, False, False)],
)
def test_dashboard_offers_only_what_the_role_may(inspection, role, may_assign, may_read_activity) -> None:
    record_step(inspection=inspection, step_key="factual-accuracy", by=None, now=at("2011-04-19 09:00"))
    response = _dashboard(make_person(inspection.council, role), inspection)
    links = reading.texts(response, "//main//a")
    assert ("Name owners" in links, "All activity" in links) == (may_assign, may_read_activity)


def test_every_link_of_the_dashboard_answers_to_each_of_its_readers(inspection) -> None:
    for role in (Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE):
        person = make_person(inspection.council, role)
        client = sign_in(person)
        page = reading.page(_dashboard(person, inspection))
        # One of each kind of page is enough: the rest differ in their key alone.
        links = {link.rstrip("/").rpartition("/")[0]: link for link in page.xpath("//main//a/@href")}
        for link in links.values():
            assert client.get(link).status_code in {200, 302}, f"{role}: {link}"


def test_dashboard_says_of_how_much_nobody_can_be_told(inspection) -> None:
    member = make_person(inspection.council, Role.MEMBER)
    owed = len(boards.dashboard(stands(inspection, MORNING)).duties)
    warning = by_class("govuk-warning-text__text")
    (said,) = reading.texts(_dashboard(member, inspection), warning)
    assert f"{owed} things nobody can be told of: they have no owner in post" in said
    make_person(inspection.council, Role.ADMINISTRATOR)
    assert reading.texts(_dashboard(member, inspection), warning) == []


def test_what_is_due_is_late_from_the_moment_after_its_deadline(inspection, coordinator, clock) -> None:
    titles = []
    for moment in ("2011-04-19 17:00:00", "2011-04-19 17:00:01"):
        clock.move_to(at(moment))
        titles.append(reading.title(_dashboard(coordinator, inspection)).partition("Dashboard")[0].strip())
    assert titles == ["", "14 late –"]


def test_dashboard_takes_the_same_queries_for_1_and_30_of_everything(
    inspection, coordinator, django_assert_num_queries
) -> None:
    crowd(inspection, 1)
    client, address = sign_in(coordinator), reverse("dashboard", args=[inspection.slug])
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)
    crowd(inspection, 29)
    with django_assert_num_queries(14):
        assert client.get(address).status_code == 200


# The boards' summary


@pytest.fixture
def member_of_the_board(inspection):
    return make_person(inspection.council, Role.BOARD, name="Bo Sample")


def _summary(person, inspection):
    return sign_in(person).get(reverse("summary", args=[inspection.slug]))


def test_summary_is_a_few_sentences(inspection, member_of_the_board) -> None:
    response = _summary(member_of_the_board, inspection)
    assert reading.texts(response, by_class("govuk-body-l")) == [
        "Day 3 of 40. 14 things are late. 50 things have no owner yet."
    ]
    before = _summary(member_of_the_board, make_inspection(inspection.council))
    assert reading.texts(before, by_class("govuk-body-l")) == [
        "The inspection has not been notified. If the call came today, 0 of 13 documents would be ready. "
        "50 things have no owner yet."
    ]


def test_summary_after_the_last_day_and_after_withdrawal(inspection, member_of_the_board, clock) -> None:
    clock.move_to(at("2011-06-20 09:00"))
    assert reading.texts(_summary(member_of_the_board, inspection), by_class("govuk-body-l")) == [
        "All 40 days have passed. 60 things are late. 50 things have no owner yet."
    ]
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-06-20 09:00"))
    assert reading.texts(_summary(member_of_the_board, inspection), by_class("govuk-body-l")) == [
        "The inspection was withdrawn. Nothing more is owed."
    ]


def test_summary_names_nobody_and_leads_nowhere_else(inspection, member_of_the_board) -> None:
    crowd(inspection, 3)
    make_ownership(inspection, "document:1", make_post(inspection.council, "Head of Testing", member_of_the_board))
    response = _summary(member_of_the_board, inspection)
    said = response.content.decode()
    assert [name for name in ("Person Number", "Head of Testing", "Attendee", "@example.org") if name in said] == []
    assert said.count("Bo Sample") == 1, "one's own name, in the head of the page"
    assert reading.page(response).xpath("//main//a/@href") == []


def test_summary_takes_the_same_queries_for_1_and_30_of_everything(
    inspection, member_of_the_board, django_assert_num_queries
) -> None:
    crowd(inspection, 1)
    client, address = sign_in(member_of_the_board), reverse("summary", args=[inspection.slug])
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)
    crowd(inspection, 29)
    with django_assert_num_queries(14):
        assert client.get(address).status_code == 200

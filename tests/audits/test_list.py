"""The list of audits as each reader sees it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from audits.models import Audit
from inspections.models import InspectionKind
from tests import reading
from tests.factories.audited import Part, give_part, grade, hand_over, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

NOW = at("2011-05-06 09:00")
INITIAL = "Initial case files, by number"
OWN = "Your cases, with your part in each and when it is due"
WARNING = by_class("govuk-warning-text__text")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18), title="Fictionshire 2011")


def person(inspection, *roles, name="Ollie Officer"):
    return make_person(inspection.council, *roles, name=name)


def get(user, inspection, query=""):
    return sign_in(user).get(reverse("audits:list", args=[inspection.slug]) + query)


def lede(response):
    return reading.texts(response, by_class("house-lede"))


def five(inspection):
    """Five cases: nobody's, late, submitted with a concern, moderated, handed over."""
    ann, mo = (person(inspection, Role.AUDITOR, name=name) for name in ("Ann Auditor", "Mo Moderator"))
    cases = [make_selected_case(inspection, identifier=f"Secret-{number}") for number in range(1, 6)]
    for case in cases[1:]:
        give_part(case, ann)
    for case in cases[2:]:
        submit(case, by=ann)
    Audit.objects.filter(case=cases[0]).update(extended_to=at("2011-05-11 12:00"), why_extended="It was away.")
    Audit.objects.filter(case=cases[2]).update(concern_at=NOW, concern="The child is at risk.")
    give_part(cases[3], mo, Part.MODERATOR)
    grade(cases[3], mo, agreed="adequate")
    hand_over(inspection, "initial", 5)
    return ann, mo


def test_case_officer_sees_who_audits_what_by_number(inspection) -> None:
    five(inspection)
    response = get(person(inspection, Role.CASE_OFFICER), inspection)
    assert reading.heading(response) == "Audits"
    assert lede(response) == ["3 of 5 audits are in; 1 is late and 1 has no auditor."]
    rows = reading.rows(response, INITIAL)
    assert [row[:2] for row in rows] == [
        ["Case 1", "No auditor"],
        ["Case 2", "To do Late"],
        ["Case 3", "Submitted Immediate concern"],
        ["Case 4", "Moderated"],
        ["Case 5", "Handed over"],
    ]
    assert [row[2].split(" Change")[0].split(" Assign")[0] for row in rows] == ["Nobody", *["Ann Auditor"] * 4]
    assert [row[3] for row in rows[:2]] == ["11 May 2011 at midday extended", "5 May 2011 at 5pm"]
    assert [row[4] for row in rows] == ["–", "–", "–", "Mo Moderator", "–"]
    assert reading.texts(response, WARNING) == [
        "Warning An immediate concern was raised about the child of case 3. "
        "Nobody has written down what was done about it."
    ]
    tiles = reading.texts(response, by_class("house-tiles") + "/li")
    assert [tile.split()[0] for tile in tiles] == ["5", "1", "3", "1", "1"]
    assert "Secret" not in response.content.decode()


def test_watchers_see_number_and_state_and_no_name(inspection) -> None:
    five(inspection)
    for role in (Role.MEMBER, Role.DCS_OFFICE):
        response = get(person(inspection, role), inspection)
        assert reading.rows(response, INITIAL) == [
            ["Case 1", "No auditor"],
            ["Case 2", "To do Late"],
            ["Case 3", "Submitted"],
            ["Case 4", "Moderated"],
            ["Case 5", "Handed over"],
        ]
        said = response.content.decode()
        assert [word for word in ("Ann Auditor", "Mo Moderator", "Secret", "concern", "dequate") if word in said] == []


def test_coordinator_sees_which_concern_is_open_and_no_more(inspection) -> None:
    """They get the email on it, and so have to see whether somebody has acted."""
    five(inspection)
    acknowledged = Audit.objects.get(case__number=4)
    Audit.objects.filter(pk=acknowledged.pk).update(concern_at=NOW, concern="Bruises.", acknowledged_at=NOW)
    coordinator = person(inspection, Role.COORDINATOR)
    response = get(coordinator, inspection)
    assert reading.rows(response, INITIAL) == [
        ["Case 1", "No auditor"],
        ["Case 2", "To do Late"],
        ["Case 3", "Submitted Immediate concern"],
        ["Case 4", "Moderated"],
        ["Case 5", "Handed over"],
    ]
    assert reading.texts(response, WARNING) == ["Warning Case 3: immediate concern, not yet acknowledged"]
    said = response.content.decode()
    hidden = ("Ann Auditor", "Mo Moderator", "Secret", "dequate", "at risk", "Bruises", "/cases/3/")
    assert [word for word in hidden if word in said] == []
    Audit.objects.filter(case__number=3).update(acknowledged_at=NOW)
    said = get(coordinator, inspection).content.decode()
    assert "concern" not in said


def test_filter_in_the_address_narrows_the_list(inspection) -> None:
    five(inspection)
    officer = person(inspection, Role.CASE_OFFICER)
    for query, cases in {
        "?state=late": ["Case 2"],
        "?state=handed+over": ["Case 5"],
        "?state=concern": ["Case 3"],
    }.items():
        assert [row[0] for row in reading.rows(get(officer, inspection, query), INITIAL)] == cases
    assert len(reading.rows(get(officer, inspection, "?state=nonsense"), INITIAL)) == 5
    # What only case officers may know narrows nothing for others.
    coordinator = person(inspection, Role.COORDINATOR)
    assert len(reading.rows(get(coordinator, inspection, "?state=concern"), INITIAL)) == 5


def test_auditor_sees_own_cases_alone_with_what_to_do(inspection) -> None:
    ann, mo = five(inspection)
    response = get(ann, inspection)
    assert reading.heading(response) == "Your audits"
    assert [(row[0], row[1], row[2]) for row in reading.rows(response, OWN)] == [
        ("Case 2", "Audit", "To do Late"),
        ("Case 3", "Audit", "Submitted"),
        ("Case 4", "Audit", "Moderated"),
        ("Case 5", "Audit", "Handed over"),
    ]
    response = get(mo, inspection)
    assert [(row[0], row[1]) for row in reading.rows(response, OWN)] == [("Case 4", "Moderation")]
    assert "Ann Auditor" not in response.content.decode()


def test_contributor_and_waiting_moderator_are_told_what_they_do(inspection) -> None:
    case = make_selected_case(inspection)
    pat, mo = (person(inspection, Role.AUDITOR, name=name) for name in ("Pat Police", "Mo Moderator"))
    give_part(case, pat, Part.CONTRIBUTOR, agency="Police")
    give_part(case, mo, Part.MODERATOR)
    ((number, what, *_),) = reading.rows(get(pat, inspection), OWN)
    assert (number, what) == ("Case 1", "Contribution: Police")
    ((*_, step),) = reading.rows(get(mo, inspection), OWN)
    assert step == "Wait until the audit is submitted"


def test_auditor_without_a_case_is_told_how_one_comes(inspection) -> None:
    response = get(person(inspection, Role.AUDITOR), inspection)
    assert reading.texts(response, by_class("house-empty") + "/*")[0] == "No case is assigned to you"


def test_nothing_selected_says_who_names_the_cases_and_when(inspection) -> None:
    response = get(person(inspection, Role.COORDINATOR), inspection)
    assert lede(response) == ["No case has been selected yet."]
    assert reading.texts(response, by_class("house-empty") + "/div") == [
        "The inspectors name at least 8 cases on 26 April 2011 (day 5). "
        "A case officer records them, and they appear here by their numbers.",
        "The inspectors name 12 cases on 6 May 2011 (day 11) at the earliest. "
        "A case officer records them, and they appear here by their numbers.",
    ]
    unnotified = make_inspection(inspection.council)
    response = get(person(inspection, Role.COORDINATOR), unnotified)
    assert reading.texts(response, by_class("house-empty") + "/div")[0].startswith(
        "The inspectors will name at least 8 cases on day 5."
    )


def test_owner_sees_the_list_if_the_plan_names_their_post(inspection) -> None:
    owner = person(inspection, Role.OWNER)
    assert get(owner, inspection).status_code == 404
    make_ownership(inspection, "step:initial-audits-handed-over", make_post(inspection.council, "Sender", owner))
    make_selected_case(inspection)
    assert reading.rows(get(owner, inspection), INITIAL) == [["Case 1", "No auditor Late"]]


def test_all_in_and_handed_over_is_said(inspection) -> None:
    case = make_selected_case(inspection)
    submit(case)
    officer = person(inspection, Role.CASE_OFFICER)
    assert lede(get(officer, inspection)) == ["The audit is in."]
    hand_over(inspection, "initial", 1)
    assert lede(get(officer, inspection)) == ["The audit is in and handed over."]


def test_rehearsal_and_withdrawn_inspections_have_the_list_too() -> None:
    council = make_council()
    rehearsal = make_inspection(council, kind=InspectionKind.REHEARSAL)
    officer = make_person(council, Role.CASE_OFFICER)
    assert reading.heading(get(officer, rehearsal)) == "Audits"


def test_page_takes_the_same_queries_for_one_and_for_many(inspection, django_assert_num_queries) -> None:
    officer = sign_in(person(inspection, Role.CASE_OFFICER, Role.AUDITOR))
    address = reverse("audits:list", args=[inspection.slug])
    officer.get(address)
    for _ in range(2):
        five_more(inspection)
        with django_assert_num_queries(5):
            officer.get(address)


def five_more(inspection) -> None:
    for _ in range(5):
        give_part(make_selected_case(inspection), person(inspection, Role.AUDITOR))

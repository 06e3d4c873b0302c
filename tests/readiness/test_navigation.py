"""Where each role can go from any page, and its start page."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.permissions import allows
from inspections.actions import withdraw
from inspections.models import InspectionKind
from readiness.navigation import MAIN, PLACES
from tests import reading
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

NAVIGATION = "//nav[@aria-label='Main']//li"
GROUP = ["Dashboard", "Countdown", "Documents", "Focus groups", "Case lists", "Evidence pack", "Everything else"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at("2011-04-20 09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def inspection(council):
    return make_inspection(council, notified=date(2011, 4, 18), title="Fictionshire 2011")


def _start(person):
    return sign_in(person).get(reverse("start"))


@pytest.mark.parametrize(
    ("roles", "places"),
    [
        ([Role.COORDINATOR], GROUP),
        ([Role.MEMBER], GROUP),
        ([Role.OWNER], ["My work", "Documents", "Focus groups", "Timetable", "Everything else"]),
        (
            [Role.DCS_OFFICE],
            [
                "Countdown",
                "My work",
                "Documents",
                "Case lists",
                "Audits",
                "Inspectors",
                "Evidence pack",
                "Everything else",
            ],
        ),
        ([Role.CASE_OFFICER], ["My work", "Case lists", "Audits", "Everything else"]),
        ([Role.AUDITOR], ["My work", "Audits", "Everything else"]),
        ([Role.BOARD], ["Summary", "Everything else"]),
        ([Role.ADMINISTRATOR], ["People", "Posts", "Closure days", "Everything else"]),
        ([Role.DATA_PROTECTION], ["Log of readings", "Erasure", "Data protection", "Everything else"]),
        ([Role.BOARD, Role.ADMINISTRATOR], ["Summary", "People", "Posts", "Closure days", "Everything else"]),
        (
            [Role.OWNER, Role.MEMBER],
            [
                "Dashboard",
                "Countdown",
                "My work",
                "Documents",
                "Focus groups",
                "Case lists",
                "Timetable",
                "Evidence pack",
                "Everything else",
            ],
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else str(value),
)
def test_navigation_has_the_places_of_the_persons_roles(council, inspection, roles, places) -> None:
    response = sign_in(make_person(council, *roles)).get(reverse("everything", args=[council.slug]))
    assert reading.texts(response, NAVIGATION) == places


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_every_place_of_a_role_answers_and_no_other_does(council, inspection, role) -> None:
    client = sign_in(make_person(council, role))
    for place in PLACES:
        address = place.address(council, inspection)
        expected = {200, 302} if allows([role], place.permission) else {404}
        assert client.get(address or "").status_code in expected, place.name


def test_what_is_in_a_roles_navigation_is_among_its_places() -> None:
    permissions = {place.name: place.permission for place in PLACES}
    assert len(permissions) == len(PLACES)
    assert set(MAIN) == set(Role)
    assert [(role, name) for role in Role for name in MAIN[role] if not allows([role], permissions[name])] == []


def test_a_role_without_a_navigation_of_its_own_has_its_first_places(council, inspection, monkeypatch) -> None:
    monkeypatch.delitem(MAIN, Role.MEMBER)
    response = _start(make_person(council, Role.MEMBER))
    assert response.headers["Location"] == reverse("dashboard", args=[inspection.slug])
    page = sign_in(make_person(council, Role.MEMBER)).get(response.headers["Location"])
    expected = ["Dashboard", "Countdown", "My work", "Documents", "Focus groups", "Everything else"]
    assert reading.texts(page, NAVIGATION) == expected


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        ([Role.COORDINATOR], "dashboard"),
        ([Role.MEMBER], "dashboard"),
        ([Role.OWNER], "timetable:my-work"),
        ([Role.DCS_OFFICE], "timetable:countdown"),
        ([Role.CASE_OFFICER], "cases:lists"),
        ([Role.AUDITOR], "timetable:my-work"),
        ([Role.BOARD], "summary"),
        ([Role.DATA_PROTECTION], "cases:log"),
        ([Role.OWNER, Role.COORDINATOR], "dashboard"),
        ([Role.OWNER, Role.DCS_OFFICE], "timetable:countdown"),
        ([Role.BOARD, Role.OWNER], "timetable:my-work"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else str(value),
)
def test_start_leads_to_the_roles_own_page(council, inspection, roles, name) -> None:
    assert _start(make_person(council, *roles)).url == reverse(name, args=[inspection.slug])


def test_start_of_an_administrator_is_the_people(council, inspection) -> None:
    assert _start(make_person(council, Role.ADMINISTRATOR)).url == reverse("accounts:people", args=[council.slug])


def test_start_of_a_data_protection_officer_without_an_inspection_is_all_of_them(council) -> None:
    """One that was withdrawn is none to work on, but its child-level data is still theirs to look after."""
    officer = make_person(council, Role.DATA_PROTECTION)
    assert _start(officer).url == reverse("cases:data-protection", args=[council.slug])


WITH_INSPECTIONS_ALONE = [role for role in Role if role not in {Role.ADMINISTRATOR, Role.DATA_PROTECTION}]


@pytest.mark.parametrize("role", WITH_INSPECTIONS_ALONE, ids=lambda role: role.value)
def test_start_without_an_inspection_is_the_page_of_everything(council, role) -> None:
    assert _start(make_person(council, role)).url == reverse("everything", args=[council.slug])


def test_start_leads_to_the_inspection_that_runs(council, inspection) -> None:
    make_inspection(council, title="Prepared")
    make_inspection(council, kind=InspectionKind.REHEARSAL, notified=date(2011, 4, 11), title="Rehearsal")
    make_inspection(council, notified=date(2009, 4, 20), title="Long over")
    owner = make_person(council, Role.OWNER)
    assert _start(owner).url == reverse("timetable:my-work", args=[inspection.slug])
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-04-20 09:00"))
    assert _start(owner).url != reverse("timetable:my-work", args=[inspection.slug])


def test_start_of_somebody_in_two_councils_is_a_choice(council, inspection) -> None:
    person = make_person(council, Role.COORDINATOR)
    other = make_council("Elsewhereshire")
    Membership.objects.create(council=other, user=person, role=Role.ADMINISTRATOR)
    response = _start(person)
    assert reading.heading(response) == "Choose a council"
    links = reading.page(response).xpath("//main//li/a")
    assert [(reading.words(link), link.get("href")) for link in links] == [
        ("Elsewhereshire", reverse("accounts:people", args=[other.slug])),
        ("Fictionshire", reverse("dashboard", args=[inspection.slug])),
    ]


def test_start_of_somebody_in_no_council_says_whom_to_ask(council) -> None:
    person = make_person(council)
    assert reading.heading(_start(person)) == "Nothing here is yours yet"


@pytest.mark.parametrize(
    ("name", "current"),
    [
        ("dashboard", ["Dashboard"]),
        ("timetable:countdown", ["Countdown"]),
        ("documents:list", ["Documents"]),
        ("inspections:owners", []),
    ],
)
def test_the_place_where_one_is_is_marked(council, inspection, name, current) -> None:
    response = sign_in(make_person(council, Role.COORDINATOR)).get(reverse(name, args=[inspection.slug]))
    assert reading.texts(response, "//nav[@aria-label='Main']//a[@aria-current]") == current


def test_a_page_below_a_place_marks_the_place(council, inspection) -> None:
    group = inspection.framework.focus_groups[0]
    address = reverse("focusgroups:group", args=[inspection.slug, group.key])
    response = sign_in(make_person(council, Role.COORDINATOR)).get(address)
    assert reading.texts(response, "//nav[@aria-label='Main']//a[@aria-current]") == ["Focus groups"]


@pytest.mark.parametrize(
    ("kind", "withdrawn", "banner"),
    [
        (InspectionKind.REAL, False, []),
        (InspectionKind.REHEARSAL, False, ["Rehearsal This is a rehearsal, not an inspection."]),
        (InspectionKind.REAL, True, ["Withdrawn This inspection was withdrawn. Nothing more is owed."]),
    ],
)
def test_every_page_of_a_rehearsal_says_so(council, kind, withdrawn, banner) -> None:
    inspection = make_inspection(council, kind=kind, notified=date(2011, 4, 18))
    if withdrawn:
        withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-04-20 09:00"))
    client = sign_in(make_person(council, Role.COORDINATOR))
    for name in ("dashboard", "timetable:days", "documents:list", "focusgroups:list"):
        response = client.get(reverse(name, args=[inspection.slug]))
        assert reading.texts(response, by_class("house-banner")) == banner


def test_page_of_everything_explains_each_place(council, inspection) -> None:
    response = sign_in(make_person(council, Role.BOARD)).get(reverse("everything", args=[council.slug]))
    assert reading.heading(response) == "Everything else"
    assert reading.texts(response, "//dl//dt") == ["Summary"]
    assert reading.texts(response, "//dl//dd") == ["Readiness in a few sentences."]


def test_page_of_everything_without_an_inspection(council) -> None:
    owner = sign_in(make_person(council, Role.OWNER)).get(reverse("everything", args=[council.slug]))
    assert reading.texts(owner, by_class("house-empty") + "/h2") == ["No inspection yet"]
    lead = sign_in(make_person(council, Role.COORDINATOR)).get(reverse("everything", args=[council.slug]))
    assert reading.texts(lead, "//main//p/a") == ["Open an inspection or a rehearsal"]


def test_links_in_the_head_lead_to_ones_account_and_out(council) -> None:
    person = make_person(council, Role.OWNER, name="Owen Sample")
    response = sign_in(person).get(reverse("everything", args=[council.slug]))
    links = reading.page(response).xpath("//header//a[contains(@class, 'house-account')]")
    assert [(reading.words(link), link.get("href")) for link in links] == [
        ("Your account: Owen Sample", reverse("accounts:account"))
    ]
    assert reading.page(response).xpath("//header//form/@action") == [reverse("accounts:sign-out")]

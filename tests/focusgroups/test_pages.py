"""The pages of the focus groups, in the words that people read, and who reads what."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from focusgroups import actions
from focusgroups.models import Attendee, Briefing
from tests import reading
from tests.factories.crowd import crowd
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18), title="Fictionshire 2011")


@pytest.fixture
def mine(inspection):
    return inspection.framework.focus_groups[1]


@pytest.fixture
def owner(inspection, mine):
    person = make_person(inspection.council, Role.OWNER, name="Owen Sample")
    make_ownership(inspection, f"focus-group:{mine.key}", make_post(inspection.council, "Head of Testing", person))
    return person


@pytest.fixture
def coordinator(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Cora Sample")


def _list(inspection, **query) -> str:
    return reverse("focusgroups:list", args=[inspection.slug], query=query)


def _address(name, inspection, group, *more) -> str:
    return reverse(f"focusgroups:{name}", args=[inspection.slug, group.key, *more])


def _add(inspection, group, name="Ann Example", now=NOW, **given) -> Attendee:
    return actions.add_attendee(inspection=inspection, group=group.key, name=name, by=None, now=now, **given)


def _titles(response) -> list[str]:
    return [
        text
        for caption in reading.texts(response, "//caption")
        for text in (row[1] for row in reading.rows(response, caption))
    ]


# The list


def test_list_has_all_groups_by_strand_those_without_an_owner_first(inspection, coordinator, owner, mine) -> None:
    response = sign_in(coordinator).get(_list(inspection))
    framework = inspection.framework
    assert reading.heading(response) == "Focus groups"
    assert reading.texts(response, by_class("govuk-body-l")) == ["36 of 37 groups have no owner yet; they come first."]
    assert reading.texts(response, "//h2")[:2] == [strand.title for strand in framework.strands]
    safeguarding, looked_after = (framework.groups_of(strand.key) for strand in framework.strands)
    assert (len(safeguarding), len(looked_after)) == (18, 19)
    others = [group.title for group in safeguarding if group != mine]
    assert _titles(response) == [*others, mine.title, *(group.title for group in looked_after)]
    caption = f"{framework.strands[0].title}: groups and their preparation"
    assert reading.rows(response, caption)[-1][2] == "Head of Testing: Owen Sample"
    assert reading.rows(response, caption)[0][2] == "Owner tbc"


def test_owner_sees_own_groups_alone(inspection, owner, mine) -> None:
    other = inspection.framework.focus_groups[0]
    client = sign_in(owner)
    response = client.get(_list(inspection))
    assert _titles(response) == [mine.title]
    assert reading.texts(response, by_class("govuk-body-l")) == ["1 group is yours to arrange."]
    assert reading.page(response).xpath("//input[@name='mine']") == []
    assert client.get(_address("group", inspection, mine)).status_code == 200
    hidden = client.get(_address("group", inspection, other))
    absent = client.get(reverse("focusgroups:group", args=[inspection.slug, "there-is-none"]))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content


def test_groups_that_depend_on_selected_cases_say_so_on_the_list_and_on_their_page(
    inspection, coordinator, clock
) -> None:
    said = "Who takes part depends on the cases that the inspectors select on day 5, 26 April 2011."
    client = sign_in(coordinator)
    addresses = [
        reverse("focusgroups:list", args=[inspection.slug]),
        reverse("focusgroups:group", args=[inspection.slug, "looked-after-12"]),
        reverse("focusgroups:group", args=[inspection.slug, "looked-after-11"]),
    ]
    assert [reading.main(client.get(address)).count(said) for address in addresses] == [2, 1, 0]
    clock.move_to(at("2011-04-26 09:00"))
    client = sign_in(coordinator)
    assert [reading.main(client.get(address)).count(said) for address in addresses] == [0, 0, 0]


def test_owner_of_no_group_is_told_so(inspection) -> None:
    response = sign_in(make_person(inspection.council, Role.OWNER)).get(_list(inspection))
    assert reading.texts(response, by_class("house-empty") + "/h2") == ["No group is yours"]
    assert reading.texts(response, "//table") == []


def test_owner_does_not_change_another_owners_group(inspection, owner) -> None:
    other = inspection.framework.focus_groups[0]
    ann = _add(inspection, other)
    client = sign_in(owner)
    statuses = [
        client.post(_address("add-attendee", inspection, other), {"name": "Mallory"}).status_code,
        client.post(_address("remove-attendee", inspection, other, ann.pk)).status_code,
        client.post(_address("restore-attendee", inspection, other, ann.pk)).status_code,
        client.post(_address("record-briefing", inspection, other)).status_code,
        client.post(_address("undo-briefing", inspection, other)).status_code,
    ]
    assert statuses == [404] * 5
    assert list(Attendee.objects.values_list("name", "removed_at")) == [("Ann Example", None)]


def test_attendee_of_another_group_is_not_reached_through_ones_own(inspection, owner, mine) -> None:
    ann = _add(inspection, inspection.framework.focus_groups[0])
    response = sign_in(owner).post(_address("remove-attendee", inspection, mine, ann.pk))
    assert response.status_code == 404
    assert Attendee.objects.get().removed_at is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "to do"}, 1),
        ({"state": "tbc"}, 36),
        ({"state": "ready"}, 0),
        ({"q": "head of TESTING"}, 1),
        ({"q": "owen"}, 1),
        ({"q": "no such words"}, 0),
        ({"mine": "on"}, 0),
        ({"state": "no-such-state"}, 37),
    ],
)
def test_list_is_narrowed_by_the_address(inspection, coordinator, owner, query, found) -> None:
    response = sign_in(coordinator).get(_list(inspection, **query))
    assert len(_titles(response)) == found
    shown = [text for text in reading.texts(response, "//form//p") if "shown" in text]
    assert shown == ([] if found == 37 else [f"{found} of 37 shown. Show all"])


def test_member_who_owns_a_group_narrows_to_own(inspection, mine) -> None:
    member = make_person(inspection.council, Role.MEMBER)
    make_ownership(inspection, f"focus-group:{mine.key}", make_post(inspection.council, "Head of Testing", member))
    assert _titles(sign_in(member).get(_list(inspection, mine="on"))) == [mine.title]


# The page of a group


def test_group_page_says_in_one_sentence_what_is_missing(inspection, owner, mine) -> None:
    response = sign_in(owner).get(_address("group", inspection, mine))
    assert reading.title(response) == f"{mine.title[:79]}… – not ready – Ready for inspection"
    assert reading.heading(response) == mine.title
    assert reading.texts(response, "//nav[@aria-label='Breadcrumb']//li") == ["Focus groups", mine.title]
    assert reading.texts(response, by_class("govuk-body-l")) == ["No attendees named."]
    assert "To be arranged by 5 May 2011 at 5pm (day 10)." in reading.texts(response, "//p")
    assert "Head of Testing, Council: Owen Sample, 01632 960001" in reading.texts(response, "//p")


def test_group_page_says_that_it_is_late(inspection, coordinator, mine, clock) -> None:
    clock.move_to(at("2011-05-05 17:01"))
    response = sign_in(coordinator).get(_address("group", inspection, mine))
    assert reading.texts(response, by_class("govuk-body-l")) == ["Late No owner yet. No attendees named."]


def test_group_is_arranged_on_its_page(inspection, owner, mine, clock) -> None:
    client = sign_in(owner)
    form = {"name": "Ann Example", "role": "Nurse", "organisation": "PCT", "email": "ann@example.org"}
    added = client.post(_address("add-attendee", inspection, mine), form, follow=True)
    assert reading.success(added) == ["Ann Example added."]
    assert reading.rows(added, "People named to attend") == [
        ["Ann Example", "Nurse", "PCT", "ann@example.org", "Remove Ann Example"]
    ]
    clock.move_to(at("2011-04-20 10:00"))
    briefed = client.post(_address("record-briefing", inspection, mine), {"note": "By email"}, follow=True)
    assert reading.success(briefed) == ["Recorded: everybody on the list has been briefed."]
    assert reading.texts(briefed, by_class("govuk-body-l")) == ["Ready: everybody on the list has been briefed."]
    assert "Briefed on 20 April 2011 at 10am, recorded by Owen Sample. By email" in reading.texts(briefed, "//p")
    clock.move_to(at("2011-04-20 11:00"))
    late = client.post(_address("add-attendee", inspection, mine), {"name": "Bob Example"}, follow=True)
    assert reading.success(late) == ["Bob Example added. They have not been briefed yet."]
    assert reading.texts(late, by_class("govuk-body-l")) == ["Added since the briefing: Bob Example."]
    assert [row[0] for row in reading.rows(late, "People named to attend")] == [
        "Ann Example",
        "Bob Example Not briefed",
    ]


def test_form_sent_twice_adds_one_and_says_why(inspection, owner, mine) -> None:
    client = sign_in(owner)
    form = {"name": "Ann Example", "email": "ann@example.org"}
    first, second = (client.post(_address("add-attendee", inspection, mine), form) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 422)
    assert reading.texts(second, by_class("govuk-error-summary__list") + "/li") == [
        "Ann Example is on the list of this group already."
    ]
    assert Attendee.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": " "}, "Enter the name of the person who will attend."),
        ({"name": "Ann", "email": "ann"}, "Enter an email address in the correct format, like name@example.org."),
        ({"name": "A" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_bad_attendee_is_refused_beside_the_field(inspection, owner, mine, form, message) -> None:
    response = sign_in(owner).post(_address("add-attendee", inspection, mine), form)
    assert response.status_code == 422
    assert reading.texts(response, by_class("govuk-error-message")) == [f"Error: {message}"]
    assert reading.texts(response, by_class("govuk-error-summary__list") + "/li") == [message]
    assert Attendee.objects.count() == 0


def test_attendee_taken_off_can_be_put_back(inspection, owner, mine) -> None:
    ann = _add(inspection, mine)
    client = sign_in(owner)
    removed = client.post(_address("remove-attendee", inspection, mine, ann.pk), follow=True)
    assert reading.success(removed) == ["Ann Example taken off the list. You can put them back below."]
    assert reading.texts(removed, "//summary") == ["Taken off the list: 1"]
    again = client.post(_address("remove-attendee", inspection, mine, ann.pk), follow=True)
    assert reading.success(again) == []
    restored = client.post(_address("restore-attendee", inspection, mine, ann.pk), follow=True)
    assert reading.success(restored) == ["Ann Example put back on the list."]


def test_briefing_nobody_is_refused_with_the_reason(inspection, owner, mine) -> None:
    response = sign_in(owner).post(_address("record-briefing", inspection, mine), {"note": ""})
    assert response.status_code == 422
    assert reading.texts(response, by_class("govuk-error-summary__list") + "/li") == [
        "Name the attendees first: nobody is on the list who could have been briefed."
    ]
    assert Briefing.objects.count() == 0


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DCS_OFFICE])
def test_who_watches_a_group_reads_it_and_finds_no_form(inspection, mine, role) -> None:
    _add(inspection, mine)
    response = sign_in(make_person(inspection.council, role)).get(_address("group", inspection, mine))
    assert reading.rows(response, "People named to attend") == [["Ann Example", "", "", ""]]
    assert reading.page(response).xpath("//main//form") == []


def test_what_is_typed_is_shown_as_text(inspection, owner, mine) -> None:
    _add(inspection, mine, "<b>Ann</b>")
    response = sign_in(owner).get(_address("group", inspection, mine))
    assert response.content.decode().count("<b>Ann") == 0
    assert reading.rows(response, "People named to attend")[0][0] == "<b>Ann</b>"


@pytest.mark.parametrize("name", ["list", "group"])
def test_page_takes_the_same_queries_for_1_and_30_of_everything(
    inspection, mine, coordinator, django_assert_num_queries, name
) -> None:
    address = _list(inspection) if name == "list" else _address("group", inspection, mine)
    queries = {"list": 5, "group": 6}[name]
    crowd(inspection, 1)
    client = sign_in(coordinator)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    crowd(inspection, 29)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200

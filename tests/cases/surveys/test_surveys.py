"""Surveys: what is recorded of each, who is to have the children's letter, and when it is done."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Event, Role
from cases.duties import SURVEY
from cases.models import Access, Child, SurveyLetter
from cases.surveys import actions
from cases.surveys.recipients import months_before, recipients
from cases.surveys.state import survey_states
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.applied_cases import apply_lists
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db
CARE = "looked-after"
MOMENT = at("2011-04-20 10:00")
LEFT = {"care-leaver": "yes"}


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


@pytest.fixture
def client(officer):
    with time_machine.travel(MOMENT, tick=False):
        yield reading.sign_in(officer)


@pytest.fixture
def lists(inspection):
    return apply_lists(
        inspection,
        {
            CARE: {
                "A1": {"placement": "U4"},
                "A2": {**LEFT, "end-of-care": "2010-04-18"},
                "A3": {**LEFT, "end-of-care": "2010-04-17"},
                "A4": LEFT,
                "A5": {"placement": "U4", "end-of-care": "2011-04-01"},
            },
            "child-in-need": {"B1": {}},
        },
    )


def page(name: str, inspection, *args) -> str:
    return reverse(f"cases:{name}", args=[inspection.slug, *args])


def state(inspection, key="children"):
    return next(row for row in survey_states(snapshot_of(inspection, now=MOMENT)) if row.survey.key == key)


def keys(*identifiers: str) -> list[str]:
    return [Child.objects.get(identifier=each).key for each in identifiers]


def record(inspection, sent=(), not_sent=None):
    facts = {"inspection": inspection, "survey": "children", "by": None, "now": MOMENT}
    return actions.record_letters(sent=sent, not_sent=not_sent or {}, **facts)


def test_there_are_three_due_on_day_3(inspection) -> None:
    states = survey_states(snapshot_of(inspection, now=MOMENT))
    assert [(row.survey.key, row.dated.last_day, row.is_done) for row in states] == [
        ("children", 3, False), ("social-workers", 3, False), ("voluntary-sector", 3, False)
    ]  # fmt: skip


class TestTheLetter:
    def test_goes_to_children_looked_after_and_those_who_left_within_twelve_months(self, inspection, lists) -> None:
        snapshot = snapshot_of(inspection, now=MOMENT)
        found = recipients(snapshot.framework.survey("children"), snapshot)
        assert [child.identifier for child in found] == ["A1", "A2", "A4", "A5"]

    def test_before_the_list_is_imported_it_says_what_to_do(self, inspection, client) -> None:
        assert state(inspection).missing == ("Looked after: not imported, so it is not known who gets the letter.",)
        said = reading.main(client.get(page("survey-letters", inspection, "children")))
        assert "Import this case list first: Looked after." in said

    def test_is_done_when_each_child_has_one_or_the_other(self, inspection, lists) -> None:
        assert state(inspection).missing == ("4 letters are not recorded as sent or not sent.",)
        record(inspection, keys("A1", "A2", "A4"))
        assert state(inspection).missing == ("1 letter is not recorded as sent or not sent.",)
        record(inspection, not_sent=dict.fromkeys(keys("A5"), "Lives abroad"))
        assert state(inspection).is_done
        assert (state(inspection).letters.sent, state(inspection).letters.not_sent) == (3, 1)
        assert state(inspection).sent_at == MOMENT

    def test_a_list_with_nobody_on_it_is_done(self, inspection) -> None:
        apply_lists(inspection, {CARE: {}})
        assert state(inspection).is_done

    def test_a_child_who_comes_later_is_owed_one(self, inspection, lists) -> None:
        record(inspection, keys("A1", "A2", "A4", "A5"))
        apply_lists(inspection, {CARE: {"A1": {"placement": "U4"}, "A9": {"placement": "U4"}}}, now=MOMENT)
        assert state(inspection).letters.undecided == 1

    @pytest.mark.parametrize(
        ("sent", "not_sent", "said"),
        [
            (["A1"], {"A1": "Lives abroad"}, "not to have had it"),
            ([], {"A1": " "}, "Say of each child"),
            (["A3"], {}, "The lists have changed"),
            (["B1"], {}, "The lists have changed"),
        ],
    )
    def test_what_cannot_be_is_refused_whole(self, inspection, lists, sent, not_sent, said) -> None:
        whys = {keys(identifier)[0]: why for identifier, why in not_sent.items()}
        with pytest.raises(Refused, match=said):
            record(inspection, [*keys(*sent), *(() if sent == ["A1"] else keys("A2"))], whys)
        assert not SurveyLetter.objects.exists()

    def test_recorded_again_it_is_changed_and_the_same_changes_nothing(self, inspection, lists) -> None:
        assert record(inspection, keys("A1")) == 1
        assert record(inspection, keys("A1")) == 0
        assert record(inspection, not_sent=dict.fromkeys(keys("A1"), "Came back")) == 1
        assert SurveyLetter.objects.get().why_not == "Came back"

    def test_the_record_names_no_child(self, inspection, lists) -> None:
        record(inspection, not_sent=dict.fromkeys(keys("A1"), "Lives abroad"))
        event = Event.objects.get()
        assert event.detail == {"sent": 0, "not sent": 1}


class TestPages:
    def test_a_page_is_recorded_at_once_with_exceptions(self, inspection, lists, client, officer) -> None:
        where = page("survey-letters", inspection, "children")
        shown = client.get(where)
        said = reading.main(shown)
        assert "It is not recorded yet for 4 of 4 children." in said
        assert "Left care on 18 April 2010" in said
        assert "Left care; it is not known when" in said
        assert Access.objects.get().list == CARE
        a1, a2, a4, a5 = keys("A1", "A2", "A4", "A5")
        answer = client.post(where, {"shown": [a1, a2, a4, a5], f"why-{a5}": "Lives abroad"}, follow=True)
        assert "4 letters recorded, 1 of them as not sent." in reading.page(answer).text_content()
        assert "Not sent: Lives abroad" in reading.main(client.get(where, {"show": "not-sent"}))
        assert "A1" in reading.main(client.get(where, {"show": "sent"}))

    def test_only_case_officers_see_how_many_letters_were_not_sent(self, inspection, lists, client) -> None:
        coordinator = reading.sign_in(make_person(inspection.council, Role.COORDINATOR, name="Cora Example"))
        where = page("surveys", inspection)
        assert "not sent for a reason" in reading.main(client.get(where))
        assert "not sent for a reason" not in reading.main(coordinator.get(where))

    def test_all_the_rest_are_sent_if_they_are_those_that_were_shown(self, inspection, lists, client) -> None:
        where = page("survey-all-sent", inspection, "children")
        answer = client.post(where, {"seen": "3"}, follow=True)
        assert "There are 4 letters to record now, not 3." in reading.page(answer).text_content()
        client.post(where, {"seen": "4"})
        assert state(inspection).is_done

    @pytest.mark.parametrize("seen", ["", "x", "²", "9" * 30])
    def test_a_number_that_is_none_is_refused(self, inspection, lists, client, seen) -> None:
        answer = client.post(page("survey-all-sent", inspection, "children"), {"seen": seen}, follow=True)
        assert "Open the letters again" in reading.page(answer).text_content()

    def test_one_letter_is_changed_on_a_page_of_its_own(self, inspection, lists, client) -> None:
        where = page("survey-letter", inspection, "children", *keys("A1"))
        assert client.post(where, {"was_sent": "no"}).status_code == 422
        client.post(where, {"was_sent": "no", "why_not": "Lives abroad"})
        assert SurveyLetter.objects.get().why_not == "Lives abroad"
        assert client.get(page("survey-letter", inspection, "children", *keys("B1"))).status_code == 404

    def test_a_survey_without_a_letter_has_no_letters(self, inspection, lists, client) -> None:
        assert client.get(page("survey-letters", inspection, "social-workers")).status_code == 404
        assert client.get(page("survey", inspection, "no-such-survey")).status_code == 404

    def test_the_other_two_are_done_when_they_are_recorded_as_passed_on(self, inspection, client) -> None:
        where = page("survey", inspection, "social-workers")
        given = {
            "arrangements": "Online, by the link in the email.", "passed_on_by": "Dina Example",
            "passed_on_to": "All teams",
            "day_day": "20", "day_month": "4", "day_year": "2011", "time": "9am",
            "closes_on_day": "4", "closes_on_month": "5", "closes_on_year": "2011",
        }  # fmt: skip
        answer = client.post(where, given, follow=True)
        said = reading.main(answer)
        assert "Online, by the link in the email." in said
        assert "4 May 2011" in said
        assert state(inspection, "social-workers").is_done

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"day_day": "21", "day_month": "4", "day_year": "2011", "time": "9am"}, "that is still to come"),
            ({"time": "9am"}, "Enter the date as well"),
            ({"day_day": "20", "day_month": "4", "day_year": "2011"}, "Enter the time as well"),
            (
                {"day_day": "20", "day_month": "4", "day_year": "2011", "time": "9am", "closes_on_day": "19",
                 "closes_on_month": "4", "closes_on_year": "2011"},
                "A survey cannot close before it is passed on.",
            ),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_beside_its_field(self, inspection, client, given, said) -> None:
        answer = client.post(page("survey", inspection, "social-workers"), given)
        assert answer.status_code == 422
        assert said in reading.main(answer)

    def test_whoever_sees_counts_alone_sees_no_child(self, inspection, lists) -> None:
        member = reading.sign_in(make_person(inspection.council, Role.MEMBER))
        answer = member.get(page("surveys", inspection))
        assert "4 letters are not recorded as sent or not sent." in reading.main(answer)
        assert "A1" not in answer.content.decode()
        assert "Record the letters" not in reading.main(answer)
        assert member.get(page("survey-letters", inspection, "children")).status_code == 404
        assert Access.objects.get().was_refused


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2011, 4, 18), 12, date(2010, 4, 18)),
        (date(2012, 2, 29), 12, date(2011, 2, 28)),
        (date(2011, 3, 31), 1, date(2011, 2, 28)),
        (date(2011, 1, 15), 2, date(2010, 11, 15)),
    ],
)
def test_months_before(day, months, before) -> None:
    assert months_before(day, months) == before


# What is owed


def owed(inspection):
    return {
        duty.key.partition(":")[2]: duty
        for duty in all_duties(snapshot_of(inspection, now=MOMENT))
        if duty.kind is SURVEY
    }


def test_each_survey_is_a_duty_of_day_3(inspection) -> None:
    found = owed(inspection)
    assert list(found) == ["children", "social-workers", "voluntary-sector"]
    assert {duty.due_day for duty in found.values()} == {3}
    roles = [duty.role for duty in found.values()]
    assert roles == [Role.CASE_OFFICER, Role.DCS_OFFICE, Role.DCS_OFFICE]
    assert found["children"].missing == ("Looked after: not imported, so it is not known who gets the letter.",)
    assert not any(duty.done for duty in found.values())
    make_ownership(inspection, "step:survey-letter", make_post(inspection.council, "Head of Letters"))
    found = owed(inspection)
    assert [[owner.name for owner in duty.owners] for duty in found.values()] == [["Head of Letters"], [], []]


def test_a_questionnaire_is_done_when_it_is_recorded_as_passed_on(inspection, officer) -> None:
    said = {"arrangements": "", "passed_on_by": "", "passed_on_to": "", "closes_on": None, "by": officer, "now": MOMENT}
    actions.record_survey(inspection=inspection, survey="social-workers", sent_at=None, **said)
    assert not owed(inspection)["social-workers"].done
    actions.record_survey(inspection=inspection, survey="social-workers", sent_at=MOMENT, **said)
    duty = owed(inspection)["social-workers"]
    assert (duty.done, duty.missing, duty.done_at, duty.done_by) == (True, (), MOMENT, "Casey Example")
    assert not owed(inspection)["voluntary-sector"].done


def test_the_letter_is_done_when_each_child_has_it_or_a_reason_why_not(inspection, lists) -> None:
    *sent, last = [child.key for child in recipients(state(inspection).survey, snapshot_of(inspection, now=MOMENT))]
    record(inspection, sent)
    duty = owed(inspection)["children"]
    assert (duty.done, duty.missing) == (False, ("1 letter is not recorded as sent or not sent.",))
    record(inspection, not_sent={last: "Lives abroad"})
    assert (owed(inspection)["children"].done, owed(inspection)["children"].missing) == (True, ())


def test_the_letter_is_done_when_the_last_one_was_recorded_and_not_the_first(inspection, lists, officer) -> None:
    a1, a2, a4, a5 = keys("A1", "A2", "A4", "A5")
    facts = {"inspection": inspection, "survey": "children", "by": officer}
    later = at("2011-04-26 10:00")
    actions.record_letters(sent=[a1, a2], not_sent={}, now=MOMENT, **facts)
    assert (owed(inspection)["children"].done, owed(inspection)["children"].done_at) == (False, None)
    actions.record_letters(sent=[a4], not_sent={a5: "Lives abroad"}, now=later, **facts)
    duty = owed(inspection)["children"]
    assert (duty.done, duty.done_at) == (True, later)

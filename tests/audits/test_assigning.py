"""Who may have which part in an audit, what becomes of it when a person goes, and how much everybody has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event, Membership, Role, User
from audits.assigning import actions
from audits.assigning.load import loads, without_auditor
from audits.models import Answer, Assignment, Audit, Moderation, OwnCase, SelectedCase
from refusals import Refused
from tests import reading
from tests.audits.making import answer, give_part, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOMENT = at("2011-04-25 10:00")
WHO: dict[str, Any] = {"by": None, "now": MOMENT}
Part = Assignment.Part


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


@pytest.fixture
def audit(inspection) -> Audit:
    return make_selected_case(inspection, worker="Wilma Worker").audit


def auditor(inspection, name="Audrey Example") -> User:
    return make_person(inspection.council, Role.AUDITOR, name=name)


def page(name: str, audit: Audit, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.case.inspection.slug, audit.case.number, *args])


def status(user: User, audit: Audit) -> int:
    return reading.sign_in(user).get(page("case", audit)).status_code


class TestAssign:
    def test_a_person_with_a_part_sees_that_case_alone(self, inspection, audit) -> None:
        other, ann = make_selected_case(inspection).audit, auditor(inspection)
        assert status(ann, audit) == 404
        actions.assign(audit=audit, user=ann, part=Part.AUDITOR, **WHO)
        assert (status(ann, audit), status(ann, other)) == (200, 404)

    def test_the_allocated_worker_is_refused_for_every_part(self, inspection, audit) -> None:
        wilma = auditor(inspection, "Wilma  WORKER")
        for part in Part.values:
            with pytest.raises(Refused, match="own case") as refused:
                actions.assign(audit=audit, user=wilma, part=part, agency="Police", **WHO)
            assert refused.value.field == "user"

    def test_whoever_declared_it_their_own_case_is_refused(self, inspection, audit) -> None:
        ann = give_part(audit).user
        actions.declare_own_case(audit=audit, user=ann, by=ann, now=MOMENT)
        with pytest.raises(Refused, match="own case"):
            actions.assign(audit=audit, user=ann, part=Part.MODERATOR, **WHO)

    def test_somebody_without_the_role_is_refused(self, inspection, audit) -> None:
        elsewhere = make_person(make_council("Elsewhereshire"), Role.AUDITOR)
        inactive = auditor(inspection)
        User.objects.filter(pk=inactive.pk).update(is_active=False)
        for user in (elsewhere, inactive, make_person(inspection.council, Role.COORDINATOR)):
            with pytest.raises(Refused, match="is not an auditor here"):
                actions.assign(audit=audit, user=user, part=Part.AUDITOR, **WHO)

    @pytest.mark.parametrize(("part", "said"), [(Part.AUDITOR, "an auditor"), (Part.MODERATOR, "a moderator")])
    def test_a_second_one_at_a_time_is_refused(self, inspection, audit, part, said) -> None:
        give_part(audit, auditor(inspection, "Ann First"), part)
        with pytest.raises(Refused, match=f"has {said} already: Ann First"):
            actions.assign(audit=audit, user=auditor(inspection), part=part, **WHO)

    def test_a_second_part_of_one_person_is_refused(self, inspection, audit) -> None:
        ann = give_part(audit).user
        with pytest.raises(Refused, match="audits Case 1 already"):
            actions.assign(audit=audit, user=ann, part=Part.CONTRIBUTOR, agency="Police", **WHO)

    def test_several_agencies_contribute_and_each_is_named(self, inspection, audit) -> None:
        for agency in ("Police", "Health"):
            ann = auditor(inspection)
            actions.assign(audit=audit, user=ann, part=Part.CONTRIBUTOR, agency=f" {agency} ", **WHO)
        assert list(audit.assignments.values_list("agency", flat=True)) == ["Police", "Health"]
        with pytest.raises(Refused, match="Enter the agency"):
            actions.assign(audit=audit, user=auditor(inspection), part=Part.CONTRIBUTOR, agency=" ", **WHO)

    @pytest.mark.parametrize("how", ["wrote", "was its auditor", "contributed"])
    def test_a_moderator_had_no_part_in_writing_it(self, inspection, audit, how) -> None:
        ann = auditor(inspection)
        if how == "wrote":
            answer(audit, ann, strengths="Seen")
        else:
            part = give_part(audit, ann, Part.AUDITOR if how == "was its auditor" else Part.CONTRIBUTOR)
            Assignment.objects.filter(pk=part.pk).update(ended_at=MOMENT, why_ended="On leave")
        with pytest.raises(Refused, match="Choose a moderator who had no part in it"):
            actions.assign(audit=audit, user=ann, part=Part.MODERATOR, **WHO)

    def test_whoever_moderated_it_does_not_write_it(self, inspection, audit) -> None:
        ann = auditor(inspection)
        Moderation.objects.create(audit=audit, moderator=ann, grade="good", graded_at=MOMENT)
        with pytest.raises(Refused, match="moderated Case 1"):
            actions.assign(audit=audit, user=ann, part=Part.AUDITOR, **WHO)

    def test_a_case_taken_out_or_erased_takes_nobody(self, inspection, audit) -> None:
        ann = auditor(inspection)
        SelectedCase.objects.filter(pk=audit.case.pk).update(removed_at=MOMENT)
        with pytest.raises(Refused, match="taken out"):
            actions.assign(audit=audit, user=ann, part=Part.AUDITOR, **WHO)
        SelectedCase.objects.filter(pk=audit.case.pk).update(removed_at=None, child=None)
        with pytest.raises(Refused, match="erased"):
            actions.assign(audit=audit, user=ann, part=Part.AUDITOR, **WHO)

    def test_the_record_says_which_case_and_never_whose(self, inspection, audit) -> None:
        actions.assign(audit=audit, user=auditor(inspection), part=Part.AUDITOR, **WHO)
        event = Event.objects.get()
        assert (event.verb, event.subject, event.detail) == ("auditor assigned", "Case 1", {})


class TestSeveralAtOnce:
    def test_each_chosen_case_gets_its_auditor(self, inspection, officer) -> None:
        first, second, third = (make_selected_case(inspection).audit for _ in range(3))
        ann, bob = auditor(inspection), auditor(inspection, "Bob Example")
        data = {"case-1": ann.pk, "case-2": "", "case-3": bob.pk}
        response = reading.sign_in(officer).post(reverse("audits:auditors", args=[inspection.slug]), data, follow=True)
        assert reading.success(response) == ["2 cases have their auditors."]
        assert list(first.assignments.values_list("user", flat=True)) == [ann.pk]
        assert list(third.assignments.values_list("user", flat=True)) == [bob.pk]
        assert not second.assignments.exists()

    def test_one_own_case_stops_them_all_and_says_which(self, inspection, officer, audit) -> None:
        other, wilma = make_selected_case(inspection).audit, auditor(inspection, "Wilma Worker")
        response = reading.sign_in(officer).post(
            reverse("audits:auditors", args=[inspection.slug]), {"case-1": wilma.pk, "case-2": wilma.pk}
        )
        assert response.status_code == 422
        (said,) = reading.texts(response, reading.by_class("govuk-error-message"))
        assert said == "Error: Case 1 is Wilma Worker’s own case. Choose somebody who does not work with this child."
        assert not other.assignments.exists()

    def test_nobody_chosen_changes_nothing(self, inspection, officer, audit) -> None:
        where = reverse("audits:auditors", args=[inspection.slug])
        response = reading.sign_in(officer).post(where, {"case-1": ""}, follow=True)
        assert reading.success(response) == ["Nobody was chosen, so nothing changed."]


class TestPassingOn:
    def test_the_work_stays_and_the_former_auditor_sees_nothing(self, inspection, audit) -> None:
        ann, bob = auditor(inspection), auditor(inspection, "Bob Example")
        give_part(audit, ann)
        answer(audit, ann, strengths="Visited every week")
        actions.pass_on(audit=audit, user=bob, why="On leave", **WHO)
        assert (status(ann, audit), status(bob, audit)) == (404, 200)
        assert Answer.objects.get(audit=audit).text == "Visited every week"
        assert audit.assignments.get(user=ann).why_ended == "On leave"

    def test_without_a_reason_or_an_auditor_it_is_refused(self, inspection, audit) -> None:
        with pytest.raises(Refused, match="has no auditor"):
            actions.pass_on(audit=audit, user=auditor(inspection), why="On leave", **WHO)
        give_part(audit)
        with pytest.raises(Refused, match="Enter why"):
            actions.pass_on(audit=audit, user=auditor(inspection), why=" ", **WHO)

    @pytest.mark.parametrize("how", ["role", "inactive"])
    def test_an_auditor_removed_in_the_middle_leaves_the_work_to_the_next(self, inspection, audit, how) -> None:
        ann, bob = auditor(inspection), auditor(inspection, "Bob Example")
        give_part(audit, ann)
        answer(audit, ann, strengths="Visited every week")
        assert without_auditor(inspection) == []
        if how == "role":
            Membership.objects.filter(user=ann).update(role=Role.MEMBER)
        else:
            User.objects.filter(pk=ann.pk).update(is_active=False)
        assert [each.case.number for each in without_auditor(inspection)] == [1]
        actions.assign(audit=audit, user=bob, part=Part.AUDITOR, **WHO)
        assert audit.assignments.get(user=ann).why_ended == actions.NO_AUDITOR_ANY_MORE
        said = reading.sign_in(bob).get(page("case", audit)).content.decode()
        assert "Visited every week" in said

    def test_a_role_taken_away_ends_the_sight_and_given_back_returns_it(self, inspection, audit) -> None:
        ann = give_part(audit).user
        Membership.objects.filter(user=ann).update(role=Role.OWNER)
        assert status(ann, audit) == 404
        Membership.objects.filter(user=ann).update(role=Role.AUDITOR)
        assert status(ann, audit) == 200


class TestEnding:
    def test_takes_the_case_from_sight_and_twice_is_once(self, inspection, audit) -> None:
        part = give_part(audit)
        assert actions.end_assignment(assignment=part, why="Not needed", **WHO)
        assert not actions.end_assignment(assignment=part, why="Not needed", **WHO)
        assert status(part.user, audit) == 404
        assert Event.objects.filter(verb="auditor taken off").count() == 1


class TestOwnCase:
    def test_declared_it_is_gone_and_case_officers_see_why(self, inspection, audit, officer) -> None:
        ann = auditor(inspection)
        give_part(audit, ann)
        client = reading.sign_in(ann)
        assert reading.heading(client.get(page("own-case", audit))) == "Is case 1 your own case?"
        assert client.post(page("own-case", audit)).status_code == 302
        assert status(ann, audit) == 404
        assert OwnCase.objects.get().user == ann
        said = reading.main(reading.sign_in(officer).get(page("assign", audit)))
        assert "Audrey Example said on 25 April 2011 at 10am that this is their own case." in said
        assert "Their own case" in said

    def test_the_record_does_not_join_person_and_case(self, inspection, audit) -> None:
        ann = give_part(audit).user
        actions.declare_own_case(audit=audit, user=ann, by=ann, now=MOMENT)
        assert [event.subject for event in Event.objects.all()] == ["Audits of cases"]

    def test_without_a_part_there_is_nothing_to_declare(self, inspection, audit, officer) -> None:
        assert reading.sign_in(officer).get(page("own-case", audit)).status_code == 404


class TestLoad:
    def test_counts_what_each_has_now(self, inspection) -> None:
        audits = [make_selected_case(inspection).audit for _ in range(4)]
        ann = auditor(inspection)
        give_part(audits[0], ann)
        give_part(audits[1], ann)
        submit(audits[1], ann)
        give_part(audits[2], ann, Part.CONTRIBUTOR)
        give_part(audits[3], ann, Part.MODERATOR)
        (load,) = loads(inspection)
        assert (load.open, load.submitted, load.contributions, load.moderations) == ((1,), (2,), (3,), (4,))
        assert load.in_words == "Audrey Example: 1 audit to write, 1 submitted, 1 contribution, 1 moderation"

    def test_cases_without_an_auditor_come_first(self, inspection, officer, audit) -> None:
        auditor(inspection)
        response = reading.sign_in(officer).get(reverse("audits:auditors", args=[inspection.slug]))
        assert "1 case has no auditor." in reading.main(response)
        captions = reading.texts(response, "//main//caption")
        assert captions == ["Cases without an auditor", "Who has what"]

    def test_nothing_yet_says_what_belongs_here(self, inspection, officer) -> None:
        said = reading.main(reading.sign_in(officer).get(reverse("audits:auditors", args=[inspection.slug])))
        assert "Nobody is an auditor yet" in said
        assert "Once cases are selected" in said


def test_pages_ask_as_often_for_one_as_for_twenty(inspection, officer) -> None:

    client = reading.sign_in(officer)
    addresses = [reverse("audits:auditors", args=[inspection.slug])]

    def asked() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    def more(number: int) -> None:
        for each in range(number):
            audit = make_selected_case(inspection).audit
            if each % 2:
                give_part(audit)
            for agency in ("Police", "Health"):
                give_part(audit, part=Part.CONTRIBUTOR, agency=agency)

    more(2)
    first = SelectedCase.objects.get(number=1)
    addresses.append(page("assign", first.audit))
    client.get(addresses[0])
    one = asked()
    more(18)
    for _ in range(18):
        give_part(first.audit, part=Part.CONTRIBUTOR)
    assert asked() == one

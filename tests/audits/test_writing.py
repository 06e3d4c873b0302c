"""Writing an audit: answers with their versions, submitting, reopening, more time, and what a page shows to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event, Membership, Role, User
from audits.models import Answer, Assignment, Audit, Moderation
from audits.writing import actions
from audits.writing.actions import Unanswered
from audits.writing.answers import LONGEST
from cases.models import Access
from cases.privacy.erasure import erase_child
from inspections.actions import withdraw
from inspections.models import Inspection
from refusals import Refused
from tests import reading
from tests.audits.making import WHOLE, answer, give_part, hand_over, store_file, submit
from tests.factories.audits import make_selected_case
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER
from tests.factories.people import at, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOMENT = at("2011-04-25 10:00")
WHO: dict[str, Any] = {"by": None, "now": MOMENT}
JSON: dict[str, Any] = {"HTTP_ACCEPT": "application/json"}
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
def ann(inspection):
    return make_person(inspection.council, Role.AUDITOR, name="Audrey Example")


@pytest.fixture
def audit(inspection, ann) -> Audit:
    made = make_selected_case(inspection, identifier="A-1700").audit
    give_part(made, ann)
    return made


def page(name: str, audit: Audit, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.case.inspection.slug, audit.case.number, *args])


def shown(user: User, audit: Audit):
    return reading.sign_in(user).get(page("case", audit))


def links(user: User, audit: Audit) -> list[str]:
    """The links of the case's page to others, in their order."""
    return reading.texts(shown(user, audit), "//main//a[not(starts-with(@href, '#'))]")


def sent(**answers: str) -> dict:
    """What the page's script sends of these questions: each with the version that it is based on, as "2: words"."""
    data: dict = {"changed": [key.replace("_", "-") for key in answers]}
    for key, said in answers.items():
        version, _, text = said.partition(": ")
        data[f"answer-{key.replace('_', '-')}"] = text
        data[f"seen-{key.replace('_', '-')}"] = version
    return data


def stored(audit: Audit) -> dict[str, tuple[str, int]]:
    return {each.question: (each.text, each.version) for each in Answer.objects.filter(audit=audit)}


class TestSaving:
    def test_each_change_is_another_version_and_the_same_is_none(self, audit, ann) -> None:
        facts = {"audit": audit, "by": ann, "now": MOMENT}
        assert actions.save_answers(answers={"strengths": "Seen"}, seen={}, **facts).versions == {"strengths": 1}
        assert actions.save_answers(answers={"strengths": "Seen"}, seen={}, **facts).versions == {"strengths": 1}
        found = actions.save_answers(answers={"strengths": "Seen often"}, seen={"strengths": 1}, **facts)
        assert (found.versions, found.clashes) == ({"strengths": 2}, {})
        row = Answer.objects.get()
        assert (row.text, row.version, row.saved_by, row.saved_at) == ("Seen often", 2, ann, MOMENT)

    def test_what_moved_on_is_left_alone_and_the_rest_is_saved(self, audit) -> None:
        answer(audit, strengths="Theirs", grade="good")
        found = actions.save_answers(
            audit=audit,
            answers={"strengths": "Mine", "grade": "adequate", "what-was-found": "New"},
            seen={"strengths": 0, "grade": 1},
            **WHO,
        )
        assert list(found.clashes) == ["strengths"]
        assert found.clashes["strengths"].text == "Theirs"
        assert stored(audit) == {"strengths": ("Theirs", 1), "grade": ("adequate", 2), "what-was-found": ("New", 1)}

    def test_both_who_write_the_same_agree(self, audit) -> None:
        answer(audit, strengths="Seen")
        found = actions.save_answers(audit=audit, answers={"strengths": "Seen "}, seen={}, **WHO)
        assert (found.versions, found.clashes) == ({"strengths": 1}, {})

    def test_an_answer_can_be_emptied(self, audit) -> None:
        answer(audit, strengths="Seen")
        actions.save_answers(audit=audit, answers={"strengths": ""}, seen={"strengths": 1}, **WHO)
        assert stored(audit) == {"strengths": ("", 2)}

    def test_themes_are_kept_in_their_order(self, audit) -> None:
        actions.save_answers(audit=audit, answers={"strength-themes": "voice assessment"}, seen={}, **WHO)
        assert stored(audit)["strength-themes"] == ("assessment voice", 1)

    @pytest.mark.parametrize(
        ("answers", "said"),
        [
            ({"grade": "splendid"}, "Choose from what is listed"),
            ({"strength-themes": "assessment weather"}, "Choose from what is listed"),
            ({"immediate-concern": "maybe"}, "Choose from what is listed"),
            ({"favourite-colour": "blue"}, "the questions of the audit have changed"),
            ({"strengths": "x" * (LONGEST + 1)}, "This is 20,001 characters long"),
        ],
    )
    def test_what_is_no_answer_is_refused(self, audit, answers, said) -> None:
        with pytest.raises(Refused, match=said):
            actions.save_answers(audit=audit, answers={"what-was-found": "New", **answers}, seen={}, **WHO)
        assert stored(audit) == {}

    def test_whoever_is_not_its_auditor_any_more_is_refused(self, audit, ann) -> None:
        Membership.objects.filter(user=ann).delete()
        with pytest.raises(Refused, match="no part in the audit of Case 1 any more"):
            actions.save_answers(audit=audit, answers={"strengths": "Seen"}, seen={}, by=ann, now=MOMENT)

    def test_the_first_answer_begins_it_and_typing_fills_no_record(self, audit, ann, inspection) -> None:
        versions = []
        for minute in range(3):
            moment = MOMENT + timedelta(minutes=minute)
            facts = {"seen": {"strengths": minute}, "by": ann, "now": moment}
            actions.save_answers(audit=audit, answers={"strengths": f"Seen {minute}"}, **facts)
            versions.append(Inspection.objects.get().version)
        assert Audit.objects.get().started_at == MOMENT
        assert versions == [2, 3, 4]
        assert [(event.verb, event.subject) for event in Event.objects.all()] == [("audit written", "Audits of cases")]


class TestTheScript:
    def test_saves_what_changed_and_says_when(self, audit, ann) -> None:
        response = reading.sign_in(ann).post(page("case", audit), sent(strengths="0: Seen", grade="0: good"), **JSON)
        assert response.json() == {
            "saved": {"strengths": 1, "grade": 1}, "clashes": {}, "faults": {}, "at": "10am"
        }  # fmt: skip

    def test_shows_what_another_window_saved_and_keeps_the_rest(self, audit, ann) -> None:
        answer(audit, strengths="Theirs", grade="good")
        data = sent(strengths="0: Mine", grade="0: adequate", what_was_found="0: New")
        found = reading.sign_in(ann).post(page("case", audit), data, **JSON).json()
        assert found["saved"] == {"what-was-found": 1}
        assert {key: (each["text"], each["shown"], each["version"]) for key, each in found["clashes"].items()} == {
            "strengths": ("Theirs", "Theirs", 1),
            "grade": ("good", "Good", 1),
        }

    def test_a_fault_holds_up_no_other_question(self, audit, ann) -> None:
        data = sent(strengths=f"0: {'x' * 20_001}", grade="0: splendid", what_was_found="0: New")
        found = reading.sign_in(ann).post(page("case", audit), data, **JSON).json()
        assert found["saved"] == {"what-was-found": 1}
        assert found["faults"] == {
            "strengths": ["This is 20001 characters long. Shorten it to 20,000, or add the rest as a file."],
            "grade": ["Choose from what is listed"],
        }

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"changed": "favourite-colour"},
            {"changed": ["strengths"], "seen-strengths": "9" * 400, "answer-strengths": "\x00"},
            {"changed": "strengths", "seen-strengths": "-1"},
            {"changed": "strength-themes", "answer-strength-themes": ["voice", "\x00"]},
        ],
    )
    def test_odd_input_is_answered(self, audit, ann, data) -> None:
        response = reading.sign_in(ann).post(page("case", audit), data, **JSON)
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")

    def test_after_submission_it_says_why_not(self, audit, ann) -> None:
        submit(audit, ann)
        response = reading.sign_in(ann).post(page("case", audit), sent(strengths="1: More"), **JSON)
        assert response.status_code == 422
        assert "The audit was submitted on 1 April 2011 at 9am" in response.json()["refused"]

    def test_the_former_auditor_finds_nothing(self, audit, ann) -> None:
        client = reading.sign_in(ann)
        Assignment.objects.update(ended_at=MOMENT, why_ended="On leave")
        assert client.post(page("case", audit), sent(strengths="0: More"), **JSON).status_code == 404


def fields(response) -> dict[str, Any]:
    """What a browser would send of the form as it stands, without being touched."""
    (form,) = reading.page(response).xpath("//form[@id='questions']")
    return {name: list(value) if isinstance(value, set) else value for name, value in dict(form.fields).items()}


class TestWithoutJavascript:
    def plain(self, client, audit, **changed: str) -> dict:
        found = {name: value for name, value in fields(client.get(page("case", audit))).items() if value is not None}
        return {**found, **{f"answer-{key.replace('_', '-')}": text for key, text in changed.items()}}

    def test_one_button_saves_what_was_changed(self, audit, ann) -> None:
        answer(audit, ann, strengths="Seen\nOften", strength_themes="voice", grade="good")
        client = reading.sign_in(ann)
        data = self.plain(client, audit, what_was_found="A history")
        assert reading.success(client.post(page("case", audit), data, follow=True)) == ["Saved."]
        assert stored(audit) == {
            "strengths": ("Seen\nOften", 1),
            "strength-themes": ("voice", 1),
            "grade": ("good", 1),
            "what-was-found": ("A history", 1),
        }

    def test_what_was_not_touched_clashes_with_nothing(self, audit, ann) -> None:
        client = reading.sign_in(ann)
        data = self.plain(client, audit, what_was_found="A history")
        answer(audit, strengths="Written meanwhile")
        assert client.post(page("case", audit), data).status_code == 302
        assert stored(audit) == {"strengths": ("Written meanwhile", 1), "what-was-found": ("A history", 1)}

    def test_both_texts_are_shown_and_the_own_one_can_be_kept(self, audit, ann) -> None:
        client = reading.sign_in(ann)
        data = self.plain(client, audit, strengths="Mine", what_was_found="A history")
        answer(audit, strengths="Theirs")
        response = client.post(page("case", audit), data)
        assert response.status_code == 422
        assert reading.texts(response, reading.by_class("audits-clash") + "/p[not(@data-words or @data-text)]") == [
            "Theirs"
        ]
        again = {name: value for name, value in fields(response).items() if value is not None}
        assert again["answer-strengths"].strip() == "Mine"
        assert client.post(page("case", audit), again).status_code == 302
        assert stored(audit) == {"strengths": ("Mine", 2), "what-was-found": ("A history", 1)}

    def test_or_the_other_one(self, audit, ann) -> None:
        client = reading.sign_in(ann)
        data = self.plain(client, audit, strengths="Mine")
        answer(audit, strengths="Theirs")
        again = fields(client.post(page("case", audit), data))
        again = {name: value for name, value in again.items() if value is not None} | {"take": "strengths"}
        assert client.post(page("case", audit), again).status_code == 302
        assert stored(audit) == {"strengths": ("Theirs", 1)}


class TestSubmitting:
    def test_unanswered_questions_are_listed_and_linked(self, audit, ann) -> None:
        answer(audit, ann, **{**WHOLE, "grade": "", "strengths": ""})
        response = reading.sign_in(ann).post(page("submit", audit), {"changed": ""})
        summary = reading.by_class("govuk-error-summary") + "//a"
        assert reading.texts(response, summary) == [
            "Answer “Strengths” before you submit the audit",
            "Answer “Grade” before you submit the audit",
        ]
        assert Audit.objects.get().submitted_at is None
        with pytest.raises(Unanswered, match="2 more to answer: “Strengths”, “Grade”"):
            actions.submit_audit(audit=audit, by=ann, now=MOMENT)

    def test_the_form_is_saved_with_it(self, audit, ann) -> None:
        answer(audit, ann, **{**WHOLE, "grade": ""})
        response = reading.sign_in(ann).post(page("submit", audit), sent(grade="1: good"), follow=True)
        assert reading.success(response) == ["The audit of case 1 is submitted. Thank you."]
        audit.refresh_from_db()
        assert (audit.submitted_at, audit.submitted_by) == (MOMENT, ann)
        assert reading.page(response).xpath("//textarea[starts-with(@name, 'answer-')]") == []

    def test_a_concern_that_nobody_was_told_of_holds_it_up(self, audit, ann) -> None:
        answer(audit, ann, **{**WHOLE, "immediate_concern": "yes"})
        with pytest.raises(Refused, match="tell the coordinator and the case officers, before you submit"):
            actions.submit_audit(audit=audit, by=ann, now=MOMENT)
        Audit.objects.update(concern_at=MOMENT, concern="A fictional concern")
        assert actions.submit_audit(audit=audit, by=ann, now=MOMENT)
        assert not actions.submit_audit(audit=audit, by=ann, now=MOMENT)

    @pytest.mark.parametrize("role", ["auditor", "officer"])
    def test_it_is_reopened_until_it_is_handed_over(self, audit, ann, officer, role) -> None:
        submit(audit, ann)
        client = reading.sign_in(ann if role == "auditor" else officer)
        assert "Reopen the audit" in reading.main(client.get(page("case", audit)))
        said = reading.success(client.post(page("reopen", audit), follow=True))
        assert said == ["The audit is open again. It has to be submitted once more."]
        assert Audit.objects.get().submitted_at is None
        Audit.objects.update(submitted_at=MOMENT)
        hand_over(audit)
        response = client.post(page("reopen", audit), follow=True)
        assert reading.success(response) == [
            "The audit of Case 1 was handed over to the inspectors, so it stays as they have it."
        ]
        assert "Reopen the audit" not in reading.main(response)
        assert Audit.objects.get().submitted_at == MOMENT


class TestMoreTime:
    def test_a_late_audit_shows_as_late_until_it_gets_more_time(self, audit, officer, clock) -> None:
        tags = reading.by_class("house-title") + reading.by_class("govuk-tag")
        assert reading.texts(shown(officer, audit), tags) == ["To do"]
        clock.move_to(at("2011-05-20 10:00"))
        assert reading.texts(shown(officer, audit), tags) == ["To do", "Late"]
        client = reading.sign_in(officer)
        to = {"on_day": "27", "on_month": "5", "on_year": "2011", "at": "5pm", "why": "The file came late"}
        response = client.post(page("extend", audit), to, follow=True)
        said = reading.main(response)
        assert "Due on 27 May 2011 at 5pm" in said
        assert "It was given more time: The file came late" in said
        assert Event.objects.filter(verb="audit extended").get().detail == {}

    @pytest.mark.parametrize(
        ("to", "why", "said"),
        [
            ("2011-04-24 17:00", "Files", "still to come"),
            ("2011-04-26 09:00", "Files", "is due on"),
            ("2011-06-01 17:00", " ", "Enter why"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, audit, to, why, said) -> None:
        with pytest.raises(Refused, match=said):
            actions.extend_audit(audit=audit, to=at(to), why=why, **WHO)

    def test_a_submitted_audit_needs_none(self, audit) -> None:
        submit(audit)
        with pytest.raises(Refused, match="needs no more time"):
            actions.extend_audit(audit=audit, to=at("2011-06-01 17:00"), why="Files", **WHO)


class TestWhatIsShown:
    def test_the_facts_of_every_list_that_the_child_is_on(self, inspection, ann) -> None:
        audit = make_selected_case(inspection, identifier="B-1", lists=[IN_NEED, LOOKED_AFTER]).audit
        give_part(audit, ann)
        said = reading.main(shown(ann, audit))
        assert "B-1 – on 2 lists: Child in need, Looked after" in said
        assert "Gender Female" in said

    def test_every_reading_is_logged_and_so_is_every_attempt(self, inspection, audit, ann) -> None:
        other = make_selected_case(inspection).audit
        client = reading.sign_in(ann)
        client.get(page("case", audit))
        assert client.get(page("case", other)).status_code == 404
        key, other_key = audit.case.child.key, other.case.child.key
        assert list(Access.objects.order_by("pk").values_list("what", "child", "was_refused", "detail")) == [
            ("audit", key, False, "Case 1"),
            ("audit", other_key, True, "Case 2"),
        ]

    def test_a_case_officer_reads_and_does_not_write(self, audit, officer) -> None:
        answer(audit, strengths="Visited every week")
        response = shown(officer, audit)
        assert "Visited every week" in reading.main(response)
        assert reading.page(response).xpath("//textarea") == []
        assert reading.sign_in(officer).post(page("case", audit), sent(strengths="1: More")).status_code == 404

    @pytest.mark.parametrize("roles", [[Role.AUDITOR], [Role.AUDITOR, Role.CASE_OFFICER]])
    def test_a_blind_moderator_sees_all_but_the_grade_whatever_their_roles(self, inspection, audit, ann, roles) -> None:
        submit(audit, ann, grade="inadequate")
        store_file(audit, "chronology.txt")
        bob = make_person(inspection.council, *roles)
        give_part(audit, bob, Part.MODERATOR)
        said = reading.main(shown(bob, audit))
        assert "The grade is hidden until you have given yours." in said
        assert "Inadequate" not in said
        assert WHOLE["strengths"] in said
        assert "chronology.txt" in said
        Moderation.objects.create(audit=audit, moderator=bob, grade="good", graded_at=MOMENT)
        assert "Inadequate" in reading.main(shown(bob, audit))

    def test_links_lead_everybody_to_what_they_do_next(self, inspection, audit, ann, officer) -> None:
        bob = make_person(inspection.council, Role.AUDITOR)
        give_part(audit, bob, Part.MODERATOR)
        people, pdf, more = "People of this case", "Download as a PDF", "Give more time"
        assert [links(user, audit) for user in (officer, ann, bob)] == [
            ["Moderation", pdf, people, more, "Add a follow-up action"],
            ["Moderation", "Add a follow-up action", "This is my own case"],
            ["Give your grade", "This is my own case"],
        ]
        submit(audit, ann)
        Moderation.objects.create(audit=audit, moderator=bob, grade="good", graded_at=MOMENT)
        assert [links(user, audit) for user in (officer, ann, bob)] == [
            ["Moderation", pdf, people, "Add a follow-up action"],
            ["Moderation", pdf, "Add a follow-up action", "This is my own case"],
            ["Moderation", "This is my own case"],
        ]

    def test_a_blind_case_officer_is_offered_no_pdf(self, inspection, audit, ann) -> None:
        submit(audit, ann)
        both = make_person(inspection.council, Role.AUDITOR, Role.CASE_OFFICER)
        give_part(audit, both, Part.MODERATOR)
        assert links(both, audit)[:2] == ["Give your grade", "People of this case"]

    def test_of_a_withdrawn_inspection_it_is_read_only(self, inspection, audit, ann) -> None:
        withdraw(inspection=inspection, reason="Deferred", **WHO)
        assert reading.page(shown(ann, audit)).xpath("//main//form") == []

    def test_a_page_asks_as_often_for_much_as_for_little(self, inspection, audit, ann, officer) -> None:
        def asked(user: User) -> int:
            client = reading.sign_in(user)
            client.get(page("case", audit))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page("case", audit)).status_code == 200
            return len(captured)

        answer(audit, ann, strengths="Seen")
        store_file(audit)
        give_part(audit, part=Part.CONTRIBUTOR)
        one = [asked(ann), asked(officer)]
        answer(audit, ann, **{key: text for key, text in WHOLE.items() if key != "strengths"})
        for number in range(19):
            store_file(audit, content=f"File {number}".encode())
            give_part(audit, part=Part.CONTRIBUTOR)
            give_part(make_selected_case(inspection).audit)
        assert [asked(ann), asked(officer)] == one


def test_a_selection_without_audits_shows_the_child_alone(inspection, officer) -> None:
    case = make_selected_case(inspection, identifier="A-1").audit.case
    Audit.objects.all().delete()
    address = reverse("audits:case", args=[inspection.slug, case.number])
    said = reading.main(reading.sign_in(officer).get(address))
    assert "The council does not audit the cases of this selection." in said
    assert "A-1" in said


def test_of_an_erased_child_nothing_is_left_to_read_or_write(inspection, audit, ann, officer) -> None:
    answer(audit, ann, strengths="Visited every week")
    erase_child(child=audit.case.child, why="On request", **WHO)
    said = reading.main(shown(ann, audit))
    assert "What was held on this child has been erased." in said
    assert [word for word in ("Visited every week", "A-1700") if word in said] == []
    assert reading.page(shown(ann, audit)).xpath("//main//form") == []
    with pytest.raises(Refused, match="has been erased"):
        actions.save_answers(audit=audit, answers={"strengths": "More"}, seen={}, **WHO)

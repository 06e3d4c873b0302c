"""Immediate concerns, contributions of partner agencies, and the files of an audit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Event, Role, User
from audits.models import Assignment, Audit, AuditFile, Contribution, FollowUp
from audits.stored_files import FOLDER
from audits.writing import concerns, contributions, files
from cases.models import Access
from outbox.models import Message
from refusals import Refused
from tests import reading
from tests.audits.making import answer, give_part, hand_over, store_file, submit
from tests.factories.audits import make_selected_case
from tests.factories.documents import pdf_bytes, received
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.files.places import uploads

__all__ = ["uploads"]

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOMENT = at("2011-04-25 10:00")
JSON: dict[str, Any] = {"HTTP_ACCEPT": "application/json"}
Part = Assignment.Part
WORDS = "Jo Bloggs, A-1700, was seen alone at the river."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18), title="Autumn inspection")


@pytest.fixture
def ann(inspection):
    return make_person(inspection.council, Role.AUDITOR, name="Audrey Example")


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


@pytest.fixture
def coordinator(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Cora Example")


@pytest.fixture
def audit(inspection, ann) -> Audit:
    made = make_selected_case(inspection, identifier="A-1700").audit
    give_part(made, ann)
    return made


@pytest.fixture
def police(inspection, audit) -> Assignment:
    person = make_person(inspection.council, Role.AUDITOR, name="Polly Example")
    return give_part(audit, person, Part.CONTRIBUTOR)


def page(name: str, audit: Audit, *args) -> str:
    return reverse(f"audits:{name}", args=[audit.case.inspection.slug, audit.case.number, *args])


def raised(audit: Audit, by: User | None, words: str = WORDS, *, now=MOMENT):
    return concerns.raise_concern(audit=audit, words=words, by=by, now=now)


class TestConcern:
    def test_is_told_at_once_though_nothing_else_is_answered(self, audit, ann, officer, coordinator) -> None:
        client = reading.sign_in(ann)
        response = client.post(page("concern", audit), {"concern": WORDS}, follow=True)
        assert reading.success(response) == ["The coordinator and the case officers are told by email: 2 people."]
        assert sorted(Message.objects.values_list("to", flat=True)) == sorted([officer.email, coordinator.email])
        audit.refresh_from_db()
        assert (audit.concern, audit.concern_at, audit.concern_by) == (WORDS, MOMENT, ann)

    def test_the_email_says_nothing_of_the_child_nor_of_the_auditor(self, audit, ann, officer) -> None:
        raised(audit, ann)
        mail = Message.objects.get()
        whole = f"{mail.subject} {mail.text} {mail.html} {mail.headers}"
        assert [word for word in ("Bloggs", "A-1700", "river", "Audrey", audit.case.child.key) if word in whole] == []
        assert mail.subject == "Immediate concern about case 1: Autumn inspection"
        assert "An auditor has raised an immediate concern about case 1 of Autumn inspection." in mail.text
        assert reverse("audits:list", args=[audit.case.inspection.slug]) in mail.text

    def test_the_same_is_not_told_twice_and_a_further_one_is(self, audit, ann, officer) -> None:
        assert raised(audit, ann) == [officer]
        assert raised(audit, ann, f" {WORDS} ") is None
        concerns.acknowledge_concern(audit=audit, done="The team was told.", by=officer, now=MOMENT)
        later = MOMENT + timedelta(hours=2)
        assert raised(audit, ann, "Seen there again.", now=later) == [officer]
        assert raised(audit, ann, "Seen there again.", now=later) is None
        audit.refresh_from_db()
        assert audit.concern == f"{WORDS}\n\n25 April 2011 at midday:\nSeen there again."
        assert (audit.acknowledged_at, audit.acknowledgement) == (None, "The team was told.")
        assert Message.objects.count() == 2

    def test_without_words_nothing_is_told_and_what_was_typed_stays(self, audit, ann, officer) -> None:
        data = {"concern": " ", "changed": "strengths", "answer-strengths": "Half a sentence"}
        response = reading.sign_in(ann).post(page("concern", audit), data)
        assert response.status_code == 422
        assert "Write down what the concern is" in reading.main(response)
        (box,) = reading.page(response).xpath("//textarea[@name='answer-strengths']")
        assert reading.words(box) == "Half a sentence"
        assert not Message.objects.exists()

    def test_nobody_to_tell_is_said(self, audit, ann) -> None:
        response = reading.sign_in(ann).post(page("concern", audit), {"concern": WORDS}, follow=True)
        assert reading.success(response) == [
            "Nobody here is a coordinator or case officer. Tell your manager yourself, now."
        ]

    @pytest.mark.parametrize("part", [Part.CONTRIBUTOR, Part.MODERATOR])
    def test_whoever_reads_the_case_can_raise_it_also_once_it_is_submitted(self, audit, ann, officer, part) -> None:
        submit(audit, ann)
        other = give_part(audit, part=part).user
        response = reading.sign_in(other).post(page("concern", audit), {"concern": WORDS}, follow=True)
        assert reading.success(response) == ["The coordinator and the case officers are told by email: 1 person."]

    def test_a_case_officer_writes_down_what_was_done(self, audit, ann, officer) -> None:
        raised(audit, ann)
        client = reading.sign_in(officer)
        assert "Not yet acknowledged" in reading.main(client.get(page("case", audit)))
        response = client.post(page("acknowledge", audit), {"done": "A social worker went there."}, follow=True)
        assert "Acknowledged on 25 April 2011 at 10am." in reading.main(response)
        assert "A social worker went there." in reading.main(reading.sign_in(ann).get(page("case", audit)))
        assert client.post(page("acknowledge", audit), {"done": " "}).status_code == 422

    def test_the_record_holds_no_words_of_it(self, audit, ann, officer) -> None:
        raised(audit, ann)
        concerns.acknowledge_concern(audit=audit, done="The team was told.", by=officer, now=MOMENT)
        assert [(event.verb, event.subject, event.detail) for event in Event.objects.order_by("pk")] == [
            ("immediate concern raised", "Audits of cases", {}),
            ("immediate concern acknowledged", "Audits of cases", {}),
        ]


class TestContribution:
    def test_its_writer_sees_the_child_and_nothing_of_the_audit(self, audit, ann, police) -> None:
        answer(audit, ann, strengths="Of the auditor", grade="inadequate")
        store_file(audit, "secret.txt")
        raised(audit, ann, "A concern of the auditor")
        said = reading.main(reading.sign_in(police.user).get(page("case", audit)))
        assert "A-1700" in said
        assert [
            word for word in ("Of the auditor", "nadequate", "secret.txt", "A concern of", "Audrey") if word in said
        ] == []
        file = AuditFile.objects.get()
        assert reading.sign_in(police.user).get(page("file", audit, file.pk)).status_code == 404

    def test_other_cases_do_not_exist_and_the_attempt_is_logged(self, inspection, audit, police) -> None:
        other = make_selected_case(inspection).audit
        client = reading.sign_in(police.user)
        assert client.get(page("contribution", other)).status_code == 404
        assert client.post(page("case", audit), {"changed": "strengths", "answer-strengths": "Mine"}).status_code == 404
        refused = Access.objects.filter(was_refused=True).order_by("pk")
        keys = [other.case.child.key, audit.case.child.key]
        assert list(refused.values_list("by", "child")) == [(police.user.pk, key) for key in keys]

    def test_is_saved_with_its_version_and_loses_nothing(self, audit, police) -> None:
        client, where = reading.sign_in(police.user), page("contribution", audit)
        assert client.post(where, {"text": "One", "seen": "0"}, **JSON).json()["saved"] == {"text": 1}
        found = client.post(where, {"text": "Other", "seen": "0"}, **JSON).json()
        assert (found["saved"], found["clashes"]["text"]["text"]) == ({}, "One")
        response = client.post(where, {"text": "Other", "seen": "0"})
        assert response.status_code == 422
        assert "One" in reading.main(response)
        (seen,) = reading.page(response).xpath("//input[@name='seen']/@value")
        assert client.post(where, {"text": "One and other", "seen": seen}).status_code == 302
        assert (Contribution.objects.get().text, Contribution.objects.get().version) == ("One and other", 2)

    @pytest.mark.parametrize(
        "data", [{}, {"text": "\x00", "seen": "x"}, {"text": "x" * 20_001}, {"text": "a", "seen": "9" * 99}]
    )
    def test_odd_input_is_answered(self, audit, police, data) -> None:
        response = reading.sign_in(police.user).post(page("contribution", audit), data, **JSON)
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")

    def test_the_auditor_reads_it_once_it_is_submitted(self, audit, ann, police) -> None:
        client = reading.sign_in(police.user)
        client.post(page("contribution", audit), {"text": "We were called out twice", "seen": "0"})
        said = reading.main(reading.sign_in(ann).get(page("case", audit)))
        assert "Police Not submitted yet" in said
        assert "called out" not in said
        client.post(page("submit-contribution", audit), {"text": "We were called out twice", "seen": "1"})
        assert "We were called out twice" in reading.main(reading.sign_in(ann).get(page("case", audit)))
        with pytest.raises(Refused, match="Reopen it first"):
            contributions.save_contribution(assignment=police, text="More", seen=1, by=police.user, now=MOMENT)

    def test_it_is_reopened_until_the_audit_is_submitted(self, audit, ann, police) -> None:
        facts = {"assignment": police, "by": police.user, "now": MOMENT}
        contributions.save_contribution(text="We knew", seen=0, **facts)
        assert contributions.submit_contribution(**facts)
        assert contributions.reopen_contribution(**facts)
        assert not contributions.reopen_contribution(**facts)
        submit(audit, ann)
        with pytest.raises(Refused, match="stays as the auditor read it"):
            contributions.reopen_contribution(**facts)
        hand_over(audit)
        with pytest.raises(Refused, match="handed over"):
            contributions.save_contribution(text="More", seen=1, **facts)

    def test_nothing_written_cannot_be_submitted(self, audit, police) -> None:
        response = reading.sign_in(police.user).post(page("submit-contribution", audit), {"text": " ", "seen": "0"})
        assert response.status_code == 422
        assert "Write your agency’s contribution before you submit it." in reading.main(response)


class TestFiles:
    def test_are_added_listed_downloaded_and_logged(self, audit, ann, officer) -> None:
        content = pdf_bytes()
        upload = SimpleUploadedFile("A chronology.pdf", content, "application/pdf")
        response = reading.sign_in(ann).post(page("add-files", audit), {"file": upload}, follow=True)
        assert reading.success(response) == ["1 file added."]
        row = AuditFile.objects.get()
        answer_of = reading.sign_in(officer).get(page("file", audit, row.pk))
        assert b"".join(answer_of) == content
        assert answer_of["Content-Disposition"] == 'attachment; filename="A chronology.pdf"'
        assert "no-store" in answer_of["Cache-Control"]
        entry = Access.objects.get(what=Access.What.AUDIT_FILE, by=officer)
        assert (entry.child, entry.detail) == (audit.case.child.key, f"Case 1: file {row.pk}")

    def test_a_bad_one_is_refused_and_the_others_are_added(self, audit, ann) -> None:
        chosen = [SimpleUploadedFile("bad.exe", b"MZ"), SimpleUploadedFile("notes.txt", b"Fictional notes")]
        response = reading.sign_in(ann).post(page("add-files", audit), {"file": chosen}, follow=True)
        refused, added = reading.success(response)
        assert refused.startswith("bad.exe was not added: “.exe” files are not accepted.")
        assert added == "1 file added."
        assert list(AuditFile.objects.values_list("name", flat=True)) == ["notes.txt"]

    def test_none_chosen_is_said(self, audit, ann) -> None:
        response = reading.sign_in(ann).post(page("add-files", audit), {})
        assert response.status_code == 422
        assert "Choose a file" in reading.main(response)

    def test_the_same_bytes_are_one_file(self, audit, ann) -> None:
        content = pdf_bytes()
        for _ in range(2):
            files.add_file(audit=audit, received=received(content), by=ann, now=MOMENT)
        assert AuditFile.objects.count() == 1

    def test_removed_its_bytes_and_its_name_are_gone(self, audit, ann, django_capture_on_commit_callbacks) -> None:
        row, _ = files.add_file(audit=audit, received=received(), by=ann, now=MOMENT)
        row.audit, path = audit, FOLDER.path_of(row.stored_name or "")
        assert path.exists()
        with django_capture_on_commit_callbacks(execute=True):
            assert files.remove_file(file=row, by=ann, now=MOMENT)
            assert not files.remove_file(file=row, by=ann, now=MOMENT)
        row.refresh_from_db()
        assert (row.name, row.stored_name, row.removed_by, path.exists()) == ("", None, ann, False)
        assert reading.sign_in(ann).get(page("file", audit, row.pk)).status_code == 404

    def test_what_closed_a_follow_up_action_stays(self, audit, ann) -> None:
        row = store_file(audit)
        FollowUp.objects.create(audit=audit, number=1, what="Visit", who="The team", added_at=MOMENT, file=row)
        with pytest.raises(Refused, match="evidence of follow-up action 1"):
            files.remove_file(file=row, by=ann, now=MOMENT)

    def test_after_submission_nothing_is_added_or_removed(self, audit, ann) -> None:
        row = store_file(audit)
        submit(audit, ann)
        with pytest.raises(Refused, match="Reopen it first"):
            files.add_file(audit=audit, received=received(), by=ann, now=MOMENT)
        with pytest.raises(Refused, match="Reopen it first"):
            files.remove_file(file=row, by=ann, now=MOMENT)

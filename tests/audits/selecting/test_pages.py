"""The pages of a selection and of a sample, in the words that people read; every reading is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from audits.models import Audit, SelectedCase
from audits.selecting.showing import sentence
from cases.models import Access, Child, ListRow
from tests import reading
from tests.factories.audits import make_child, make_selected_case
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, import_lists, record
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = pytest.mark.django_db

NOW = at("2011-04-26 10:00")
CASES = "The cases of this selection"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18), title="Fictionshire 2011")


@pytest.fixture
def client(inspection):
    return sign_in(make_person(inspection.council, Role.CASE_OFFICER, name="Cass Sample"))


def address(inspection, name: str = "selection", *parts) -> str:
    return reverse(f"audits:{name}", args=[inspection.slug, *(parts or ("initial",))])


def lede(response) -> str:
    (found,) = reading.texts(response, reading.by_class("house-lede"))
    return found


def logged() -> list[tuple[str, str, bool]]:
    return list(Access.objects.order_by("pk").values_list("what", "detail", "was_refused"))


def errors(response) -> list[str]:
    return reading.texts(response, reading.by_class("govuk-error-summary") + "//li")


def test_page_says_how_many_there_are_against_how_many_there_must_be(inspection, client) -> None:
    page = client.get(address(inspection))
    assert reading.heading(page) == "Which cases did the inspectors choose?"
    assert lede(page) == "None is recorded yet. There must be 8 or more."
    assert "The inspectors name them on 26 April 2011 (day 5)." in reading.main(page)
    for _ in range(8):
        make_selected_case(inspection)
    assert lede(client.get(address(inspection))) == "8 cases are recorded. There must be 8 or more."
    make_selected_case(inspection, selection="additional")
    assert (
        lede(client.get(address(inspection, "selection", "additional")))
        == "1 case is recorded so far. There must be 12."
    )


@pytest.mark.parametrize(
    ("minimum", "maximum", "there", "said"),
    [
        (None, None, 0, "None is recorded yet. How many there will be is not known."),
        (None, None, 3, "3 cases are recorded. How many there will be is not known."),
        (None, 12, 1, "1 case is recorded. There must be up to 12."),
        (8, 12, 7, "7 cases are recorded so far. There must be 8 to 12."),
        (8, 12, 8, "8 cases are recorded. There must be 8 to 12."),
        (8, None, 9, "9 cases are recorded. There must be 8 or more."),
    ],
)
def test_how_many_there_must_be_is_the_frameworks(inspection, minimum, maximum, there, said) -> None:
    chosen = replace(inspection.framework.case_selection("initial"), minimum=minimum, maximum=maximum)
    assert sentence(chosen, there) == said


def test_table_names_number_child_lists_age_and_audit(inspection, client) -> None:
    make_selected_case(inspection, identifier="A1", lists=(LOOKED_AFTER, IN_NEED), date_of_birth="2004-04-01")
    make_selected_case(inspection, selection="additional")
    gone = make_selected_case(inspection, identifier="A3", date_of_birth="2011-03-01")
    ListRow.objects.filter(child=gone.child).update(until=ListRow.objects.filter(child=gone.child).get().since)
    erased = make_selected_case(inspection)
    SelectedCase.objects.filter(pk=erased.pk).update(child=None)
    page = client.get(address(inspection))
    assert [row[:6] for row in reading.rows(page, CASES)] == [
        ["Case 1", "A1", "Child in need, Looked after", "7", "1 Apr 2011", "No auditor"],
        ["Case 3", "A3", "On no list any more", "Not known", "1 Apr 2011", "No auditor"],
        ["Case 4", "Erased", "", "Not known", "1 Apr 2011", "Erased"],
    ]
    child = Child.objects.get(identifier="A1")
    assert reverse("cases:child", args=[inspection.slug, child.key]) in page.content.decode()
    assert logged() == [("selection", "Initial case files", False)]
    assert Access.objects.get().child == ""


def test_identifiers_are_looked_up_shown_and_added_once_that_is_confirmed(inspection, client) -> None:
    for each in ("A1", "A2"):
        make_child(inspection, each, date_of_birth="2011-02-02")
    page = client.post(address(inspection, "select"), {"identifiers": " a1;\u00a0A2"})
    assert reading.heading(page) == "Add these 2 cases?"
    assert lede(page) == "There would be 2. There must be 8 or more."
    assert reading.rows(page, "The cases that would be added") == [
        ["A1", "Child in need", "Under 1"], ["A2", "Child in need", "Under 1"]
    ]  # fmt: skip
    assert not SelectedCase.objects.exists()
    hidden = reading.page(page).xpath("//main//input[@name='identifiers']/@value")
    done = client.post(address(inspection, "select"), {"identifiers": hidden[0], "confirmed": "yes"}, follow=True)
    assert [row[:2] for row in reading.rows(done, CASES)] == [["Case 1", "A1"], ["Case 2", "A2"]]
    assert "Cases 1 and 2 added." in done.content.decode()
    assert logged() == [
        ("selection", "Initial case files: to be added", False), ("selection", "Initial case files", False)
    ]  # fmt: skip


def test_every_fault_is_shown_beside_the_field_and_what_was_typed_stays(inspection, client) -> None:
    make_selected_case(inspection, identifier="S1")
    make_child(inspection, "A1")
    page = client.post(address(inspection, "select"), {"identifiers": "A1\nA1\nS1\nX9"})
    assert page.status_code == 422
    assert errors(page) == [
        "“A1” is there twice. Name each case once.",
        "“S1” is Case 1 already.",
        "“X9” is on none of the current lists. Check how it is written, or import the lists again.",
    ]
    assert reading.page(page).xpath("string(//textarea)").split() == ["A1", "A1", "S1", "X9"]


def test_many_faults_are_counted_beyond_the_first(inspection, client) -> None:
    page = client.post(address(inspection, "select"), {"identifiers": ",".join(f"X{number}" for number in range(40))})
    assert (len(errors(page)), errors(page)[-1]) == (31, "There are 10 more faults.")


def test_identifiers_may_come_in_a_text_file(inspection, client) -> None:
    make_child(inspection, "A1")
    make_child(inspection, "A2")
    file = SimpleUploadedFile("cases.csv", "\ufeffChild ID\r\nA2\r\n".encode())
    page = client.post(address(inspection, "select"), {"identifiers": "A1", "file": file})
    assert [row[0] for row in reading.rows(page, "The cases that would be added")] == ["A1", "A2"]


def test_faults_of_a_file_are_put_right_in_the_text(inspection, client) -> None:
    file = SimpleUploadedFile("cases.txt", b"X1\nX2\n")
    page = client.post(address(inspection, "select"), {"file": file})
    assert (page.status_code, len(errors(page))) == (422, 2)
    assert reading.page(page).xpath("string(//textarea)").split() == ["X1", "X2"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cases.txt", b"", "The file names no case. Choose one with an identifier on each line"),
        ("cases.csv", b"Child ID\r\n\r\n;;\r\n", "The file names no case. Choose one with an identifier on each line"),
        (
            "cases.xlsx",
            b"PK\x03\x04 and so on",
            "Choose a text or CSV file, or copy the column of identifiers and paste it above",
        ),
        ("cases.txt", b"A1\n" * 400_000, "Choose a file of 1 MB or less"),
    ],
)
def test_a_file_that_names_nothing_is_refused_in_words(inspection, client, name, content, words) -> None:
    page = client.post(address(inspection, "select"), {"file": SimpleUploadedFile(name, content)})
    assert (page.status_code, errors(page)) == (422, [words])


@pytest.mark.parametrize("typed", ["", " ,;\n", "\u00a0", "Child ID"])
def test_nothing_named_is_said(inspection, client, typed) -> None:
    page = client.post(address(inspection, "select"), {"identifiers": typed})
    assert (page.status_code, errors(page)) == (
        422, ["Enter the identifiers of the cases. Nothing was named."]
    )  # fmt: skip


def test_what_was_selected_meanwhile_is_said_at_the_confirmation(inspection, client) -> None:
    make_selected_case(inspection, identifier="A1")
    page = client.post(address(inspection, "select"), {"identifiers": "A1", "confirmed": "yes"})
    assert (page.status_code, errors(page)) == (422, ["“A1” is Case 1 already."])


def test_a_full_selection_offers_no_form(inspection, client) -> None:
    for _ in range(12):
        make_selected_case(inspection, selection="additional")
    page = client.get(address(inspection, "selection", "additional"))
    assert lede(page) == "12 cases are recorded. There must be 12."
    assert reading.page(page).xpath("//main//textarea") == []
    assert "No more can be added. To exchange a case, take one out first." in reading.main(page)


def test_a_case_is_taken_out_on_a_page_of_its_own(inspection, client) -> None:
    case = make_selected_case(inspection, identifier="A1")
    page = client.get(address(inspection, "take-out", 1))
    assert reading.heading(page) == "Take Case 1 out of the selection?"
    assert "Child A1: Child in need." in reading.main(page)
    assert logged() == [("selection", "Case 1", False)]
    assert Access.objects.get().child == case.child.key
    assert client.post(address(inspection, "take-out", 1), {"why": ""}).status_code == 422
    done = client.post(address(inspection, "take-out", 1), {"why": "The lead inspector chose another"}, follow=True)
    assert "Case 1 was taken out. Its number is not used again." in done.content.decode()
    assert "Case 1: The lead inspector chose another" in reading.main(done)
    assert client.get(address(inspection, "take-out", 1)).status_code == 404


def test_a_case_whose_audit_was_submitted_has_no_form(inspection, client) -> None:
    case = make_selected_case(inspection)
    Audit.objects.filter(case=case).update(submitted_at=NOW)
    page = client.get(address(inspection, "take-out", 1))
    assert "Its audit was submitted, so the case stays." in reading.main(page)
    assert reading.page(page).xpath("//main//form") == []


def test_a_selection_or_case_that_does_not_exist_is_not_found(inspection, client) -> None:
    assert client.get(address(inspection, "selection", "third")).status_code == 404
    assert client.post(address(inspection, "select", "third"), {"identifiers": "A1"}).status_code == 404
    assert client.get(address(inspection, "take-out", 7)).status_code == 404


def test_somebody_else_finds_nothing_and_the_attempt_is_logged(inspection) -> None:
    make_selected_case(inspection)
    coordinator = sign_in(make_person(inspection.council, Role.COORDINATOR))
    assert coordinator.get(address(inspection)).status_code == 404
    assert coordinator.get(reverse("audits:sample", args=[inspection.slug])).status_code == 404
    assert logged() == [("selection", "", True), ("sample", "", True)]


# Samples


@pytest.fixture
def rehearsal():
    made = make_inspection(make_council(), kind="rehearsal", title="Rehearsal")
    after = {f"L{number}": record(placement="U4") for number in range(4)}
    import_lists(made, {IN_NEED: {f"N{number}": record() for number in range(12)}, LOOKED_AFTER: after})
    return made


@pytest.fixture
def rehearsing(rehearsal):
    return sign_in(make_person(rehearsal.council, Role.CASE_OFFICER))


def test_a_sample_is_shown_by_stratum_and_selected_once_that_is_confirmed(rehearsal, rehearsing) -> None:
    sample = reverse("audits:sample", args=[rehearsal.slug])
    page = rehearsing.get(f"{sample}?selection=initial")
    assert reading.page(page).xpath("//input[@name='size']/@value") == ["8"]
    page = rehearsing.post(sample, {"selection": "initial", "size": "8", "seed": "3"})
    assert reading.heading(page) == "Select this sample?"
    assert lede(page) == "8 of 16 cases, drawn with the seed 3."
    assert reading.rows(page, "The sample by list and age") == [
        ["Child in need, 5 to 9", "12", "6"], ["Looked after, 5 to 9", "4", "2"]
    ]  # fmt: skip
    assert not SelectedCase.objects.exists()
    form = reading.page(page).xpath("//main//form")[0]
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input[@name]")}
    done = rehearsing.post(sample, sent, follow=True)
    assert "Cases 1 to 8 selected, as drawn with the seed 3." in done.content.decode()
    assert len(reading.rows(done, CASES)) == 8
    assert reading.heading(done) == "Which cases does the rehearsal audit?"
    assert logged() == [("sample", "8 cases, seed 3", False), ("selection", "Initial case files", False)]


def test_a_sample_that_changed_is_shown_again(rehearsal, rehearsing) -> None:
    sample = reverse("audits:sample", args=[rehearsal.slug])
    sent = {"selection": "initial", "size": "8", "seed": "3", "seen": "0" * 64, "confirmed": "yes"}
    page = rehearsing.post(sample, sent)
    assert (page.status_code, errors(page)) == (
        422, ["The lists have changed since the sample was shown. Look at the sample again."]
    )  # fmt: skip


def test_in_an_inspection_the_sample_page_says_who_chooses(inspection, client) -> None:
    page = client.get(reverse("audits:sample", args=[inspection.slug]))
    assert lede(page) == "Samples are for rehearsals. In an inspection the inspectors choose the cases."
    assert logged() == []

"""The pages of imports: what is shown in each state, what each button does, and what is written to the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from cases.imports import worker
from cases.models import Access, CaseImport, Heading
from cases.privacy.erasure import erase_due
from inspections.actions import withdraw
from tests.factories.imports import COLUMNS, make_faults, make_import, put_on_list, stage_rows
from tests.factories.people import NOW
from tests.reading import heading, main, texts, title

pytestmark = pytest.mark.django_db
NEED, LOOKED_AFTER = "child-in-need", "looked-after"
NONE = {"added": 0, "changed": 0, "gone": 0, "unchanged": 0}
ASKS = {"X-Requested-With": "fetch"}
SHEET = {
    "file": "lists.csv", "sheet": "", "row": 1, "headings": ["SW ref", "DOB", "Phone"],
    "samples": [["F1001", "F1002"], ["01/02/2003"], []], "known": {"DOB": "date-of-birth"}, "lacking": ["identifier"],
}  # fmt: skip


def page(inspection, name: str = "imports", *args) -> str:
    return reverse(f"cases:{name}", args=[inspection.slug, *args])


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response) -> list[str]:
    return texts(response, "//ul[contains(@class, 'govuk-error-summary__list')]/li")


def lede(response) -> str:
    return texts(response, "//p[@class='house-lede']")[0]


@pytest.fixture
def on_lists(inspection, officer) -> CaseImport:
    """Three children in need, as import 1 left them."""
    made = make_import(
        inspection, "applied", by=officer, lists={NEED: 3}, difference={NEED: {**NONE, "added": 3}}, rows=3
    )
    put_on_list(made, NEED, 3, gender="1")
    return made


@pytest.fixture
def checked(inspection, officer, on_lists) -> CaseImport:
    """A file in which one child is new, one has another gender, one is the same and one is not there."""
    made = make_import(
        inspection,
        "checked",
        by=officer,
        rows=3,
        columns=COLUMNS,
        lists={NEED: 3},
        difference={NEED: {"added": 1, "changed": 1, "gone": 1, "unchanged": 1}},
        compared_with=on_lists,
    )
    stage_rows(made, NEED, 1, gender="1")
    stage_rows(made, NEED, 1, first=2, gender="2")
    stage_rows(made, NEED, 1, first=9, gender="2", ethnicity="WBRI")
    return made


# --- All imports ---


def test_without_an_import_the_page_says_what_belongs_here(client, inspection) -> None:
    shown = client.get(page(inspection))
    assert lede(shown) == "No case list has been imported yet."
    assert "CSV, Excel (.xlsx or .xls) or OpenDocument (.ods)" in main(shown)
    assert page(inspection, "new-import") in shown.content.decode()


def test_an_import_is_shown_with_its_files_and_what_it_changed(client, inspection, on_lists) -> None:
    shown = client.get(page(inspection))
    assert lede(shown) == "The lists are from import 1, applied on 1 April 2011 at 9am by Casey Officer."
    (row,) = texts(shown, "//table/tbody/tr")
    assert row.startswith("Import 1 Applied the lists now 1 April 2011 at 9am, Casey Officer lists.csv")
    one = main(client.get(reverse("cases:import", args=[inspection.slug, on_lists.number])))
    assert on_lists.files.get().sha256 in one
    assert row.endswith("31 March 2011 3 added")


def test_of_a_withdrawn_inspection_nothing_is_offered(client, inspection, officer) -> None:
    withdraw(inspection=inspection, reason="Deferred", by=officer, now=NOW)
    shown = client.get(page(inspection))
    assert page(inspection, "new-import") not in shown.content.decode()
    assert client.get(page(inspection, "new-import")).status_code == 404


# --- While a worker has it ---


def test_progress_is_asked_for_again_and_again(client, inspection, officer) -> None:
    reading = make_import(inspection, "reading", by=officer, done=12_000)
    address = page(inspection, "import", reading.number)
    assert "12,000 rows read" in main(client.get(address))
    part = client.get(address, headers=ASKS).content.decode()
    assert f'data-poll="{address}"' in part
    assert "<h1" not in part
    CaseImport.objects.update(state="refused")
    assert "data-poll-done" in client.get(address, headers=ASKS).content.decode()


def test_without_javascript_a_link_looks_again_and_nothing_reloads_by_itself(client, inspection, officer) -> None:
    address = page(inspection, "import", make_import(inspection, "waiting", by=officer).number)
    shown = client.get(address).content.decode()
    assert f'<a class="govuk-link" href="{address}">Refresh</a>' in shown
    assert "http-equiv" not in shown
    CaseImport.objects.update(state="checked")
    assert "http-equiv" not in client.get(address).content.decode()


def test_asking_how_far_it_is_reads_nothing_of_a_child(client, inspection, officer) -> None:
    reading = make_import(inspection, "reading", by=officer)
    client.get(page(inspection, "import", reading.number), headers=ASKS)
    assert not Access.objects.exists()


# --- Headings ---


@pytest.fixture
def mapping(inspection, officer) -> CaseImport:
    return make_import(inspection, "mapping", by=officer, unmapped=[SHEET])


def test_unknown_headings_are_shown_with_samples_and_what_is_lacking(client, inspection, mapping) -> None:
    shown = client.get(page(inspection, "import", mapping.number))
    assert "Not found yet: Child's unique identifier" in main(shown)
    rows = texts(shown, "//table[contains(@class, 'cases-headings')]/tbody/tr/*[position() < 3]")
    assert rows == ["SW ref lists.csv", "F1001 F1002", "Phone lists.csv", "Nothing"]


def test_matched_headings_are_remembered_and_the_reading_goes_on(client, inspection, mapping) -> None:
    address = page(inspection, "match-headings", mapping.number)
    answer = client.post(address, {"column_0": "identifier", "column_1": "-"})
    assert answer["Location"] == page(inspection, "import", mapping.number)
    mapping.refresh_from_db()
    assert mapping.state == "waiting"
    assert dict(Heading.objects.values_list("heading", "field")) == {"swref": "identifier", "phone": ""}
    # A second press, or another tab.
    assert client.post(address, {"column_0": "identifier", "column_1": "gender"}).status_code == 302
    assert Heading.objects.get(heading="phone").field == ""


def test_two_columns_of_a_sheet_are_not_the_same_field(client, inspection, mapping) -> None:
    answer = client.post(
        page(inspection, "match-headings", mapping.number), {"column_0": "identifier", "column_1": "identifier"}
    )
    assert answer.status_code == 422
    assert errors(answer) == ["“SW ref” is that already: choose one of them"]


def test_a_heading_without_a_choice_is_asked_for(client, inspection, mapping) -> None:
    answer = client.post(page(inspection, "match-headings", mapping.number), {"column_0": "identifier"})
    assert errors(answer) == ["Choose what “Phone” is, or leave it out"]


# --- Refused ---


@pytest.fixture
def refused(inspection, officer) -> CaseImport:
    made = make_import(inspection, "refused", by=officer, columns=COLUMNS, rows=250)
    make_faults(made, "code-unknown", 2)
    make_faults(made, "date-impossible", 240)
    make_faults(made, "blank", 4, level="warning")
    return made


def test_refused_says_so_in_one_sentence_and_what_to_do(client, inspection, refused) -> None:
    shown = client.get(page(inspection, "import", refused.number))
    assert lede(shown) == "Nothing was imported. 242 errors in 2 kinds."
    copy = page(inspection, "marked-copy", refused.number, refused.files.get().pk)
    assert texts(shown, f"//a[@href='{copy}']") == ["Download the marked copy"]
    kinds = texts(shown, "//section/h3")
    assert [each.rpartition("(")[2] for each in kinds] == ["240)", "2)", "4)"]


def test_every_fault_of_a_kind_is_on_a_page(client, inspection, refused) -> None:
    address = page(inspection, "import-faults", refused.number)
    rows = []
    for number in (1, 2, 3):
        shown = client.get(address, {"level": "error", "kind": "date-impossible", "page": number})
        rows += texts(shown, "//table/tbody/tr/th")
    assert rows == [f"Row {number}" for number in range(2, 242)]
    assert lede(shown) == "240 errors."


@pytest.mark.parametrize("query", [{}, {"kind": "no-such"}, {"kind": "blank", "level": "error"}, {"page": "9" * 30}])
def test_faults_without_a_kind_that_there_is_are_all_of_them(client, inspection, refused, query) -> None:
    shown = client.get(page(inspection, "import-faults", refused.number), query)
    assert lede(shown) == "246 faults."


def test_a_marked_copy_is_a_workbook_of_the_file(client, inspection, refused) -> None:
    answer = client.get(page(inspection, "marked-copy", refused.number, refused.files.get().pk))
    assert answer["Content-Disposition"] == 'attachment; filename="lists marked.xlsx"'
    assert b"".join(answer)[:2] == b"PK"


def test_a_file_comes_back_as_it_was(client, inspection, refused) -> None:
    answer = client.get(page(inspection, "import-file", refused.number, refused.files.get().pk))
    assert b"".join(answer).startswith(b"Ref,DOB")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("name", ["marked-copy", "import-file"])
def test_files_that_are_gone_are_not_found(client, inspection, refused, name) -> None:
    address = page(inspection, name, refused.number, refused.files.get().pk)
    refused.files.update(stored_name="0" * 32)
    assert client.get(address).status_code == 404
    refused.files.update(stored_name=None)
    assert client.get(address).status_code == 404


def test_an_import_whose_content_was_erased_still_has_its_page(client, inspection, refused) -> None:
    erase_due(inspection=inspection, on=NOW.date() + timedelta(days=90), by=None, now=NOW)
    shown = client.get(page(inspection, "import", refused.number))
    assert lede(shown) == "Nothing was imported. 242 errors in 2 kinds."
    assert "(name erased)" in main(shown)
    assert "DOB" not in main(shown)


# --- Checked ---


def test_checked_says_what_applying_it_changes(client, inspection, checked) -> None:
    shown = client.get(page(inspection, "import", checked.number))
    assert lede(shown) == "Nothing has changed yet. Applying this import changes the lists: 1 added, 1 changed, 1 gone."
    (row,) = texts(shown, "//table[contains(@class, 'cases-difference')]/tbody/tr/td[last()]")
    assert row == "1"
    columns = texts(shown, "//details//table/tbody/tr")
    assert columns[0] == "DOB Date of birth 17 1 2 01/02/2003"
    assert "Left out: Team phone." in main(shown)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("added", "F1009 Gender: Female Ethnicity: White British"),
        ("changed", "F1002 Gender: Female was Male"),
        ("gone", "F1003 Gender: Male"),
    ],
)
def test_rows_that_change_are_shown_in_words(client, inspection, checked, what, words) -> None:
    shown = client.get(page(inspection, "import-rows", checked.number, NEED), {"what": what})
    assert texts(shown, "//table/tbody/tr") == [words]


def test_rows_of_a_list_that_the_import_has_not_are_not_found(client, inspection, checked) -> None:
    assert client.get(page(inspection, "import-rows", checked.number, LOOKED_AFTER)).status_code == 404
    assert client.get(page(inspection, "import-rows", checked.number, "no-such-list")).status_code == 404


def test_apply_twice_has_one_effect(client, inspection, checked) -> None:
    address = page(inspection, "apply-import", checked.number)
    for _ in range(2):
        assert client.post(address)["Location"] == page(inspection, "import", checked.number)
    worker.work(checked.pk)
    assert client.post(address).status_code == 302
    assert CaseImport.objects.filter(state="applied").count() == 2
    shown = client.get(page(inspection, "import", checked.number))
    assert lede(shown) == "Applied: 1 added, 1 changed, 1 gone."
    rows = client.get(page(inspection, "import-rows", checked.number, NEED), {"what": "changed"})
    assert texts(rows, "//table/tbody/tr") == ["F1002 Gender: Female was Male"]


def test_another_import_in_between_is_said_and_what_changes_worked_out_again(
    client, inspection, officer, checked
) -> None:
    other = make_import(inspection, "applied", by=officer, lists={NEED: 3}, difference={NEED: NONE})
    shown = client.get(page(inspection, "import", checked.number))
    assert f"Import {other.number} was applied on 1 April 2011 at 9am by Casey Officer" in main(shown)
    answer = client.post(page(inspection, "apply-import", checked.number))
    assert answer.status_code == 422
    assert errors(answer)[0].startswith("Another import was applied since this one was checked")
    assert "no longer what" not in main(answer)
    assert client.post(page(inspection, "apply-import", checked.number)).status_code == 302


def test_a_list_that_becomes_empty_asks_for_a_tick(client, inspection, officer, on_lists) -> None:
    made = make_import(
        inspection,
        "checked",
        by=officer,
        lists={NEED: 0},
        difference={NEED: {**NONE, "gone": 3}},
        compared_with=on_lists,
    )
    address = page(inspection, "apply-import", made.number)
    answer = client.post(address)
    assert answer.status_code == 422
    assert errors(answer) == ["Tick that it is right for this list to become empty, or discard the import"]
    assert client.post(address, {"allow_empty": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "applying"


def test_discarded_changes_nothing_and_takes_the_files_away(client, inspection, checked) -> None:
    answer = client.post(page(inspection, "discard-import", checked.number))
    assert said(answer) == ["Import 2 discarded. Nothing on the lists has changed."]
    assert checked.files.get().stored_name is None
    assert lede(client.get(page(inspection, "import", checked.number))).startswith("This import was discarded.")
    assert client.post(page(inspection, "apply-import", checked.number)).status_code == 302
    checked.refresh_from_db()
    assert checked.state == "discarded"


def test_what_was_applied_is_not_discarded(client, inspection, on_lists) -> None:
    (message,) = said(client.post(page(inspection, "discard-import", on_lists.number)))
    assert message.startswith("This import was applied.")


# --- Without files ---


def test_a_former_import_is_brought_back_after_a_confirmation(client, inspection, officer, on_lists) -> None:
    make_import(
        inspection, "applied", by=officer, lists={NEED: 3}, difference={NEED: NONE}, now=NOW + timedelta(days=1)
    )
    shown = client.get(page(inspection, "import", on_lists.number))
    assert page(inspection, "bring-back", on_lists.number) in shown.content.decode()
    assert heading(client.get(page(inspection, "bring-back", on_lists.number))) == "Bring back import 1?"
    assert not CaseImport.objects.filter(kind="restored").exists()
    for _ in range(2):
        answer = client.post(page(inspection, "bring-back", on_lists.number))
        assert answer["Location"] == page(inspection, "import", 3)
    assert CaseImport.objects.filter(kind="restored").count() == 1


def test_only_what_was_applied_is_brought_back(client, inspection, checked) -> None:
    assert client.get(page(inspection, "bring-back", checked.number)).status_code == 404


def test_a_list_is_stated_to_be_empty_after_a_confirmation(client, inspection) -> None:
    address = page(inspection, "state-empty", "unallocated")
    assert heading(client.get(address)) == "This list is empty today"
    assert not CaseImport.objects.exists()
    answer = client.post(address)
    made = CaseImport.objects.get()
    assert answer["Location"] == page(inspection, "import", made.number)
    assert (made.state, made.kind, made.lists) == ("applied", "stated-empty", {"unallocated": 0})
    assert client.get(page(inspection, "state-empty", "no-such-list")).status_code == 404


def test_a_list_with_children_on_it_is_not_emptied_by_one_press(client, inspection, on_lists) -> None:
    address = page(inspection, "state-empty", NEED)
    assert "3 rows are on this list now" in main(client.get(address))
    client.post(address)
    made = CaseImport.objects.get(kind="stated-empty")
    assert made.state == "checked"
    assert "It is right that “Child in need” will be empty" in main(client.get(page(inspection, "import", made.number)))


# --- The log, and what may not be said ---


def test_reading_is_logged_with_the_import_and_nothing_of_a_child(client, inspection, officer, checked) -> None:
    make_faults(checked, "blank", 3, level="warning")
    file = checked.files.get().pk
    for address in (
        page(inspection, "import", checked.number),
        page(inspection, "import-faults", checked.number),
        page(inspection, "import-rows", checked.number, NEED),
        page(inspection, "import-file", checked.number, file),
        page(inspection, "marked-copy", checked.number, file),
    ):
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer)
        else:
            client.head(address)
    rows = list(Access.objects.order_by("pk").values_list("what", "list", "detail", "by", "was_refused"))
    detail = f"Import {checked.number}"
    assert rows == [
        ("import", "", detail, officer.pk, False),
        ("faults", "", detail, officer.pk, False),
        ("import", NEED, detail, officer.pk, False),
        ("source-file", "", detail, officer.pk, False),
        ("marked-copy", "", detail, officer.pk, False),
    ]


def test_titles_and_addresses_name_no_child_no_value_and_no_file(client, inspection, checked, refused) -> None:
    addresses = [
        page(inspection, "import", checked.number),
        page(inspection, "import", refused.number),
        page(inspection, "import-faults", refused.number),
        page(inspection, "import-rows", checked.number, NEED) + "?what=changed",
    ]
    for address in addresses:
        shown = client.get(address)
        links = shown.content.decode().split('href="')[1:]
        outside = title(shown) + " ".join(link.partition('"')[0] for link in links)
        for word in ("F1002", "31/02/2003", "lists.csv"):
            assert word not in outside

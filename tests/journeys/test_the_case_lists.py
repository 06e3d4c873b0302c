"""10. The case lists: a file with faults is checked, mended, imported, applied, looked at, exported and recorded as
sent; the same without script as far as the lists.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from govuk.export import book_bytes
from tests.factories.cases import HEADINGS, row
from tests.processes import until

pytestmark = pytest.mark.journey

IN_NEED = [row(f"LS{number:03}") for number in range(1, 21)]
PROTECTED = [row(f"LS{number:03}", Child_protection_plan="Yes", Child_in_need_plan="No") for number in range(101, 104)]
FAULTS = {2: {"Date of birth": "31/02/2004"}, 5: {"Gender": "Blue"}, 7: {"Child ID": "LS001"}}
FAULTY = [{**child, **FAULTS.get(place, {})} for place, child in enumerate(IN_NEED)]


def workbook(in_need: list[dict[str, str]]) -> bytes:
    """A sheet for each of two lists, as a case system exports them."""
    sheets = {"Child in need": in_need, "Child protection": PROTECTED}
    return book_bytes({name: [HEADINGS, *(list(each.values()) for each in rows)] for name, rows in sheets.items()})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists.xlsx").write_bytes(workbook(FAULTY))
    (tmp_path / "mended.xlsx").write_bytes(workbook(IN_NEED))
    return tmp_path


def test_a_file_with_faults_is_mended_and_the_lists_are_there(visitor, folder):
    casey = visitor("lists", "case-officer")
    when_she_looks_for_the_imports(casey, "listshire")
    then_the_page_says_how_to_begin(casey)
    when_she_only_checks_the_file(casey, folder / "lists.xlsx")
    then_she_sees_every_fault_and_that_nothing_was_kept(casey)
    and_has_a_marked_copy_without_choosing_the_file_again(casey)
    when_she_imports_the_file_all_the_same(casey, folder / "lists.xlsx")
    then_nothing_was_imported(casey)
    and_the_marked_copy_shows_where_the_faults_are(casey)
    when_she_imports_the_mended_file(casey, folder / "mended.xlsx")
    then_she_sees_what_would_change(casey)
    when_she_applies_it(casey)
    then_the_lists_are_there(casey)
    when_she_states_that_the_others_are_empty(casey)
    then_the_lists_can_be_sent(casey)
    and_every_page_has_the_same_number(casey)
    when_she_exports_the_lists(casey)
    then_the_workbook_has_every_child(casey)
    when_she_records_it_as_sent(casey)
    then_the_lists_are_sent(casey)


def test_the_case_lists_without_javascript(visitor, folder):
    casey = visitor("lists-plain", "case-officer", java_script_enabled=False)
    when_she_looks_for_the_imports(casey, "plainlistshire")
    when_she_only_checks_the_file(casey, folder / "lists.xlsx")
    casey.sees("3 errors in 3 kinds.", "Choose the files again: they were not kept.")
    casey.meets_no_barrier("plain-lists-checked")
    when_she_imports_the_mended_file(casey, folder / "mended.xlsx")
    and_looks_again_until_it_is_done(casey)
    then_she_sees_what_would_change(casey)
    when_she_applies_it(casey)
    and_looks_again_until_it_is_done(casey)
    then_the_lists_are_there(casey)


def and_looks_again_until_it_is_done(casey):
    def is_done() -> bool:
        link = casey.main.get_by_role("link", name="Refresh")
        if link.count():
            link.click()
            return False
        return True

    until(is_done, "the work on the import is done")


def when_she_looks_for_the_imports(casey, slug):
    casey.signs_in()
    casey.goes_to(f"/inspections/{slug}/cases/imports/")
    casey.sees_heading("Imports of case lists")


def then_the_page_says_how_to_begin(casey):
    casey.sees("No case list has been imported yet.", "Import the lists from the case system")
    casey.meets_no_barrier("journey-lists-empty")


def when_she_only_checks_the_file(casey, path):
    casey.presses("Choose files")
    casey.sees_heading("Import case lists")
    casey.main.locator("input[type=file]").set_input_files(path)
    casey.presses("Only check: nothing is kept")


def then_she_sees_every_fault_and_that_nothing_was_kept(casey):
    casey.sees_heading("Only checked")
    casey.sees(
        "3 errors in 3 kinds. The files cannot be imported as they are. The files were not kept.",
        "31/02/2004",
        "Blue",
        "Identifiers that are on the list twice",
    )
    casey.meets_no_barrier("journey-lists-checked")


def and_has_a_marked_copy_without_choosing_the_file_again(casey):
    assert faults_in(casey.downloads("Download a marked copy")) == {"C4", "D7", "A9"}
    casey.sees_heading("Only checked")


def faults_in(path: Path) -> set[str]:
    """The cells of the first sheet that have a note."""
    cells = [cell for line in load_workbook(io.BytesIO(path.read_bytes())).worksheets[0].iter_rows() for cell in line]
    return {cell.coordinate for cell in cells if cell.comment}


def when_she_imports_the_file_all_the_same(casey, path):
    casey.goes_to("/inspections/listshire/cases/imports/new/")
    casey.main.locator("input[type=file]").set_input_files(path)
    casey.presses("Check and go on")


def then_nothing_was_imported(casey):
    # The worker reads it, and the page sees by itself when it is done.
    casey.sees_heading("Import 1")
    expect(casey.main.locator(".house-lede")).to_have_text("Nothing was imported. 3 errors in 3 kinds.")
    casey.sees("There is no such day.")
    casey.meets_no_barrier("journey-lists-refused")


def and_the_marked_copy_shows_where_the_faults_are(casey):
    with casey.page.expect_download() as download:
        casey.main.get_by_role("button", name="Download the marked copy").click()
    assert faults_in(Path(download.value.path())) == {"C4", "D7", "A9"}


def when_she_imports_the_mended_file(casey, path):
    casey.goes_to(re.sub(r"/imports/.*", "/imports/new/", casey.path))
    casey.main.locator("input[type=file]").set_input_files(path)
    casey.presses("Check and go on")


def then_she_sees_what_would_change(casey):
    sentence = re.compile(r"Nothing has changed yet\. Applying this import changes the lists: 23 added\.")
    expect(casey.main.locator(".house-lede")).to_have_text(sentence)
    casey.meets_no_barrier("journey-lists-to-apply")
    casey.row("child in need plan").get_by_role("link", name="20 added").click()
    casey.sees_heading("Child in need: what changes")
    expect(casey.row("LS001")).to_contain_text("Ethnicity: White British")
    casey.meets_no_barrier("journey-lists-rows")
    casey.follows("Back to import")


def when_she_applies_it(casey):
    casey.presses("Apply")


def then_the_lists_are_there(casey):
    expect(casey.main.locator(".house-lede")).to_have_text("Applied: 23 added.")
    casey.meets_no_barrier("journey-lists-applied")
    casey.goes_to(re.sub(r"/imports/.*", "/imports/", casey.path))
    casey.sees("The lists are from import", "23 added")


def when_she_states_that_the_others_are_empty(casey):
    for case_list in ("looked-after", "unallocated"):
        casey.goes_to(f"/inspections/listshire/cases/imports/empty/{case_list}/")
        casey.main.get_by_role("button").first.click()
        expect(casey.main.locator(".house-lede")).to_contain_text("Applied.")


def then_the_lists_can_be_sent(casey):
    casey.goes_to("/inspections/listshire/cases/")
    casey.sees("All lists are imported and none has an open contradiction. They can be sent.")
    casey.meets_no_barrier("journey-lists-ready")


def and_every_page_has_the_same_number(casey):
    expect(casey.main.locator(".house-tile").first).to_contain_text("20")
    expect(casey.row("child in need plan")).to_contain_text("20")
    casey.main.locator(".house-tile").first.get_by_role("link").click()
    casey.sees_heading("Child in need")
    expect(casey.main.locator(".house-lede")).to_contain_text("20 on the list")
    casey.meets_no_barrier("journey-lists-list")
    casey.follows("Analysis")
    expect(casey.main.locator(".house-lede")).to_contain_text("20 on the list")
    expect(casey.row("Female").first).to_contain_text("20 of 20")
    casey.meets_no_barrier("journey-lists-analysis")


def when_she_exports_the_lists(casey):
    casey.goes_to("/inspections/listshire/cases/")
    casey.presses("Export and send")
    casey.sees_heading("Exports of the case lists")
    casey.presses("Make an export")
    # The worker makes it, and the page sees by itself when it is done.
    casey.sees_heading("What is in it")
    expect(casey.row("child in need plan")).to_contain_text("20")
    casey.meets_no_barrier("journey-lists-export")


def then_the_workbook_has_every_child(casey):
    with casey.page.expect_download() as download:
        casey.main.get_by_role("button", name="Download the workbook").click()
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    # A row of headings, then one for each child.
    assert [book[name].max_row - 1 for name in ("Child in need", "Child protection")] == [20, 3]


def when_she_records_it_as_sent(casey):
    casey.unfolds("Record this export as sent")
    casey.main.get_by_role("checkbox").first.check()
    casey.fills("Sent to", "Lena Inspector")
    casey.fills("How", "By secure email")
    casey.presses("Record as sent")


def then_the_lists_are_sent(casey):
    casey.sees("to Lena Inspector, By secure email")
    casey.goes_to("/inspections/listshire/cases/")
    casey.sees("All lists were sent to Lena Inspector")
    casey.meets_no_barrier("journey-lists-sent")

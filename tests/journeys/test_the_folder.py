"""9. From a folder dropped on the documents to the pack recorded as sent; the same as a ZIP, without script."""

import re
import time
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.factories.documents import pdf_bytes
from tests.factories.intake import zip_of
from tests.journeys.packs import Pages

pytestmark = pytest.mark.journey

MEETINGS = [date(2011, 3, 14) - timedelta(days=56 * number) for number in range(6)]
BOARD = "Minutes of the last six Local Safeguarding Children Board meetings"
FOLDER = {
    **{f"01 LSCB/LSCB minutes {day}.pdf": f"LSCB {day}" for day in MEETINGS},
    "07 CAF/CAF data.pdf": "CAF data",
    "CYPP review 2011-02-01.pdf": "CYPP review",
    "scan0001.pdf": "Scan",
    "Thumbs.db": "",
}


def test_from_folder_drop_to_pack_sent(visitor, tmp_path):
    cora = visitor("folder", "coordinator")
    given_that_she_has_the_evidence_in_a_folder(tmp_path)
    when_she_drops_the_folder(cora, tmp_path / "Evidence")
    then_each_file_is_sent_and_what_is_none_says_so(cora)
    and_each_has_a_place_proposed(cora)
    when_she_says_where_the_unknown_one_belongs_and_adds_all(cora)
    then_they_are_in_their_documents(cora)
    and_the_minutes_can_be_looked_at(cora)
    when_she_approves_the_minutes(cora)
    and_builds_the_pack(cora)
    then_the_pack_has_the_minutes(cora)
    when_she_records_it_as_sent(cora)
    then_the_documents_say_that_they_were_sent(cora)


def test_the_folder_as_a_zip_without_javascript(visitor, tmp_path):
    cora = visitor("folder-plain", "coordinator", java_script_enabled=False)
    when_she_sends_the_zip(cora, tmp_path / "set.zip")
    then_what_was_left_out_is_named(cora)
    when_she_leaves_one_out_and_adds_the_rest(cora)
    then_the_register_says_what_was_added(cora)


def given_that_she_has_the_evidence_in_a_folder(folder):
    for path, words in FOLDER.items():
        place = folder / "Evidence" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(pdf_bytes(1, words) if words else b"x")


def when_she_drops_the_folder(cora, folder):
    cora.signs_in()
    cora.opens("Documents")
    cora.follows("Add many files")
    cora.sees_heading("Add many files")
    cora.meets_no_barrier("journey-add-many")
    drops_a_folder(cora, folder)


def drops_a_folder(cora, folder):
    """As from the desktop: the browser itself reads the folder, which no script can imitate."""
    area = cora.main.locator("[data-drop]")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    session = cora.page.context.new_cdp_session(cora.page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        at = {"x": box["x"] + 20, "y": box["y"] + 20}
        session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **at})


def then_each_file_is_sent_and_what_is_none_says_so(cora):
    names = cora.main.locator("[data-files] .house-upload__name")
    expect(names).to_have_count(10)
    assert {*names.all_inner_texts()} == {f"Evidence/{path}" for path in FOLDER}
    cora.presses("Upload 10 files")
    expect(cora.main.get_by_role("status")).to_have_text("9 added. 1 not added: see why beside it.")
    refused = cora.main.locator("[data-files] .house-upload--failed")
    expect(refused.locator(".house-upload__name")).to_have_text("Evidence/Thumbs.db")
    expect(refused.get_by_role("alert")).to_contain_text("“.db” files are not accepted.")
    cora.meets_no_barrier("journey-add-many-refused")
    cora.main.get_by_role("button", name="Leave out Thumbs.db").click()


def and_each_has_a_place_proposed(cora):
    cora.sees_heading("Sort the files")
    cora.sees("9 files wait: 8 recognised, 1 not recognised. Nothing is added until you say so.")
    first = cora.main.locator(".intake-table tbody tr").first
    expect(first.locator("th")).to_contain_text("scan0001.pdf")
    chosen = cora.row(f"LSCB minutes {MEETINGS[0]}.pdf")
    expect(chosen.locator("select")).to_have_value("1/minutes")
    assert [field.input_value() for field in chosen.get_by_role("textbox").all()] == ["14", "3", "2011"]
    # A date is asked for only where the part has one.
    expect(cora.row("CAF data.pdf").get_by_role("textbox").first).to_be_hidden()
    expect(cora.main.get_by_role("button", name="Add 8 files")).to_be_visible()
    cora.meets_no_barrier("journey-sort")


def when_she_says_where_the_unknown_one_belongs_and_adds_all(cora):
    cora.presses("Add 8 files")
    cora.is_refused("Choose where scan0001.pdf belongs, or leave it out")
    cora.is_told("8 files added to 3 documents. 1 file still waits: see why below.")
    cora.meets_no_barrier("journey-sort-refused")
    cora.row("scan0001.pdf").locator("select").select_option("10/reports")
    cora.presses("Add 1 file")


def then_they_are_in_their_documents(cora):
    cora.is_told("1 file added to 1 document.")
    cora.sees_heading("Documents")
    expect(cora.row(BOARD)).to_contain_text("Submitted")
    cora.meets_no_barrier("journey-sorted")


def and_the_minutes_can_be_looked_at(cora):
    cora.follows(BOARD)
    cora.sees("Everything is in and waits for approval.")
    # It is being drawn in the background, and appears by itself.
    picture = cora.main.get_by_role("link", name=f"Look at LSCB minutes {MEETINGS[0]}.pdf")
    expect(picture).to_be_visible()
    cora.meets_no_barrier("journey-thumbnails")
    picture.click()
    page = cora.main.get_by_role("img", name=f"Page 1 of LSCB minutes {MEETINGS[0]}.pdf")
    expect(page).to_be_visible()
    assert page.evaluate("image => image.naturalHeight") == 1200
    cora.meets_no_barrier("journey-preview")
    cora.follows("back to document 1")


def when_she_approves_the_minutes(cora):
    cora.presses("Approve")
    expect(cora.page.locator(".govuk-notification-banner__content")).to_contain_text("Document 1 approved.")


def and_builds_the_pack(cora):
    cora.opens("Evidence pack")
    cora.presses("Build the pack")
    expect(cora.main.get_by_role("button", name="Download the PDF")).to_be_visible()


def then_the_pack_has_the_minutes(cora):
    pages = Pages(cora.downloads("Download the PDF"))
    assert pages.stamp(pages.contents()["1.1"]) == ("1.1", 1, 6)


def when_she_records_it_as_sent(cora):
    cora.unfolds("Record this pack as sent")
    cora.fills("Sent to", "Lead Inspector, inspector@example.org")
    cora.fills("How", "By secure email")
    cora.enters_day(date(2011, 4, 18))
    cora.fills("Time sent", f"{now_at(cora.service):%H:%M}")
    cora.presses("Record as sent")
    expect(cora.page.locator(".govuk-notification-banner__content")).to_be_visible()
    cora.sees("to Lead Inspector, inspector@example.org, By secure email")
    cora.meets_no_barrier("journey-folder-sent")


def now_at(service):
    """What the clocks of the service show."""
    moment, read_at = service.clock.read_text().split()
    return datetime.fromisoformat(moment) + timedelta(seconds=time.monotonic() - float(read_at))


def then_the_documents_say_that_they_were_sent(cora):
    cora.opens("Documents")
    expect(cora.row(BOARD)).to_contain_text("Sent")


def when_she_sends_the_zip(cora, path):
    path.write_bytes(zip_of({name: pdf_bytes(1, words) if words else b"x" for name, words in FOLDER.items()}))
    cora.signs_in()
    cora.opens("Documents")
    cora.follows("Add many files")
    cora.main.get_by_label("Files, or a ZIP of a folder").set_input_files(path)
    cora.presses("Upload")


def then_what_was_left_out_is_named(cora):
    cora.sees_heading("Sort the files")
    cora.sees("1 of 10 in set.zip was left out", "Thumbs.db: it is a file of the computer’s own, not a document")
    cora.meets_no_barrier("plain-sort")


def when_she_leaves_one_out_and_adds_the_rest(cora):
    cora.main.get_by_label("Leave out: scan0001.pdf").check()
    cora.presses("Add 8 files")


def then_the_register_says_what_was_added(cora):
    cora.is_told("8 files added to 3 documents. 1 file left out.")
    expect(cora.row(BOARD)).to_contain_text("Submitted")
    assert re.search(r"\d+ of 13 documents", cora.main.inner_text())

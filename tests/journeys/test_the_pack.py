"""6. The coordinator asks for the evidence pack, watches it being made, and downloads it."""

import csv
import io
import zipfile

import pytest
from playwright.sync_api import expect

from tests.journeys.packs import Pages, bookmarks

pytestmark = pytest.mark.journey

BOARD = "Minutes of the last six Local Safeguarding Children Board meetings"
# Two files of two and three pages, and a page that says that four more are missing.
BOARD_PAGES = 2 + 3 + 1
PARTS = 25


def test_the_evidence_pack(visitor):
    cora = visitor("pack", "coordinator")
    when_she_asks_for_the_pack(cora)
    then_she_sees_how_far_it_is_until_it_is_ready(cora)
    pages, path = and_downloads_the_pdf(cora)
    then_it_has_a_cover_and_what_stands_in_front(pages)
    and_the_contents_name_the_right_pages(pages)
    and_every_page_is_stamped(pages)
    and_what_nobody_supplied_says_so_with_its_owner(pages)
    and_the_bookmarks_lead_to_the_documents(pages, path)
    and_the_zip_has_a_folder_for_each_document_and_a_manifest(cora)


def when_she_asks_for_the_pack(cora):
    cora.signs_in()
    cora.opens("Evidence pack")
    cora.sees("A pack made now would say NOT SUPPLIED of 22 of 24 parts. It would hold 4 files.")
    cora.meets_no_barrier("journey-pack-before")
    cora.presses("Build the pack")


def then_she_sees_how_far_it_is_until_it_is_ready(cora):
    cora.is_told("The pack is being built. You can leave this page; it goes on without you.")
    # The page renews itself.
    expect(cora.main.get_by_role("button", name="Download the PDF")).to_be_visible()
    cora.sees("pages. NOT SUPPLIED in")
    cora.meets_no_barrier("journey-pack-ready")


def and_downloads_the_pdf(cora):
    path = cora.downloads("Download the PDF")
    return Pages(path), path


def then_it_has_a_cover_and_what_stands_in_front(pages):
    cover = " ".join(pages[1].split())
    assert cover.startswith("Inspection Packshire Evidence pack 1 1 of 13 documents are complete and current. ")
    assert f" {len(pages)} pages. " in cover
    assert " on 18 April 2011 at " in cover
    front = "".join(pages[number] for number in range(1, pages.contents()["1.1"]))
    for heading in ("Contents", "Readiness of each document", "Owners", "Timetable", "Focus groups"):
        assert f"\n{heading}\n" in f"\n{front}".replace("\f", "\n")
    # Owners stand beside the documents that they own, dates beside the steps.
    assert "Owen Example, Chair – OSCB (" in front
    assert "Core set of 13 documents sent to the lead inspector" in front


def and_the_contents_name_the_right_pages(pages):
    contents = pages.contents()
    assert len(contents) == PARTS
    assert {label: pages.stamp(number)[:2] for label, number in contents.items()} == {
        label: (label, 1) for label in contents
    }


def and_every_page_is_stamped(pages):
    first = pages.contents()["1.1"]
    assert [pages.stamp(number) for number in range(1, first)] == [None] * (first - 1)
    stamps = [pages.stamp(number) for number in range(first, len(pages) + 1)]
    assert None not in stamps
    assert stamps[:BOARD_PAGES] == [("1.1", page, BOARD_PAGES) for page in range(1, BOARD_PAGES + 1)]


def and_what_nobody_supplied_says_so_with_its_owner(pages):
    board = pages[pages.contents()["2.1"]]
    assert [line.strip() for line in board.splitlines() if line.strip()][:3] == [
        "2.1 Membership of the board",
        "NOT SUPPLIED",
        "Owner: Chair – OCYPT (Femi Holder); OCYPT Project Officer (vacant)",
    ]
    # Nothing of it is skipped: a page for each part without a file, and one where files are still missing.
    supplied = {"10.1", "3.1"}
    only_if_there_are_any = {"3.3"}
    contents = pages.contents()
    empty = {label for label, number in contents.items() if "NOT SUPPLIED" in pages[number]}
    assert empty == set(contents) - supplied - only_if_there_are_any - {"1.1"}
    assert "NOT SUPPLIED" in pages[contents["1.1"] + BOARD_PAGES - 1]


def and_the_bookmarks_lead_to_the_documents(pages, path):
    marks, contents = bookmarks(path), pages.contents()
    assert marks[f"1 {BOARD}"] == marks["1.1 Minutes of the last six meetings, each dated"] == contents["1.1"]
    of_parts = {words.partition(" ")[0]: page for words, page in marks.items() if "." in words.partition(" ")[0]}
    assert {label: of_parts[label] for label in contents} == contents


def and_the_zip_has_a_folder_for_each_document_and_a_manifest(cora):
    with zipfile.ZipFile(cora.downloads("Download the ZIP")) as archive:
        names = sorted(archive.namelist())
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert [name.split("/")[-1] for name in names] == [
        "board-1.pdf",
        "board-2.pdf",
        "plan.csv",
        "report.pdf",
        "manifest.csv",
        "manifest.json",
    ]
    assert [name[:2] for name in names[:4]] == ["01", "01", "03", "10"]
    supplied = [row["Name when uploaded"] for row in manifest if row["Supplied"] == "yes"]
    assert supplied == ["board-1.pdf", "board-2.pdf", "plan.csv", "report.pdf"]
    assert {row["Part"] for row in manifest} >= {"2.1", "13.2"}

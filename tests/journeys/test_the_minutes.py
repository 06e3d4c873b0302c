"""3. An owner sees own work first and uploads the six minutes; what cannot be taken is refused in the page."""

import json
import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.factories.documents import encrypted_pdf_bytes, pdf_bytes
from tests.journeys.service import MOST_MEGABYTES

pytestmark = pytest.mark.journey

MINUTES = "Minutes of the last six Local Safeguarding Children Board meetings"
MEETINGS = [date(2011, month, 14) for month in (4, 3, 2, 1)] + [date(2010, 12, 14), date(2010, 11, 15)]
# Large enough to be seen on its way.
LARGE = 300 * 1024
# Notes what the page says of the upload and every value that a bar of progress has had, since they pass quickly, and
# keeps it for when the page has gone on.
WATCH = """() => {
    const seen = {said: new Set(), values: new Set()};
    setInterval(() => {
        seen.said.add(document.querySelector("main [role=status]")?.innerText);
        document.querySelectorAll("progress").forEach(bar => bar.hidden || seen.values.add(Math.round(bar.value)));
        sessionStorage.seen = JSON.stringify({said: [...seen.said], values: [...seen.values]});
    }, 5);
}"""
BAD_FILES = {
    "empty.pdf": (b"", "empty.pdf is empty."),
    "programme.exe": (
        b"MZ",
        "programme.exe was not added: “.exe” files are not accepted. Use PDF, Word, Excel, PowerPoint, OpenDocument, "
        "RTF, CSV, text, PNG or JPEG.",
    ),
    "picture.pdf": (
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        "picture.pdf was not added: it is not a PDF, although it is named as one.",
    ),
    "secret.pdf": (
        encrypted_pdf_bytes(),
        "secret.pdf was not added: it is protected by a password: save it without the password first.",
    ),
    "long.pdf": (
        bytes(MOST_MEGABYTES * 1024 * 1024 + 1),
        f"long.pdf is larger than {MOST_MEGABYTES} MB, the most one file may have.",
    ),
}


def test_the_six_minutes(visitor):
    owen = visitor("upload", "owner")
    given_that_he_signs_in_and_sees_his_own_work_first(owen)
    when_he_opens_the_minutes(owen)
    then_all_six_are_missing(owen)
    when_he_drops_two_of_them(owen, MEETINGS[:2])
    then_he_sees_how_far_each_of_them_is(owen)
    and_the_document_is_partial(owen)
    when_he_drops_the_other_four(owen, MEETINGS[2:])
    then_the_document_is_submitted(owen)
    and_nothing_of_it_is_owed_any_more(owen)


def test_files_that_cannot_be_taken(visitor):
    owen = visitor("refused", "owner")
    given_that_he_signs_in_and_sees_his_own_work_first(owen)
    when_he_opens_the_minutes(owen)
    when_he_drops_files_that_cannot_be_taken(owen)
    then_each_is_refused_with_its_reason(owen)
    and_the_document_is_as_it_was(owen)


def given_that_he_signs_in_and_sees_his_own_work_first(owen):
    owen.signs_in()
    owen.sees_heading("My work")
    owen.sees("You owe 1 thing.")
    assert owen.reads(".house-work h2") == [MINUTES]
    owen.sees("Due 19 April 2011 at 5pm (day 2)")
    owen.meets_no_barrier("journey-my-work")


def when_he_opens_the_minutes(owen):
    owen.presses("Upload")
    owen.sees_heading(MINUTES)


def then_all_six_are_missing(owen):
    owen.sees("All six are missing.")
    expect(owen.page).to_have_title("Document 1: missing – Inspection – Ready for inspection")
    owen.meets_no_barrier("journey-document-missing")


def when_he_drops_two_of_them(owen, days):
    # As slowly as a real line, so that there is something to see.
    owen.has_a_slow_line(kilobytes_a_second=300)
    owen.page.evaluate(WATCH)
    owen.drops("[data-drop]", {name_of(day): minutes_of(day, LARGE) for day in days})
    assert owen.reads("[data-files] .house-upload__name") == [name_of(day) for day in days]
    # The date in a file's name is proposed, and can be changed before it is sent.
    assert [field.input_value() for field in owen.main.get_by_label("Year", exact=True).all()[-2:]] == ["2011", "2011"]
    owen.meets_no_barrier("journey-document-chosen")
    owen.presses("Upload 2 files")


def then_he_sees_how_far_each_of_them_is(owen):
    # Both are sent at once, and the page continues as soon as they are there.
    owen.is_told("2 files added. Four of six are still missing.")
    seen = json.loads(owen.page.evaluate("sessionStorage.seen"))
    assert [said for said in seen["said"] if said and re.fullmatch(r"Uploading 2 files: [01] done", said)]
    assert [value for value in seen["values"] if 0 < value < 100]


def and_the_document_is_partial(owen):
    expect(owen.page).to_have_title("Document 1: partial – Inspection – Ready for inspection")
    owen.meets_no_barrier("journey-document-partial")


def when_he_drops_the_other_four(owen, days):
    owen.has_a_slow_line(kilobytes_a_second=0)
    owen.drops("[data-drop]", {name_of(day): minutes_of(day) for day in days})
    owen.presses("Upload 4 files")


def then_the_document_is_submitted(owen):
    owen.is_told("4 files added. Nothing is missing.")
    expect(owen.page).to_have_title("Document 1: submitted – Inspection – Ready for inspection")
    dates = owen.main.locator("td[data-label='Date it is of']").all_inner_texts()
    assert len(dates) == len(set(dates)) == 6
    owen.meets_no_barrier("journey-document-submitted")


def and_nothing_of_it_is_owed_any_more(owen):
    owen.opens("My work")
    owen.sees("Nothing is owed by you", "Thank you. Everything that you owe is in.")
    owen.unfolds("Done: 1")
    owen.sees("Submitted")
    owen.meets_no_barrier("journey-my-work-done")


def when_he_drops_files_that_cannot_be_taken(owen):
    owen.drops("[data-drop]", {name: content for name, (content, _) in BAD_FILES.items()})
    for row in owen.main.locator("[data-files] > li").all():
        if row.get_by_label("Day", exact=True).is_visible():
            owen.enters_day(MEETINGS[0], row)
    owen.presses("Upload 3 files")


def then_each_is_refused_with_its_reason(owen):
    for name, (_, reason) in BAD_FILES.items():
        row = owen.main.locator("[data-files] > li").filter(has_text=name)
        expect(row.locator(".house-upload__state")).to_have_text("Not added")
        expect(row.get_by_role("alert")).to_have_text(reason)
    expect(owen.main.get_by_role("status")).to_have_text("5 not added: see why beside each.")
    owen.meets_no_barrier("journey-document-refused")


def and_the_document_is_as_it_was(owen):
    owen.goes_to(owen.path)
    owen.sees("All six are missing.")
    assert owen.reads("td[data-label=Version]") == []


def name_of(day):
    return f"board-{day:%Y-%m-%d}.pdf"


def minutes_of(day, size=0):
    return pdf_bytes(1, f"Minutes of {day}") + b"%" + b" " * size

"""With only the keyboard: signing in, skipping to the content, moving around, recording a step, uploading a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.factories.documents import pdf_bytes

pytestmark = pytest.mark.journey

# As far as any of these pages goes; a trap would never come to what is looked for.
MOST_STOPS = 150
# Where the focus is and how it is named, and whether its surroundings show that it is there.
FOCUS = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const box = here.getBoundingClientRect();
    const label = here.labels?.length ? here.labels[0].innerText : "";
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
        && style.outlineColor !== "rgba(0, 0, 0, 0)";
    return {
        tag: here.tagName, words: (label || here.innerText || here.value || "").trim(),
        shown: outlined || style.boxShadow !== "none",
        seen: box.width > 1 && box.bottom > 0 && box.top < innerHeight,
    };
}"""


def test_a_step_is_recorded_by_keyboard(visitor):
    dina = visitor("keyboard", "dcs-office")
    signs_in_by_keyboard(dina)
    dina.sees_heading("Day 1 of 40 · Monday 18 April 2011")
    the_skip_link_leads_to_the_content(dina)
    goes_to_a_place(dina, "My work")
    dina.sees_heading("My work")
    comes_to(dina, "Record it with a note")
    dina.page.keyboard.press("Enter")
    dina.sees_heading("Core set of 13 documents sent to the lead inspector")
    comes_to(dina, "Note")
    dina.page.keyboard.type("Sent by courier")
    comes_to(dina, "Record as done")
    dina.page.keyboard.press("Enter")
    dina.is_told("Recorded as done: Core set of 13 documents sent to the lead inspector")
    dina.sees("Sent by courier")
    dina.meets_no_barrier("keyboard-step")


def test_a_file_is_uploaded_by_keyboard(visitor, tmp_path):
    owen = visitor("keyboard", "owner")
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(pdf_bytes())
    # Playwright begins to take files some time after it is asked to, so it is asked long before.
    owen.page.on("filechooser", lambda chooser: None)
    signs_in_by_keyboard(owen)
    owen.sees_heading("My work")
    comes_to(owen, "Upload")
    owen.page.keyboard.press("Enter")
    expect(owen.page).to_have_title("Document 1: missing – Inspection – Ready for inspection")
    comes_to(owen, "Files")
    with owen.page.expect_file_chooser() as chooser:
        owen.page.keyboard.press("Enter")
    chooser.value.set_files(minutes)
    # The file's date is asked for at once.
    expect(owen.main.get_by_label("Day", exact=True).last).to_be_focused()
    owen.page.keyboard.type("14")
    for number in ("3", "2011"):
        owen.page.keyboard.press("Tab")
        owen.page.keyboard.type(number)
    comes_to(owen, "Upload")
    owen.page.keyboard.press("Enter")
    owen.is_told("1 file added. Five of six are still missing.")
    owen.meets_no_barrier("keyboard-document")


def signs_in_by_keyboard(somebody):
    somebody.goes_to("/")
    comes_to(somebody, "Email address")
    somebody.page.keyboard.type(somebody.email)
    comes_to(somebody, "Password")
    somebody.page.keyboard.type(somebody.service.world["password"])
    somebody.page.keyboard.press("Enter")
    expect(somebody.page.get_by_role("button", name="Sign out")).to_be_visible()


def the_skip_link_leads_to_the_content(somebody):
    first = next(stops(somebody))
    assert (first["words"], first["seen"]) == ("Skip to main content", True)
    somebody.page.keyboard.press("Enter")
    expect(somebody.main).to_be_focused()
    # The next stop is in the content, behind everything that was skipped.
    next(stops(somebody))
    assert somebody.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def goes_to_a_place(somebody, words):
    somebody.page.reload()
    comes_to(somebody, words)
    somebody.page.keyboard.press("Enter")


def comes_to(somebody, words):
    """Presses Tab until the focus is on what begins with these words; every stop on the way can be seen."""
    on_the_way = []
    for stop in stops(somebody):
        assert stop["shown"], f"the focus on {stop} cannot be seen on {somebody.path}"
        assert stop["seen"], f"{stop} is not on the screen on {somebody.path}"
        if stop["words"].startswith(words):
            return
        on_the_way.append(stop["words"])
    raise AssertionError(f"{words!r} is not reached with Tab on {somebody.path}: {on_the_way}")


def stops(somebody) -> Iterator[dict]:
    """Where Tab leads, from where the focus is, until it is back at the beginning of the page."""
    for _ in range(MOST_STOPS):
        somebody.page.keyboard.press("Tab")
        stop = somebody.page.evaluate(FOCUS)
        if stop["tag"] != "BODY":
            yield stop

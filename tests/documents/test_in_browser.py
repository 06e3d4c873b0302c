"""The page of a document in a real browser: files dropped and sent with progress, and everything without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import Role
from documents.meetings.actions import cancel_meeting, expect_meetings
from documents.models import Version
from documents.state import states
from inspections.snapshot import snapshot_of
from tests.browsing import HEIGHT, PHONE, WIDE, axe, chromium, open_page, overflow
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ON_A_PHONE = {"width": PHONE, "height": HEIGHT}
TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def owner(inspection):
    person = make_person(inspection.council, Role.OWNER, name="Olive Owner")
    post = make_post(inspection.council, "Business Manager", person)
    make_ownership(inspection, "document:1", post)
    make_ownership(inspection, "document:9", post)
    return person


def document(live_server, inspection, key: str) -> str:
    return live_server.url + reverse("documents:document", args=[inspection.slug, key])


def files(folder: Path, *names: str) -> list[str]:
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(pdf_bytes())
    return [str(path) for path in paths]


def state(inspection, key: str) -> str:
    return states(snapshot_of(inspection, now=timezone.now()))[key].state


def test_an_owner_drops_six_minutes_and_the_document_becomes_submitted(
    browser, live_server, inspection, owner, tmp_path
):
    """Given an owner whose document has nothing yet, when six files are chosen whose names hold their dates, then the
    page proposes the dates, sends the files one after another, and the document is submitted."""
    page = open_page(browser, document(live_server, inspection, "1"), owner)
    days = [TODAY - timedelta(days=30 * number) for number in range(6)]
    page.locator("#choose-minutes").set_input_files(files(tmp_path, *(f"LSCB minutes {day}.pdf" for day in days)))
    expect(page.locator(".documents-file")).to_have_count(6)
    newest = page.locator(".documents-file").first
    expect(newest.locator("[data-day]")).to_have_value(str(days[0].day))
    expect(newest.locator("[data-year]")).to_have_value(str(days[0].year))
    assert axe(page) == []
    page.get_by_role("button", name="Upload 6 files").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("6 files added. Nothing is missing.")
    expect(page.locator("main")).to_contain_text("Everything is in and waits for approval.")
    assert sorted(Version.objects.values_list("as_at", flat=True), reverse=True) == days
    assert state(inspection, "1") == "submitted"
    assert axe(page) == []
    page.context.close()


def test_a_file_that_is_refused_says_why_beside_it_and_can_be_put_right(
    browser, live_server, inspection, owner, tmp_path
):
    """Given two chosen files, one dated in the future, when they are sent, then the good one is added, the other says
    what is wrong beside it, and with a right date it is added too."""
    page = open_page(browser, document(live_server, inspection, "1"), owner)
    good, late = TODAY - timedelta(days=10), TODAY + timedelta(days=10)
    page.locator("#choose-minutes").set_input_files(files(tmp_path, f"{good}.pdf", f"{late}.pdf"))
    page.get_by_role("button", name="Upload 2 files").click()
    expect(page.locator("[data-status]")).to_have_text("1 added. 1 not added: see why beside it.")
    failed = page.locator(".house-upload--failed")
    expect(failed.get_by_role("alert")).to_contain_text("Date it is of must be")
    assert Version.objects.get().as_at == good
    assert axe(page) == []
    right = TODAY - timedelta(days=40)
    for name, value in (("day", right.day), ("month", right.month), ("year", right.year)):
        failed.locator(f"[data-{name}]").fill(str(value))
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("2 files added. Four of six are still missing.")
    page.context.close()


def test_a_file_dropped_on_the_area_is_listed_and_can_be_left_out(browser, live_server, inspection, owner):
    """Given the drop area, when a file is dropped on it, then it is listed with its size, and an empty one is refused
    without being sent."""
    page = open_page(browser, document(live_server, inspection, "1"), owner)
    dropped = page.evaluate_handle(
        """() => { const d = new DataTransfer();
        d.items.add(new File(["%PDF-1.4"], "14 March 2011.pdf")); d.items.add(new File([], "empty.pdf")); return d; }"""
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": dropped})
    rows = page.locator(".documents-file")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("[data-month]")).to_have_value("3")
    expect(rows.nth(1).get_by_role("alert")).to_have_text("empty.pdf is empty.")
    rows.nth(1).get_by_role("button", name="Leave out").click()
    expect(rows).to_have_count(1)
    assert Version.objects.count() == 0
    page.context.close()


def test_everything_essential_works_without_javascript(browser, live_server, inspection, owner, tmp_path):
    """Given a browser without JavaScript, when an owner adds a dated file, states a nil return and removes a file, then
    each is done, and no page is wider than the screen."""
    url = document(live_server, inspection, "1")
    page = open_page(browser, url, owner, java_script_enabled=False, viewport=ON_A_PHONE)
    (path,) = files(tmp_path, "minutes.pdf")
    row = page.locator(".documents-row").first
    row.locator("input[type=file]").set_input_files(path)
    day = TODAY - timedelta(days=5)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        row.get_by_label(label).fill(str(value))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Five of six are still missing.")
    assert overflow(page) == []
    page.get_by_role("link", name="Remove minutes.pdf").click()
    page.get_by_role("button", name="Remove the file").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("All six are missing.")
    page.goto(document(live_server, inspection, "9"))
    page.get_by_role("link", name="There is nothing to supply").click()
    page.get_by_label("Why there is nothing to supply").fill("No review was held.")
    page.get_by_role("button", name="State a nil return").click()
    expect(page.locator("main")).to_contain_text("Nothing to supply. No review was held.")
    assert (state(inspection, "1"), state(inspection, "9")) == ("missing", "submitted")
    page.context.close()


@pytest.mark.long
def test_pages_of_documents_pass_the_accessibility_check(browser, live_server, inspection, owner):
    """Given documents with files, history, a return and faults, when their pages are looked at, then axe finds nothing
    and no page is wider than the screen, be it wide or a phone."""
    version = add(inspection, "1", "minutes", as_at=date(2011, 3, 14), name="a_very_long_name_" * 8 + ".pdf").version
    add(inspection, "9", "summaries", as_at=date(2000, 1, 1), names_children=True)
    expected = expect_meetings(
        inspection=inspection,
        document="1",
        part="minutes",
        days=[date(TODAY.year, month, 14) for month in range(1, 13)],
        by=owner,
        now=timezone.now(),
    )
    cancel_meeting(meeting=expected[0], reason="Snow " * 20, by=owner, now=timezone.now())
    other = make_inspection(inspection.council, title="Another inspection " * 4)
    add(inspection, "2", "minutes", as_at=date(2011, 3, 14), content=pdf_bytes(1, "the same"))
    add(inspection, "1", "minutes", as_at=date(2011, 3, 14), content=pdf_bytes(1, "the same"))
    coordinator = make_person(inspection.council, Role.COORDINATOR)
    page = open_page(browser, live_server.url, coordinator)
    for name, args in (
        ("bring-forward", ()),
        ("list", ()),
        ("document", ("1",)),
        ("document", ("9",)),
        ("document", ("2",)),
        ("upload", ("1", "minutes")),
        ("replace", (version.file_id,)),
        ("describe", (version.file_id,)),
        ("remove", (version.file_id,)),
        ("file", (version.file_id,)),
        ("move", (version.file_id,)),
        ("meetings", ("1", "minutes")),
        ("meeting", (expected[0].pk,)),
        ("nil-return", ("11", "fostering")),
    ):
        address = reverse(f"documents:{name}", args=[inspection.slug, *args])
        if name == "bring-forward":
            address = reverse("documents:bring-forward", args=[other.slug]) + f"?from={inspection.slug}"
        page.goto(live_server.url + address)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert (address, axe(page), overflow(page)) == (address, [], [])
        page.set_viewport_size(ON_A_PHONE)
        assert (address, overflow(page)) == (address, [])
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    page.context.close()


def test_a_damaged_file_is_downloaded_after_its_warning_by_keyboard(browser, live_server, inspection, owner):
    """Given a file that came damaged, when its owner opens it, then a page says so before it comes."""
    add(
        inspection,
        "1",
        "minutes",
        content=pdf_bytes()[:-200],
        as_at=date(2011, 3, 1),
        name="LSCB minutes of the spring.pdf",
    )
    page = open_page(browser, document(live_server, inspection, "1"), owner, viewport=ON_A_PHONE)
    page.get_by_role("link", name="LSCB minutes of the spring.pdf", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“LSCB minutes of the spring.pdf” is damaged")
    expect(page.get_by_role("button", name="Upload a working copy")).to_be_visible()
    assert axe(page) + overflow(page) == []
    page.get_by_role("link", name="Download it anyway").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "LSCB minutes of the spring.pdf"

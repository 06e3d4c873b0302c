"""The page in a real browser: a few files at a time, each cancelled and tried again by itself; a full screen."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from intake.models import WaitingFile
from tests.browsing import axe, chromium, open_page, overflow
from tests.factories.documents import pdf_bytes
from tests.factories.intake import wait
from tests.processes import ENOUGH

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def row(page: Page, name: str):
    return page.locator("[data-files] > li").filter(has_text=name)


def until(page: Page, held: list[Route], count: int) -> None:
    end = time.monotonic() + ENOUGH
    while len(held) < count:
        assert time.monotonic() < end, f"{len(held)} of {count} are on their way"
        page.wait_for_timeout(50)
    # And no more come.
    page.wait_for_timeout(200)
    assert len(held) == count


def test_three_files_travel_at_a_time_each_cancelled_and_tried_again_by_itself(
    browser, live_server, inspection, coordinator, tmp_path
):
    """Given six files on their way, when one is cancelled and the line of another breaks, then the next ones take
    their turn, and both can be tried again while the others still travel."""
    names = [f"{letter}.pdf" for letter in "abcdef"]
    for name in names:
        (tmp_path / name).write_bytes(pdf_bytes())
    page = open_page(browser, live_server.url + reverse("intake:add-many", args=[inspection.slug]), coordinator)
    held: list[Route] = []
    page.route(
        "**/add-many/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    page.locator("#choose-many").set_input_files([str(tmp_path / name) for name in names])
    page.get_by_role("button", name="Upload 6 files").click()
    until(page, held, 3)
    row(page, "a.pdf").get_by_role("button", name="Cancel").click()
    expect(row(page, "a.pdf").get_by_role("alert")).to_have_text("Cancelled. Nothing of this file was kept.")
    until(page, held, 4)
    held[1].abort()
    expect(row(page, "b.pdf").get_by_role("alert")).to_have_text(
        "The connection was lost. Nothing of this file was kept."
    )
    until(page, held, 5)
    for name in ("a.pdf", "b.pdf"):
        row(page, name).get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_have_text("Uploading 6 files: 0 done")
    for route in held[2:]:
        route.continue_()
    page.unroute_all()
    page.route("**/add-many/", lambda route: route.continue_())
    for route in held[5:]:
        route.continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sort the files")
    assert sorted(WaitingFile.objects.values_list("path", flat=True)) == names
    page.context.close()


@pytest.mark.long
def test_a_screen_full_of_files_has_no_barrier(browser, live_server, inspection, coordinator):
    """Given thirty files of every kind, when they are sorted on a wide screen and on a phone, then nothing stands in
    the way, and the button counts what would be added."""
    for number in range(30):
        folder = "A folder with a long name/and another one in it/" if number % 5 == 0 else ""
        what = ("LSCB minutes 2011-03-14", "CYPP review", "scan")[number % 3]
        wait(inspection, f"{folder}{what} {number} {'x' * 60 if number == 7 else ''}.pdf", by=coordinator)
    page = open_page(browser, live_server.url + reverse("intake:sort", args=[inspection.slug]), coordinator)
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert [*axe(page), *overflow(page)] == []
    # One above the long table and one below it.
    expect(page.get_by_role("button", name="Add 20 files")).to_have_count(2)
    page.get_by_label("Leave out: CYPP review 1 .pdf").check()
    expect(page.get_by_role("button", name="Add 19 files")).to_have_count(2)
    page.context.close()

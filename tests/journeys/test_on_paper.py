"""Every list of the service on paper: nothing is cut off, there is no navigation, the page says whose and of when."""

import io

import pikepdf
import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey

LISTS = (
    "dashboard",
    "documents:list",
    "documents:document",
    "evidencepack:list",
    "focusgroups:list",
    "inspections:activity",
    "inspections:owners",
    "inspections:posts",
    "accounts:people",
    "reminders:ledger",
    "summary",
    "timetable:countdown",
    "timetable:days",
    "timetable:my-work",
)
# Of one state alone, or with ticks for what waits to be approved.
IN_THE_MIDDLE = ("documents:file", "documents:list", "documents:meetings", "evidencepack:pack")
# What an A4 page has between its margins of 12 mm, in CSS pixels; and its size in points.
WIDTH, A4 = 703, (595, 842)
# Whatever shows on paper and ends beyond the edge; a box that is clipped to nothing for screen readers does not count.
BEYOND = """
    width => [...document.querySelectorAll("main *")]
        .filter(found => found.checkVisibility() && getComputedStyle(found).position !== "absolute")
        .filter(found => found.getBoundingClientRect().right > width + 1)
        .map(found => `${found.tagName}.${found.className}`)
"""
SHOWN = """
    () => ["nav", ".house-footer", ".house-filter", "main button", ".house-account", ".house-header",
           "main input:not([type=hidden])", ".house-table--ticks tr > :last-child"]
        .filter(name => [...document.querySelectorAll(name)].some(found => found.checkVisibility()))
"""


@pytest.fixture
def signed_in(browser, service):
    windows = {}

    def somebody(role: str) -> Visitor:
        if role not in windows:
            window = browser.new_context()
            windows[role] = Visitor(window.new_page(), service, service.world["every_page"]["people"][role])
            windows[role].signs_in()
        return windows[role]

    yield somebody
    for visitor in windows.values():
        visitor.page.context.close()


def on_paper(visitor: Visitor) -> tuple[list[str], list[str], str, list[tuple[int, ...]], bool]:
    """What runs off the edge, what of the screen is left, what stands over the page, its sheets, folded text."""
    page = visitor.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    over = page.locator(".house-paper").inner_text()
    colours = page.evaluate("[...document.querySelectorAll('main a')].map(a => getComputedStyle(a).textDecorationLine)")
    beyond, shown = page.evaluate(BEYOND, WIDTH), page.evaluate(SHOWN)
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        sheets = [tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in pdf.pages]
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    return beyond, shown, over, sheets, set(colours) <= {"none"}


@pytest.mark.long
def test_every_list_prints_whole_and_without_navigation(service, signed_in):
    states = service.world["every_page"]["pages"]
    pages = {(state, page["name"]): page for state in ("late", "middle") for page in states[state]}
    for place in (*(("late", name) for name in LISTS), *(("middle", name) for name in IN_THE_MIDDLE)):
        visitor, name = signed_in(pages[place]["role"]), place[1]
        visitor.goes_to(pages[place]["path"])
        assert visitor.page.locator(".house-tick").first.is_visible() is (place == ("middle", "documents:list"))
        assert visitor.page.locator(".house-paper").is_visible() is False
        beyond, shown, over, sheets, is_plain = on_paper(visitor)
        assert (name, beyond, shown, is_plain) == (name, [], [], True)
        assert over.partition(" · ")[0] == "Everyshire"
        assert over.count(" · as at 18 April 2011 at ") == 1
        assert (name, set(sheets), len(sheets) <= 14) == (name, {A4}, True)

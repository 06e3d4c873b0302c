"""Every page of the service, on a wide screen or a phone; with LONG=1 on both, in every state that changes it."""

import os

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, WIDE
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey

# What is handed out as a file, or answers machines.
NOT_PAGES = {
    "audits:case-pdf",
    "audits:export-file",
    "audits:file",
    "cases:export-file",
    "cases:export-list",
    "cases:export-log",
    "cases:import-file",
    "cases:marked-copy",
    "documents:download",
    "documents:download-anyway",
    "documents:export",
    "documents:picture",
    "evidencepack:download",
    "feeds:feed",
    "health",
    "reminders:coming-html",
    "reminders:export",
    "timetable:print",
    "timetable:trend-export",
    "timetable:wall-part",
}
# Pages that look the same whatever state the inspection is in are looked at once, in the middle.
DIFFER_BY_STATE = {
    "dashboard",
    "documents:document",
    "documents:list",
    "evidencepack:list",
    "focusgroups:group",
    "focusgroups:list",
    "inspections:activity",
    "inspections:owners",
    "reminders:ledger",
    "summary",
    "timetable:before-the-call",
    "timetable:countdown",
    "timetable:days",
    "timetable:my-work",
    "timetable:record",
    "timetable:wall",
}


ONE_OF = {"empty": PHONE, "complete": WIDE, "late": PHONE}
IS_LONG = os.environ.get("LONG") == "1"


@pytest.fixture(scope="module")
def signed_in(browser, service):
    """Somebody of the council for each role, signed in once."""
    windows = {}

    def somebody(role: str) -> Visitor:
        if role not in windows:
            window = browser.new_context()
            windows[role] = Visitor(window.new_page(), service, service.world["every_page"]["people"].get(role, ""))
            if role:
                windows[role].signs_in()
        return windows[role]

    yield somebody
    for visitor in windows.values():
        visitor.page.context.close()


@pytest.mark.parametrize("state", ["middle", *(pytest.param(each, marks=pytest.mark.long) for each in ONE_OF)])
def test_no_page_has_a_barrier(service, signed_in, state):
    found = []
    for number, page in enumerate(service.world["every_page"]["pages"][state]):
        if page["name"] in NOT_PAGES or (state != "middle" and page["name"] not in DIFFER_BY_STATE):
            continue
        visitor = signed_in(page["role"])
        visitor.goes_to(page["path"])
        expect(visitor.main.get_by_role("heading", level=1)).to_have_count(1)
        widths = (ONE_OF[state],) if state in ONE_OF else (PHONE, WIDE) if IS_LONG else ((PHONE, WIDE)[number % 2],)
        found += visitor.barriers(f"{state}-{page['name'].replace(':', '-')}", widths)
    assert found == []

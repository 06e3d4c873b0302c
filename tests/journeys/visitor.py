"""A person in front of a real browser, in words: what they do and what they see.

Methods are named so that a journey reads as prose. Each waits for what it names, and fails with what was there.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browsing import AXE_TAGS, HEIGHT, PHONE, WIDE, axe, overflow
from tests.journeys.service import Service

# And what axe counts as good practice besides: order of headings, landmarks.
TAGS = [*AXE_TAGS, "best-practice"]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"


class Visitor:
    """Somebody with a browser of their own, at the service; not signed in yet."""

    def __init__(self, page: Page, service: Service, email: str = "", mirror: Page | None = None) -> None:
        """`mirror` is a page of another window, for somebody without JavaScript: see `_as_it_stands`."""
        self.page, self.service, self.email, self.mirror = page, service, email, mirror
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if "Security Policy" in line.text else None)

    # --- What they do ---------------------------------------------------------------------------------------------

    def signs_in(self) -> Visitor:
        """With email and password, on the sign-in page; arrives at the page where their day begins."""
        self.goes_to("/")
        self.fills("Email address", self.email)
        self.fills("Password", self.service.world["password"])
        self.presses("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        return self

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.service.url}{path}")

    def opens(self, place: str) -> None:
        """A place of the service navigation."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True).click()

    def follows(self, link: str) -> None:
        """The first link of the page that says this."""
        self.main.get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        """The first button whose words begin so; what it is about may follow for those who hear it."""
        self.main.get_by_role("button", name=re.compile(rf"^{re.escape(button)}(\s|$)")).first.click()

    def fills(self, label: str, text: str) -> None:
        self.main.get_by_label(label, exact=True).first.fill(text)

    def enters_day(self, day: date, within: Locator | None = None) -> None:
        """Day, month and year in the three fields of a date."""
        for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            (within or self.main).get_by_label(label, exact=True).first.fill(str(number))

    def unfolds(self, summary: str) -> None:
        self.main.locator("summary").filter(has_text=summary).first.click()

    def drops(self, area: str, files: dict[str, bytes]) -> None:
        """Files from the desktop onto an area of the page, by name and content."""
        given = [[name, b64encode(content).decode()] for name, content in files.items()]
        dropped = self.page.evaluate_handle(
            """files => files.reduce((data, [name, bytes]) => {
                data.items.add(new File([Uint8Array.from(atob(bytes), sign => sign.charCodeAt(0))], name));
                return data;
            }, new DataTransfer())""",
            given,
        )
        self.page.dispatch_event(area, "drop", {"dataTransfer": dropped})

    def has_a_slow_line(self, kilobytes_a_second: int) -> None:
        """What they send takes its time from now on; 0 is as fast as it goes."""
        upload = kilobytes_a_second * 1024 or -1
        conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
        self.page.context.new_cdp_session(self.page).send("Network.emulateNetworkConditions", conditions)

    def downloads(self, button: str) -> Path:
        """The file behind a button, where the browser has put it."""
        with self.page.expect_download() as download:
            self.presses(button)
        return Path(download.value.path())

    # --- What they see --------------------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.removeprefix(self.service.url)

    def sees_heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", name=words, exact=True).first).to_be_visible()

    def sees(self, *words: str) -> None:
        """Each of these stands in the page's own part."""
        for each in words:
            expect(self.main).to_contain_text(each)

    def is_told(self, words: str) -> None:
        """In the banner at the top of the page, in exactly these words."""
        expect(self.page.locator(".govuk-notification-banner__content")).to_have_text(tidy(words))

    def is_refused(self, words: str) -> None:
        """In the error summary, in exactly these words, with the page's title saying so too."""
        expect(self.page.locator(".govuk-error-summary__list")).to_have_text(words)
        expect(self.page).to_have_title(re.compile("^Error: "))

    def reads(self, selector: str) -> list[str]:
        """The words of every such element, each on one line."""
        return [tidy(text) for text in self.main.locator(selector).all_inner_texts()]

    def row(self, words: str) -> Locator:
        """The row of a table that these words stand in."""
        return self.main.locator("tbody tr").filter(has_text=words)

    def meets_no_barrier(self, name: str = "") -> None:
        """No script failed, the page is no wider than a wide screen and a phone, and axe finds nothing on the phone.

        Axe looks at every page in both widths in test_every_page.py. With READINESS_SCREENSHOTS set, both are kept as
        pictures under `name`.
        """
        found = self.barriers(name, (PHONE,))
        assert not found, "\n".join(found)

    def barriers(self, name: str = "", widths: tuple[int, ...] = (PHONE, WIDE)) -> list[str]:
        """What stands in somebody's way on this page, each with where it is; axe looks in these widths."""
        page, found = self._as_it_stands(), list(self.faults)
        self.faults.clear()
        for width in (PHONE, WIDE):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            faults = (axe(page, TAGS) if width in widths else []) + overflow(page)
            found += [f"{self.path} at {width}: {fault}" for fault in faults]
            if name and os.environ.get("READINESS_SCREENSHOTS"):
                SCREENSHOTS.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        return found

    def _as_it_stands(self) -> Page:
        """The page itself; without JavaScript a copy without its scripts, since axe is JavaScript too."""
        if self.mirror is None:
            # Settled: with its style sheets, and with what its scripts add.
            self.page.wait_for_load_state("load")
            self.page.wait_for_selector("body.govuk-frontend-supported")
            return self.page
        html = self.page.content()
        self.mirror.unroute_all()
        self.mirror.route("**/*.js", lambda route: route.abort())
        self.mirror.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        self.mirror.goto(self.page.url)
        return self.mirror


def tidy(text: str) -> str:
    return " ".join(text.split())

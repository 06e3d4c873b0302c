"""A real browser: Debian's Chromium, always started the same way, patient on a busy machine, and with axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.models import User
from govuk.assets import TARGET
from tests.processes import ENOUGH

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = ENOUGH * 1000  # milliseconds, for whatever is waited for on a page
WIDE, PHONE = 1280, 375
HEIGHT = 900
# WCAG 2.2 AA.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_RUN = """async tags => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations
  .map(found => `${found.id}: ${found.nodes.map(node => node.html).slice(0, 3).join(" ")}`)"""


def fetched_assets() -> Path:
    """The folder of the fetched style sheet and script; the test is skipped where nothing was installed."""
    if not (TARGET / "govuk-frontend.min.css").exists():
        pytest.skip("the assets are not fetched: run python -m govuk.assets")
    return TARGET


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for the length of a `with` block. Two at once cannot run in one thread."""
    fetched_assets()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop running in this thread, which Django would otherwise take for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        expect.set_options(timeout=PATIENCE)
        yield started
        expect.set_options(timeout=None)
        started.close()


def open_page(browser: Browser, url: str, person: User, **options: Any) -> Page:
    """The page at `url` in a window of its own, for somebody who is signed in; `options` are those of the window."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    window = browser.new_context(**{"viewport": {"width": WIDE, "height": HEIGHT}, **options})
    window.set_default_timeout(PATIENCE)
    site = f"http://{urlsplit(url).netloc}/"
    window.add_cookies([{"name": "session", "value": str(session.session_key), "url": site}])
    page = window.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    page.on("console", lambda said: pytest.fail(said.text) if "Content Security" in said.text else None)
    page.goto(url)
    return page


def axe(page: Page, tags: list[str] = AXE_TAGS) -> list[str]:
    """What axe finds on the page as it stands: the rule and the first elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(AXE_RUN, tags)
    return found


def overflow(page: Page) -> list[str]:
    """That the page can be moved sideways, with the first elements that stand out beyond the screen."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        ["wider than the screen: " + [...document.querySelectorAll("body *")]
            .filter(part => part.getBoundingClientRect().right > window.innerWidth)
            .slice(0, 3).map(part => part.outerHTML.slice(0, 200)).join(" ")]"""
    )
    return found

"""A browser on the gallery, and rendering of single tags and forms."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def render() -> Callable[..., str]:
    """render("{% govuk_tag 'late' %}", query="a=1", **context) -> HTML."""

    def rendered(source: str, *, query: str = "", **context: object) -> str:
        template = engines["django"].from_string("{% load govuk crispy_forms_tags django_tables2 %}" + source)
        return template.render(context, RequestFactory().get(f"/?{query}"))

    return rendered


@pytest.fixture(scope="session")
def assets() -> Path:
    """The folder of the fetched style sheet and script; the test is skipped where nothing was installed."""
    from govuk.assets import TARGET

    if not (TARGET / "govuk-frontend.min.css").exists():
        pytest.skip("the assets are not fetched: run python -m govuk.assets")
    return TARGET


@pytest.fixture(scope="module")
def browser(assets: Path) -> Iterator[object]:
    """Debian's Chromium; every page of it is closed with it."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop running in this thread, which Django would otherwise take for asynchronous code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            yield chromium
            chromium.close()

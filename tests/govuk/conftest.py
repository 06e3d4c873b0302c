"""A browser on the gallery, and rendering of single tags and forms."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser

from tests.browsing import chromium, fetched_assets


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
    return fetched_assets()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Every page of it is closed with it."""
    with chromium() as started:
        yield started

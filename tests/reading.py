"""Reading a page as a person does: its heading, its paragraphs, its tables, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.test import Client
from lxml import html

from accounts.models import User

# What begins a line of its own, so that its words do not run into those before it.
BLOCKS = {"div", "p", "li", "br", "h1", "h2", "h3", "td", "th", "tr", "dt", "dd", "summary", "option", "button", "form"}


def sign_in(user: User) -> Client:
    """A client that is signed in as the person."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(response: Any) -> html.HtmlElement:
    """The page as a tree; the response has to be one, with status 200 or 422."""
    assert response.status_code in {200, 422}, response.status_code
    return html.fromstring(response.content.decode())


def words(element: html.HtmlElement) -> str:
    """The text of an element, with single spaces, and one at least where a line of its own begins or ends."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    space = " " if element.tag in BLOCKS or "govuk-visually-hidden" in element.get("class", "") else ""
    yield f"{space}{element.text or ''}" if isinstance(element.tag, str) else ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield space


def texts(response: Any, xpath: str) -> list[str]:
    """The text of everything that the path finds on the page, in order."""
    return [words(found) for found in page(response).xpath(xpath)]


def title(response: Any) -> str:
    return texts(response, "//title")[0]


def heading(response: Any) -> str:
    """The page's one main heading."""
    (found,) = texts(response, "//h1")
    return found


def main(response: Any) -> str:
    """Everything that the page itself says, navigation and footer left out."""
    (found,) = texts(response, "//main")
    return found


def rows(response: Any, caption: str) -> list[list[str]]:
    """The cells of the body of the table with this caption, row by row."""
    (table,) = (t for t in page(response).xpath("//table") if words(t.xpath("./caption")[0]) == caption)
    return [[words(cell) for cell in row.xpath("./td|./th")] for row in table.xpath("./tbody/tr")]


def success(response: Any) -> list[str]:
    """What the banners on the page say."""
    found = page(response).xpath("//*[contains(concat(' ', @class, ' '), ' govuk-notification-banner__content ')]")
    return [words(banner) for banner in found]


def by_class(name: str) -> str:
    """A path to the elements of a class."""
    return f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"

"""Reading a page as a person does: its heading, its paragraphs, its tables, in words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from lxml import html


def sign_in(user: AbstractBaseUser) -> Client:
    """A client that is signed in as the person."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(response: Any) -> html.HtmlElement:
    """The page as a tree; the response has to be one, with status 200 or 422."""
    assert response.status_code in {200, 422}, response.status_code
    return html.fromstring(response.content.decode())


def words(element: html.HtmlElement) -> str:
    """The text of an element, with single spaces."""
    return " ".join(element.text_content().split())


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

"""Accessible PDF pages in the house style. Only this module imports WeasyPrint.

It turns the content of a page's body into a tagged PDF 1.7 that meets PDF/UA-1. The style sheet is
`printing/house.css`, and printing/README.md lists what it supports. Nothing is fetched from disk or network while a
page is drawn: pictures are given as `data:` addresses; anything else is left out and its text alternative shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from weasyprint import CSS, HTML

LANGUAGE = "en-GB"
#: From the largest that reads well on a wall to the smallest that is still legible.
SIZES = ("size-1", "size-2", "size-3", "size-4", "size-5", "size-6")
STYLE_SHEET = Path(__file__).with_name("house.css")

_PAGE = """<!DOCTYPE html>
<html lang="{language}" data-title="{title}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="dcterms.created" content="{made_at}">
<meta name="dcterms.modified" content="{made_at}">
</head>
<body{size}>
{content}
</body>
</html>
"""


def render(html: str, *, title: str, made_at: datetime) -> bytes:
    """The content of a body, as an accessible PDF on A4.

    `html` is trusted markup: escape what people wrote (Django's templates do). `title` is plain text; it is the
    document's title and is shown at the foot of each page. `made_at` (aware) is its date, and the clock is never read:
    the same input and the same fonts give the same bytes.

    Raises ValueError for an empty title or a time without a time zone.
    """
    return _drawn(_page(html, title, made_at))


def render_on_one_page(html: str, *, title: str, made_at: datetime) -> bytes:
    """The same, in the largest of SIZES that fits on one page, or in the smallest if none does.

    The style sheet defines one page of paper (`<section class="poster">`, A3 landscape) and how large each size is.
    """
    for size in SIZES[:-1]:
        page = _page(html, title, made_at, size=size)
        document = _document(page).render(**_options(page))
        if len(document.pages) == 1:
            return document.write_pdf(**_options(page))
    return _drawn(_page(html, title, made_at, size=SIZES[-1]))


def _page(html: str, title: str, made_at: datetime, *, size: str = "") -> str:
    if not title.strip():
        raise ValueError("A PDF needs a title, for those who hear it rather than see it.")
    if made_at.tzinfo is None:
        raise ValueError("The moment a PDF was made needs a time zone.")
    return _PAGE.format(
        language=LANGUAGE,
        title=escape(_printable(title)),
        made_at=made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        size=f' class="{size}"' if size else "",
        content=_printable(html),
    )


def _document(page: str) -> HTML:
    # WeasyPrint takes half a second and many megabytes to load, which web workers that never draw do not need.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    return HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))


def _options(page: str) -> dict[str, Any]:
    return {
        "stylesheets": [_style()],
        "pdf_variant": "pdf/ua-1",
        "pdf_identifier": sha256(page.encode()).digest()[:16],
    }


def _drawn(page: str) -> bytes:
    return _document(page).write_pdf(**_options(page))


def render_template(name: str, context: Mapping[str, Any], *, title: str, made_at: datetime) -> bytes:
    """The Django template `name`, drawn by `render`."""
    return render(render_to_string(name, dict(context)), title=title, made_at=made_at)


@cache
def _style() -> CSS:
    from weasyprint import CSS

    return CSS(string=STYLE_SHEET.read_text(encoding="utf-8"))


def _printable(text: str) -> str:
    """`text` without the control characters and half characters that pages cannot show and XML metadata must not
    contain.
    """
    return "".join(char for char in text if char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff"))

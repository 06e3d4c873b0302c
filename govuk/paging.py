"""Pages of a long list, and addresses that keep the rest of their query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from govuk.markup import build, build_all

_ARROW = (
    '<svg class="govuk-pagination__icon govuk-pagination__icon--{}" xmlns="http://www.w3.org/2000/svg" height="13" '
    'width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="{}" fill="none" '
    'stroke="currentColor" stroke-width="2"/></svg>'
)
_PREVIOUS = build(_ARROW, "prev", "M15 6.5H2M7 1L1.5 6.5L7 12")
_NEXT = build(_ARROW, "next", "M0 6.5H13M8 1L13.5 6.5L8 12")


def query_with(query: QueryDict, **changes: Any) -> str:
    """The query of an address with some keys set, or left out where the value is None: "?page=2&owner=4"."""
    changed = query.copy()
    for key, value in changes.items():
        if value is None:
            changed.pop(key, None)
        else:
            changed[key] = str(value)
    return f"?{changed.urlencode()}"


def pagination(page: Page[Any] | None, query: QueryDict, param: str = "page", label: str = "Pages") -> SafeString:
    """Links to the other pages; nothing where all fits on one."""
    if page is None or page.paginator.num_pages < 2:
        return mark_safe("")

    def to(number: int) -> str:
        return query_with(query, **{param: number})

    items = _items(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1), page.number, to)
    previous = following = mark_safe("")
    if page.has_previous():
        previous = build(
            '<div class="govuk-pagination__prev"><a class="govuk-link govuk-pagination__link" href="{}" rel="prev">{}'
            '<span class="govuk-pagination__link-title">Previous<span class="govuk-visually-hidden"> page</span></span>'
            "</a></div>",
            to(page.previous_page_number()),
            _PREVIOUS,
        )
    if page.has_next():
        following = build(
            '<div class="govuk-pagination__next"><a class="govuk-link govuk-pagination__link" href="{}" rel="next">'
            '<span class="govuk-pagination__link-title">Next<span class="govuk-visually-hidden"> page</span></span>{}'
            "</a></div>",
            to(page.next_page_number()),
            _NEXT,
        )
    return build(
        '<nav class="govuk-pagination" aria-label="{}">{}<ul class="govuk-pagination__list">{}</ul>{}</nav>',
        label,
        previous,
        items,
        following,
    )


def _items(numbers: Iterable[int | str], current: int, to: Callable[[int], str]) -> SafeString:
    return build_all(
        '<li class="govuk-pagination__item govuk-pagination__item--{}">{}</li>',
        (_item(number, current, to) for number in numbers),
    )


def _item(number: int | str, current: int, to: Callable[[int], str]) -> tuple[str, SafeString | str]:
    if not isinstance(number, int):
        return "ellipsis", "⋯"
    link = build(
        '<a class="govuk-link govuk-pagination__link" href="{}" aria-label="Page {}"{}>{}</a>',
        to(number),
        number,
        mark_safe(' aria-current="page"') if number == current else "",
        number,
    )
    return "current" if number == current else "other", link

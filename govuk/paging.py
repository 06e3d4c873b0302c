"""Pages of a long list, and addresses that keep the rest of their query."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString

from govuk.components import component


def query_with(query: QueryDict, **changes: Any) -> str:
    """The query of an address with some keys set, or left out if the value is None: "?page=2&owner=4"."""
    changed = query.copy()
    for key, value in changes.items():
        if value is None:
            changed.pop(key, None)
        else:
            changed[key] = str(value)
    return f"?{changed.urlencode()}"


def pagination(page: Page[Any] | None, query: QueryDict, param: str = "page", label: str = "Pages") -> SafeString:
    """Links to the other pages; nothing if there is only one."""
    if page is None or page.paginator.num_pages < 2:
        return SafeString("")

    def to(number: int) -> str:
        return query_with(query, **{param: number})

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return component(
        "pagination",
        label=label,
        current=page.number,
        # A gap between numbers has no address.
        items=[(number, to(number) if isinstance(number, int) else "") for number in numbers],
        previous=to(page.previous_page_number()) if page.has_previous() else "",
        next=to(page.next_page_number()) if page.has_next() else "",
    )

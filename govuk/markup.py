"""Safe HTML built as `format_html` builds it, in a third of the time, because a page of rows escapes some thousand
values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString

_special = re.compile("[&<>\"']").search


def safe(value: Any) -> str:
    """A value made safe for a page: markup that is marked as safe is unchanged, everything else is escaped."""
    kind = type(value)
    if kind is str:
        return escape(value) if _special(value) else value
    if kind is SafeString:
        return value
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def build(frame: str, *values: Any) -> SafeString:
    """`frame` with each `{}` replaced by the next value, escaped. The frame is always our own text."""
    return SafeString(frame.format(*map(safe, values)))


def build_all(frame: str, rows: Iterable[Iterable[Any]]) -> SafeString:
    """`build` for each of the rows, one after the other."""
    return SafeString("".join([frame.format(*map(safe, row)) for row in rows]))


def table_rows(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """The <tr>s of a table as `govuk/table.html` draws them, from the cells; the first cell is its row's heading."""
    labels = [escape(heading).replace("{", "{{").replace("}", "}}") for heading in headings[1:]]
    cells = "".join(f'<td role="cell" data-label="{label}">{{}}</td>' for label in labels)
    frame = f'<tr role="row"><th scope="row" role="rowheader">{{}}</th>{cells}</tr>'
    return build_all(frame, rows)

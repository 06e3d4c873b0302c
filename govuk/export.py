"""Tables as CSV and XLSX in which no cell is a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from govuk.dates import LONDON

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NARROWEST, WIDEST = 8, 60
# Some versions of Excel read the wide forms like the narrow ones.
_STARTERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*%?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def neutralise(value: Any) -> Any:
    """The value in a form that is safe in a spreadsheet.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, and so does such text that has one
    already, so that `spreadsheets.csv_files` gives the same text back; numbers, dates and text that is only a number
    stay unchanged. Control characters, which spreadsheet files must not contain, are taken out.
    """
    if isinstance(value, Promise):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("", value)
    bare = text.lstrip("'")
    if bare.startswith(_STARTERS) or bare.lstrip().startswith(_STARTERS):
        return text if _NUMBER.fullmatch(text) else f"'{text}"
    return text


def _cell(value: Any) -> Any:
    """The value of a cell: words without tags; times as in London, because XLSX has no time zones."""
    if hasattr(value, "__html__"):
        # A column drawn for the page: a spreadsheet only needs its words.
        value = " ".join(unescape(strip_tags(str(value))).split())
    value = neutralise(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(LONDON).replace(tzinfo=None)
    return (
        value
        if value is None or isinstance(value, str | int | float | bool) or hasattr(value, "year")
        else (neutralise(str(value)))
    )


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV with a byte order mark, so that Excel reads it as UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same, row by row as it is asked for: of a long list there is never more than one row in memory."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    yield codecs.BOM_UTF8
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def xlsx_bytes(rows: Iterable[Sequence[Any]], title: str = "Sheet") -> bytes:
    """Rows as an XLSX file with one sheet whose first row stays in sight."""
    return book_bytes({title: rows})


def book_bytes(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """An XLSX file with the sheets of rows by title: first rows stay in sight, columns are wide enough, dates are
    dates.
    """
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "Sheet")
        sheet.freeze_panes = "A2"
        cells = [[_cell(value) for value in row] for row in rows]
        for number, width in enumerate(_widths(cells), start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for row in cells:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(cells: Iterable[Sequence[Any]]) -> list[int]:
    """How wide each column is, in characters: like its longest cell, within reason."""
    widest: dict[int, int] = {}
    for row in cells:
        for number, value in enumerate(row):
            length = 18 if hasattr(value, "hour") else 12 if hasattr(value, "year") else len(str(value or ""))
            widest[number] = max(widest.get(number, NARROWEST), min(length + 2, WIDEST))
    return list(widest.values())


def rows_response(rows: Iterable[Sequence[Any]], fmt: str, name: str) -> HttpResponse:
    """The rows as a download called `name`.csv or `name`.xlsx; raises ValueError for another format."""
    if fmt not in FORMATS:
        raise ValueError(f"{fmt!r} is not one of {', '.join(FORMATS)}")
    return _download(csv_bytes(rows) if fmt == "csv" else xlsx_bytes(rows, name), fmt, name)


def book_response(sheets: Mapping[str, Iterable[Sequence[Any]]], name: str) -> HttpResponse:
    """Sheets by their titles as a download called `name`.xlsx."""
    return _download(book_bytes(sheets), "xlsx", name)


def csv_response(rows: Iterable[Sequence[Any]], name: str) -> StreamingHttpResponse:
    """The rows as a download called `name`.csv that is made while it is sent."""
    return StreamingHttpResponse(csv_lines(rows), content_type=FORMATS["csv"], headers=_headers("csv", name))


def _download(body: bytes, fmt: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=FORMATS[fmt], headers=_headers(fmt, name))


def _headers(fmt: str, name: str) -> dict[str, str]:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "table"
    return {"Content-Disposition": f'attachment; filename="{safe}.{fmt}"', "X-Content-Type-Options": "nosniff"}


def table_response(table: Any, fmt: str, name: str = "table") -> HttpResponse:
    """A django-tables2 table, all its pages, as a download; a column may define `value_<name>` as usual."""
    return rows_response(table.as_values(), fmt, name)

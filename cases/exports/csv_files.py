"""Write each list as a CSV file into a ZIP: UTF-8 with a byte order mark, dates as 31/03/2009, no formulas."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any

from django.utils.timezone import localtime

from cases.exports.tables import Value
from govuk.export import neutralise


class CsvZip:
    """A ZIP to which lists are added one after another."""

    def __init__(self, target: Any, made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._at = localtime(made_at).timetuple()[:6]

    def __enter__(self) -> CsvZip:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def open(self, name: str, headings: Sequence[str]) -> CsvList:
        """Start the file of one list."""
        info = zipfile.ZipInfo(name, self._at)  # type: ignore[arg-type]
        info.compress_type = zipfile.ZIP_DEFLATED
        return CsvList(self._zip.open(info, "w", force_zip64=True), headings)


class CsvList:
    """One CSV file that rows are written to."""

    def __init__(self, target: Any, headings: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(target, "utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(headings)

    def write(self, row: Iterable[Value]) -> None:
        self._writer.writerow([_text(value) for value in row])

    def close(self) -> None:
        self._text.close()


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(neutralise(value))

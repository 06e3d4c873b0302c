"""How large a file of case lists may be. All children in need in England are some 400,000 rows."""

from __future__ import annotations

from cases.imports.files import most_megabytes
from spreadsheets.limits import MEGABYTE, Limits


def limits() -> Limits:
    """At most 500,000 rows and 200 columns; for a workbook at most two minutes and two gigabytes as well."""
    return Limits(
        rows=500_000,
        columns=200,
        list_name="case lists",
        cell_length=10_000,
        size=most_megabytes() * MEGABYTE,
        unpacked=1_500 * MEGABYTE,
        cells=15_000_000,
        seconds=120,
        memory=2_048 * MEGABYTE,
    )

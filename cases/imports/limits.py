"""How much of one file of case lists is read. Every child in need in England is some 400,000 rows."""

from __future__ import annotations

from cases.imports.keeping import most_megabytes
from spreadsheets.limits import MEGABYTE, Limits


def limits() -> Limits:
    """Half a million rows of at most 200 columns; a workbook as far as two minutes and two gigabytes go."""
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

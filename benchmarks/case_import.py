"""Importing case lists, from a received file to applied lists, against the database's own way to load the same file.

The project reads, recognises, validates every rule, compares, applies and keeps the history. The floor is COPY by psql
into a table with two indexes; for a workbook calamine and COPY; on SQLite `.import` of the sqlite3 shell. Memory is the
worker's peak above what it held before, from /proc. ROWS=400000 measures so many rows besides.

django-import-export, the rival of this kind, is not measured: nothing else here would need it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.case_lists import HEADINGS, write_csv, write_xlsx
from tests.outbox.installation import DATABASE, ROOT, Installation, installation

REACH = "4 x the floor at 10,000 and 100,000 rows, 5 x on SQLite; memory flat and under 60 MiB above idle"
COLUMNS = [f"column_{place}" for place in range(len(HEADINGS))]
DATES = (1, 2)
CALAMINE = """
import csv, sys
from python_calamine import CalamineWorkbook
csv.writer(sys.stdout).writerows(CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows())
"""
Floor = Callable[[Installation, Path], None]
Row = dict[str, Any]


def run(repeats: int = 5) -> list[Row]:
    """Measures floor and project in turn and answers a row for each case: seconds (medians) and MiB."""
    sizes = [10_000, 100_000, *([int(os.environ["ROWS"])] if os.environ.get("ROWS") else [])]
    with tempfile.TemporaryDirectory(prefix="bench-cases-") as name:
        folder = Path(name)
        rows = []
        with _place("postgresql", folder) as place:
            for size in sizes:
                rows += _csv(place, folder, size, repeats, _copy, "psql COPY of the same file")
            rows.append(_xlsx(place, folder, 100_000, repeats))
        with _place("sqlite", folder) as place:
            return rows + _csv(place, folder, 10_000, repeats, _import, "sqlite3 .import of the same file")


def _place(database: str, folder: Path) -> Any:
    directory = folder / f"bench-{database}"
    directory.mkdir()
    return installation(database, directory)


def _csv(place: Installation, folder: Path, size: int, repeats: int, floor: Floor, called: str) -> list[Row]:
    """A first import, the same file again, and one in which one row in a hundred has changed."""
    first = write_csv(folder / f"children-{size}.csv", size)
    other = write_csv(folder / f"changed-{size}.csv", size, changed=100)
    floors, found = _in_turn(place, [first, first, other], repeats, floor)
    kinds = ("first import", "the same file again", "one row in a hundred changed")
    where = "PostgreSQL" if place.database else "SQLite"
    return [
        _row(f"{size:,} rows of CSV on {where}, {kind}", called, floors, [each[at] for each in found])
        for at, kind in enumerate(kinds)
    ]


def _xlsx(place: Installation, folder: Path, size: int, repeats: int) -> Row:
    book = write_xlsx(folder / f"children-{size}.xlsx", size)
    floors, found = _in_turn(place, [book], repeats, _calamine)
    case = f"{size:,} rows of XLSX on PostgreSQL, first import"
    return _row(case, "calamine and psql COPY", floors, [each[0] for each in found])


def _in_turn(
    place: Installation, files: list[Path], repeats: int, floor: Floor
) -> tuple[list[float], list[list[dict[str, Any]]]]:
    floors, found = [], []
    for _ in range(repeats):
        _make_table(place)
        began = time.perf_counter()
        floor(place, files[0])
        floors.append(time.perf_counter() - began)
        found.append(_imported(place, files))
    return floors, found


def _imported(place: Installation, files: list[Path]) -> list[dict[str, Any]]:
    """What a worker measured that imported the files one after the other into a new inspection."""
    command = [sys.executable, "-m", "benchmarks.case_lists", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, env=place.environment, check=True, stdout=subprocess.PIPE, text=True)
    answer: list[dict[str, Any]] = json.loads(done.stdout)
    return answer


def _row(case: str, called: str, floors: list[float], found: list[dict[str, Any]]) -> Row:
    floor = statistics.median(floors)
    seconds = statistics.median(each["read"] + each["apply"] for each in found)
    return {
        "benchmark": "case_import",
        "case": case,
        "floor": called,
        "floor_seconds": round(floor, 3),
        "seconds": round(seconds, 3),
        "ratio": round(seconds / floor, 2),
        "cpu_ms": round(1000 * statistics.median(each["cpu"] for each in found)),
        "above_idle_mib": round(max(each["mib"] for each in found), 1),
        "reach": REACH,
    }


# --- Floors -----------------------------------------------------------------------------------------------------------


def _make_table(place: Installation) -> None:
    kinds = ["text PRIMARY KEY", *("date" if at in DATES else "text" for at in range(1, len(COLUMNS)))]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, kinds, strict=True))
    place.query("DROP TABLE IF EXISTS floor")
    place.query(f"CREATE TABLE floor ({columns})")
    place.query("CREATE INDEX floor_by_birth ON floor (column_2)")


def _copy(place: Installation, file: Path) -> None:
    command = f"\\copy floor FROM '{file}' WITH (FORMAT csv, HEADER)"
    _psql(place, command)


def _psql(place: Installation, command: str, **given: Any) -> None:
    dates = "SET datestyle = 'iso, dmy'"
    subprocess.run(
        ["psql", place.database, "-q", "-v", "ON_ERROR_STOP=1", "-c", dates, "-c", command], check=True, **given
    )


def _calamine(place: Installation, file: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CALAMINE, str(file)], stdout=subprocess.PIPE) as reader:
        _psql(place, "\\copy floor FROM STDIN WITH (FORMAT csv, HEADER)", stdin=reader.stdout)


def _import(place: Installation, file: Path) -> None:
    database = place.directory / DATABASE
    command = f".import --csv --skip 1 '{file}' floor"
    subprocess.run(["sqlite3", str(database), command], check=True)


if __name__ == "__main__":
    for row in run(int(os.environ.get("REPEATS", "3"))):
        sys.stdout.write(f"{row}\n")

"""Case lists to measure on: files of made-up children, and one import after another in a process of its own.

`python -m benchmarks.case_lists FILE...` imports each file in turn into a new inspection and prints a JSON list:
seconds to read and check it, seconds to apply it, mebibytes used above what the process had before, and what was found.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "Child ID", "Date of initial referral", "Date of birth", "Gender", "Ethnicity", "Legal status",
    "Details of any disability", "Subject to child protection plan", "Previously subject to child protection plan",
    "Subject to a child in need plan", "Looked after", "Placement type",
)  # fmt: skip
CLEAN = ("WBRI", "WIRI", "APKN", "BCRB", "MWBC", "OOTH", "NOBT")
SPELT = ("WBRI", "White British", "A1 White British", "Pakistani", "Black Caribbean", "MWBC", "Any other ethnic group")
PLACED = ("U1", "U4 - Foster placement", "K2", "P1", "A3", "S1", "R2", "U6", "H5", "U4")
AS_AT = date(2011, 3, 31)


def rows(number: int, *, changed: int = 0) -> Iterator[tuple[str, ...]]:
    """Rows of so many children that break no rule.

    With `changed`, one child in so many has another gender than without it.
    """
    shuffle = random.Random(20110418)
    for place in range(number):
        born = AS_AT - timedelta(days=shuffle.randrange(100, 16 * 365))
        referred = born + timedelta(days=shuffle.randrange(0, (AS_AT - born).days))
        gender = shuffle.choice(("Male", "Female", "M", "F"))
        if changed and place % changed == 0:
            gender = "Female" if gender in {"Male", "M"} else "Male"
        kind = shuffle.random()
        is_looked_after, is_protected = kind < 0.2, 0.2 <= kind < 0.35
        yield (
            f"FIC{place:07d}",
            referred.strftime("%d/%m/%Y"),
            born.strftime("%d/%m/%Y"),
            gender,
            shuffle.choice(SPELT),
            shuffle.choice(("C2", "V2", "C1 - Interim care order")) if is_looked_after else "",
            shuffle.choice(("NONE", "None", "No disability", "MOB", "HAND, VIS")),
            "Yes" if is_protected else "No",
            shuffle.choice(("Yes", "No", "N")),
            "No" if is_looked_after or is_protected else "Yes",
            "Y" if is_looked_after else "N",
            shuffle.choice(PLACED) if is_looked_after else "",
        )


def write_csv(path: Path, number: int, *, changed: int = 0) -> Path:
    """Write a CSV file as a council's system exports it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(number, changed=changed))
    return path


def write_xlsx(path: Path, number: int) -> Path:
    """Write the same rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Children")
    sheet.append(HEADINGS)
    for row in rows(number):
        sheet.append(row)
    book.save(path)
    return path


def _status(key: str) -> int:
    found = re.search(rf"{key}:\s*(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def measure(files: list[Path]) -> list[dict[str, Any]]:
    """Import the files one after the other into one new inspection, as a person and a worker would."""
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import Council
    from cases.imports import actions, worker
    from files.receiving import receive
    from inspections.models import Inspection

    # Each process has its own, whatever others have made before.
    name = uuid.uuid4().hex
    council = Council.objects.create(name="Fictionshire", slug=name)
    inspection = Inspection.objects.create(
        council=council, slug=name, title="Measured", framework_key="slac-2009", opened_at=timezone.now()
    )
    found = []
    for file in files:
        Path("/proc/self/clear_refs").write_text("5")
        before, began, cpu = _status("VmRSS"), time.perf_counter(), time.process_time()
        with file.open("rb") as stream:
            received = receive(stream, name=file.name)
        asked = actions.request_import(
            inspection=inspection, files=[received], on=AS_AT, list_key="", source="", allow_empty=False, by=None,
            now=timezone.now(),
        )  # fmt: skip
        read = worker.work(asked.pk)
        checked = time.perf_counter()
        assert read is not None
        assert read.state == "checked", (read.state, read.error, read.fault_counts)
        actions.apply_import(case_import=read, by=None, now=timezone.now())
        applied = worker.work(asked.pk)
        assert applied is not None
        assert applied.state == "applied", (applied.state, applied.error)
        found.append(
            {
                "read": checked - began,
                "apply": time.perf_counter() - checked,
                "cpu": time.process_time() - cpu,
                "mib": (_status("VmHWM") - before) / 1024,
                "lists": applied.lists,
                "difference": applied.difference,
            }
        )
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure([Path(name) for name in sys.argv[1:]])))

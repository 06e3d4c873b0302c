"""`python -m benchmarks` runs every benchmark, `python -m benchmarks pages tick` those named; `make bench [NAME]` too.

Each benchmark runs the project and its rival in turn, several times, and reports medians. The results are printed and
written to `benchmarks/results.md`, where benchmarks that were not run keep their last figures. The exit status does not
depend on the figures: it is 0, or 2 for an unknown name. REPEATS says how many times each one runs.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from tests.outbox.installation import drop_templates

NAMES = ("pages", "upload", "first_pack", "pack", "mail", "tick", "case_import")
RESULTS = Path(__file__).with_name("results.md")


def main(words: Sequence[str]) -> int:
    """Run the benchmarks with these names, or all, and write the results."""
    unknown = [word for word in words if word not in NAMES]
    if unknown:
        sys.stderr.write(f"There is no benchmark called {', '.join(unknown)}. There are: {', '.join(NAMES)}.\n")
        return 2
    repeats = int(os.environ.get("REPEATS") or 5)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as shared:
        # Where installations keep the migrated databases that they copy.
        os.environ.setdefault("READINESS_TEST_DIR", shared)
        try:
            _run(words or NAMES, repeats)
        finally:
            drop_templates()
    return 0


def _run(names: Sequence[str], repeats: int) -> None:
    sections = report.sections_of(RESULTS)
    for name in names:
        sys.stdout.write(f"{name} ...\n")
        sys.stdout.flush()
        try:
            rows: list[dict[str, Any]] = importlib.import_module(f"benchmarks.{name}").run(repeats)
        except Exception:  # One that cannot run here (without qpdf, say) must not lose the others' figures.
            traceback.print_exc()
            sys.stderr.write(f"{name} could not be measured; its last figures stay.\n")
            continue
        sections[name] = report.section(name, rows, repeats)
        sys.stdout.write(sections[name])
        RESULTS.write_text(report.whole(sections, NAMES), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

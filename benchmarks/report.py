"""The results as a page of Markdown: a section for each benchmark, with machine, date and versions."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("Django", "psycopg2-binary", "gunicorn", "pikepdf", "weasyprint", "aiosmtpd")
HEAD = """# Results

Written by `make bench`; [docs/speed.md](../docs/speed.md) says what they mean. Floor and project ran in turn, and the
figures are medians. Ratio is the project's time over the floor's.
"""
#: Other figures of a row: key -> its words.
SAID = {
    "rate": "{}",
    "cpu_ms": "{} ms of CPU",
    "p95_ms": "{} ms at p95",
    "queries": "{} queries",
    "kilobytes": "{} kB",
    "growth": "{}",
    "above_idle_mib": "{} MiB above idle",
    "each_ms": "{} ms an inspection",
}


def section(name: str, rows: Sequence[Mapping[str, Any]], repeats: int) -> str:
    """One benchmark's section, from the rows that its `run` returned."""
    lines = [f"## {name}", "", _where(repeats), ""]
    reaches = list(dict.fromkeys(row["reach"] for row in rows if row.get("reach")))
    if reaches:
        lines += [f"Reach: {'; '.join(reaches)}.", ""]
    lines += ["| case | floor | floor, s | project, s | ratio | besides |", "|---|---|---:|---:|---:|---|"]
    for row in rows:
        besides = ", ".join(said.format(row[key]) for key, said in SAID.items() if row.get(key) is not None)
        times = (_seconds(row["floor_seconds"]), _seconds(row["seconds"]), f"{row['ratio']:g} x")
        lines.append(f"| {row['case']} | {row['floor']} | {' | '.join(times)} | {besides} |")
    return "\n".join(lines) + "\n"


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.1 else f"{value:.5f}"


def _where(repeats: int) -> str:
    """When, where and on what the section was measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    now = datetime.now(UTC)
    load = os.getloadavg()[1]
    rounds = f"{repeats} round{'' if repeats == 1 else 's'}"
    machine = f"{os.cpu_count()} cores ({_processor()}), {_memory()} of memory, load {load:.1f}"
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {packages}"
    programs = f"{_said_by('qpdf', '--version')}, {_said_by('psql', '--version')}"
    return f"{now.day} {now:%B %Y}, {rounds}. {machine}. {system}, {programs}."


def _processor() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    found = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return f"{int(found[1]) / 1024 / 1024:.1f} GiB" if found else "unknown size"


def _said_by(*command: str) -> str:
    """The first line of a program's own version text."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return f"no {command[0]}"


def sections_of(path: Path) -> dict[str, str]:
    """The sections that are already on the page, by benchmark."""
    if not path.is_file():
        return {}
    parts = re.split(r"^(?=## )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("## ").strip(): part.rstrip("\n") + "\n" for part in parts}


def whole(sections: Mapping[str, str], names: Sequence[str]) -> str:
    """The whole page, with the sections in the order of `names`."""
    return "\n".join([HEAD, *(sections[name] for name in names if name in sections)])

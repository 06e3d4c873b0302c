"""Excel and OpenDocument workbooks, read in a separate process, so that a hostile file can end only that process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from spreadsheets.cells import NO_VALUE, Row
from spreadsheets.limits import Limits, Unreadable, too_far_out, too_much
from spreadsheets.workbook_parser import OUT_OF_MEMORY

DAMAGED = "The workbook is damaged and cannot be read. Open it in Excel and save it again."
#: Types that cannot be told apart: calamine tries every reader, and says only that none could read the file.
DAMAGED_OR_PROTECTED = (
    "The workbook is damaged or protected by a password. Open it and save it again, without a password."
)
_ROOT = Path(__file__).resolve().parents[1]


def rows_of_workbook(file: BinaryIO, suffix: str, limits: Limits) -> Generator[Row, None, None]:
    """The rows of the visible sheets of a workbook on disk, one by one.

    Raises Unreadable for one that is damaged, protected or beyond the limits, after the rows before the fault.
    """
    # Not `file.seek`, which may only move within what was read ahead here.
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    command = [sys.executable, "-m", "spreadsheets.workbook_parser", suffix, json.dumps(asdict(limits))]
    with subprocess.Popen(command, cwd=_ROOT, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parser:
        try:
            assert parser.stdout is not None
            from_1904 = False
            for line in parser.stdout:
                said = json.loads(line, object_hook=_value)
                if "refused" in said:
                    raise Unreadable(said["refused"])
                if "done" in said:
                    return
                if "from_1904" in said:
                    from_1904 = said["from_1904"]
                    continue
                for sheet, number, cells in said["rows"]:
                    yield Row(sheet, number, tuple(cells), from_1904)
            raise Unreadable(_why_it_ended(parser.wait(), suffix, limits))
        finally:
            parser.kill()


def _value(said: dict[str, Any]) -> Any:
    match said:
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"time": text}:
            return time.fromisoformat(text)
        case {"seconds": seconds}:
            return timedelta(seconds=seconds)
        case {"no value": _}:
            return NO_VALUE
    return said


def _why_it_ended(status: int, suffix: str, limits: Limits) -> str:
    if status == -signal.SIGKILL:
        return "The workbook could not be read just now. Try again."
    if status in {OUT_OF_MEMORY, -signal.SIGABRT}:
        return too_far_out(limits)
    if status == -signal.SIGXCPU:
        return too_much(limits)
    return DAMAGED if suffix == ".xlsx" else DAMAGED_OR_PROTECTED

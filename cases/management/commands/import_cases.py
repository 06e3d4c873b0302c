"""Reads case lists and applies them as one change, or not at all. With --check it only reports and stores nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import CommandParser
from django.utils import timezone

from cases.imports.actions import check_said
from cases.imports.checking import CheckResult, as_json, check
from cases.imports.files import MEGABYTE, check_file, most_megabytes, too_large
from cases.imports.immediate import import_immediately
from cases.reading import SOURCES, SourceFile, list_meant
from files.receiving import Received, clean_name, receive
from files.storage import discard
from inspections.commands import CommandRefused, ContractCommand, a_date, inspection_named
from inspections.models import Inspection
from refusals import Refused


class Command(ContractCommand):
    help = (
        "Reads case lists from files and applies them as one change, or not at all. Status 1 where there is an error."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="CSV, XLSX, XLS or ODS")
        parser.add_argument("--list", metavar="KEY", default="", help="the list that every row is on")
        parser.add_argument(
            "--on", metavar="DATE", type=a_date, help="the as-at day (default: the source's, else today)"
        )
        parser.add_argument("--source", metavar="KIND", default="", choices=SOURCES, help="; ".join(SOURCES))
        parser.add_argument("--allow-empty", action="store_true", help="a list may be left without any child")
        parser.add_argument("--check", action="store_true", help="only report: nothing is kept")
        parser.add_argument("--values", action="store_true", help="show the rows as read, which are child-level data")

    def handle(self, **options: Any) -> None:
        super().handle(**options)
        if not self.is_accepted:
            sys.exit(1)

    def answer(self, *, slug: str, files: list[Path], **options: Any) -> Any:
        inspection = inspection_named(slug)
        options["list"] = _list_key(inspection, options["list"])
        checked = _refused(files)
        if checked.accepted:
            checked = (_check if options["check"] else _import)(inspection, files, options)
        self.is_accepted = checked.accepted
        identifier = next(each.key for each in inspection.framework.case_fields if each.kind == "identifier")
        return as_json(checked, identifier)

    def as_text(self, answer: Any, *, check: bool, **options: Any) -> Iterable[str]:
        for level in ("errors", "warnings"):
            for fault in answer[level]:
                self.stderr.write(_line(fault, level))
        for key, count in answer["lists"].items():
            yield f"{key}: {count}"
        difference = ", ".join(f"{count} {kind}" for kind, count in answer["difference"].items())
        if not answer["accepted"]:
            yield f"Refused: {len(answer['errors'])} errors, {len(answer['warnings'])} warnings. Nothing was changed."
        elif check:
            yield f"Nothing stops this import: {difference}. {len(answer['warnings'])} warnings. Nothing was kept."
        else:
            yield f"Applied: {difference}. {len(answer['warnings'])} warnings."


def _list_key(inspection: Inspection, name: str) -> str:
    try:
        return list_meant(inspection.framework, name).key if name else ""
    except ValueError as error:
        raise CommandRefused(str(error)) from None


def _refused(paths: Sequence[Path]) -> CheckResult:
    """What is wrong with the files as such, before they are read."""
    checked = CheckResult()
    for path in paths:
        name = clean_name(path.name)
        try:
            size = path.stat().st_size
        except OSError:
            checked.refuse("The file cannot be opened.", kind="unreadable", file=name)
            continue
        if path.is_dir():
            checked.refuse("This is a folder. Name the files in it.", kind="unreadable", file=name)
        elif size > most_megabytes() * MEGABYTE:
            checked.refuse(too_large(name), kind="too-large", file=name)
    return checked


def _said(options: dict[str, Any]) -> dict[str, Any]:
    on: date | None = options["on"]
    return {
        "on": on,
        "list_key": options["list"],
        "source": options["source"],
        "allow_empty": options["allow_empty"],
        "with_values": options["values"],
    }


def _check(inspection: Inspection, paths: Sequence[Path], options: dict[str, Any]) -> CheckResult:
    # A check refuses what the import would refuse.
    check_said(inspection, now=timezone.now(), on=options["on"])
    files = [SourceFile(clean_name(path.name), partial(_opened, path)) for path in paths]
    return check(files, inspection=inspection, today=timezone.localdate(), **_said(options))


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _import(inspection: Inspection, paths: Sequence[Path], options: dict[str, Any]) -> CheckResult:
    files: list[Received] = []
    checked = CheckResult()
    try:
        for path in paths:
            files.append(_received(path, checked))
        if checked.accepted:
            return import_immediately(inspection=inspection, files=files, by=None, now=timezone.now(), **_said(options))
        return checked
    finally:
        for file in files:
            discard(file.path)


def _received(path: Path, checked: CheckResult) -> Received:
    """A copy of the file, which may be growing. Adds an error if it cannot be accepted."""
    with path.open("rb") as stream:
        received = receive(cast("BinaryIO", BoundedStream(stream, path.stat().st_size)), name=path.name)
    try:
        check_file(received)
    except Refused as refused:
        checked.refuse(refused.message, kind="unreadable", file=received.name or "")
    return received


class BoundedStream:
    """The first bytes of a stream, as many as the file had at the start. A file that keeps growing ends there."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(min(size, self._left))
        self._left -= len(chunk)
        return chunk


def _line(fault: dict[str, Any], level: str) -> str:
    where = ", ".join(
        str(each)
        for each in (fault["file"], fault["sheet"], fault["row"] and f"row {fault['row']}", fault["column"])
        if each
    )
    value = f" “{fault['value']}”" if fault["value"] else ""
    return f"{level.removesuffix('s')}: {where}:{value} {fault['message']}"

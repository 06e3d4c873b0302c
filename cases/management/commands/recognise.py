"""Shows how coded values would be read, one value on each line of a file. Does not use the database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from cases.recognisers import recogniser
from codesets import RecognisedValue, Recogniser, code_sets
from frameworks import Framework
from inspections.commands import DEFAULT_FRAMEWORK, CommandRefused, ContractCommand, framework_named

LARGEST = 20_000_000  # bytes; a larger file is not a list of values


class Command(ContractCommand):
    help = "Shows how the values in a file, one a line, would be read: code, label and group, or why they are refused."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("field", metavar="FIELD", choices=code_sets(), help=f"one of {', '.join(code_sets())}")
        parser.add_argument("file", metavar="FILE", type=Path, help="a text file with one value a line")
        parser.add_argument(
            "--framework", metavar="KEY", default=DEFAULT_FRAMEWORK, help=f"whose groups; default: {DEFAULT_FRAMEWORK}"
        )

    def answer(self, *, field: str, file: Path, framework: str, **options: Any) -> Any:
        reader = recogniser_of(framework_named(framework), field)
        return [as_json(value, reader.recognise(value)) for value in values_of(file)]

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        for row in answer:
            yield f"{row['value'].strip() or '(empty)'}: {in_words(row)}"
        refused = sum(1 for row in answer if row["code"] is None and row["group"] is None)
        yield f"{len(answer) - refused} of {len(answer)} recognised, {refused} refused."


def recogniser_of(framework: Framework, field: str) -> Recogniser:
    """The recogniser for this code set, with the framework's categories if one of its fields has any."""
    coded = next((each for each in framework.case_fields if each.codes == field), None)
    return recogniser(field, framework.categories_of(coded) if coded else ())


def values_of(file: Path) -> list[str]:
    """The lines of a text file in UTF-8 or Windows-1252. Raises CommandRefused if it cannot be read."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise CommandRefused(f"{file} cannot be read: {error.strerror or error}.") from None
    if len(data) > LARGEST:
        raise CommandRefused(f"{file} is larger than {LARGEST // 1_000_000} MB.")
    if b"\0" in data:
        raise CommandRefused(f"{file} is not a text file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def as_json(value: str, read: RecognisedValue) -> dict[str, Any]:
    """A value in the format of `commands.md`, with text that is stored in place of a code, and the reason for a
    refusal.
    """
    return {
        "value": value,
        "code": read.code,
        "label": read.label,
        "group": read.group,
        "values": list(read.values),
        "near": list(read.near),
        "details": read.details,
        "why": read.why,
    }


def in_words(row: dict[str, Any]) -> str:
    """A value in words: what it is read as, or why it is refused and what is nearest."""
    details = f"kept as text: {row['details']}" if row["details"] else ""
    if row["code"] is None and row["group"] is None:
        nearest = f" Nearest: {', '.join(row['near'])}." if row["near"] else ""
        return details or f"refused. {row['why']}{nearest}"
    codes = ", ".join(row["values"]) or "no code"
    label = f" {row['label']}" if row["label"] else ""
    group = f" ({row['group']})" if row["group"] else ""
    return f"{codes}{label}{group}{'; ' if details else ''}{details}"

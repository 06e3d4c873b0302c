"""Shows a framework as loaded, lists the frameworks, or checks a framework file. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from frameworks import as_json, load_framework
from inspections.commands import ContractCommand, framework_named
from inspections.models import library


class Command(ContractCommand):
    help = "Shows a framework as loaded; without KEY, lists the frameworks; with --check FILE, validates a file."

    def add_options(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("key", nargs="?", metavar="KEY", help="the framework to show, such as slac-2009")
        what.add_argument("--check", metavar="FILE", type=Path, help="validate this framework file and show it")

    def answer(self, *, key: str | None, check: Path | None, **options: Any) -> Any:
        if check is not None:
            return as_json(load_framework(check))
        if key is None:
            return [{"key": framework.key, "title": framework.title} for framework in library().frameworks()]
        return as_json(framework_named(key))

    def as_text(self, answer: Any, *, check: Path | None, **options: Any) -> Iterable[str]:
        if isinstance(answer, list):
            for row in answer:
                yield f"{row['key']}  {row['title']}"
            return
        if check is not None:
            yield f"{check} is a valid framework file."
        yield f"{answer['key']}: {answer['title']}"
        yield f"Grades, best first: {', '.join(answer['grades'])}"
        yield "Core documents:"
        for document in answer["documents"]:
            yield f"  {document['number']}. {document['title']}"
            for part in document["parts"]:
                yield f"      {part['label']} ({_needs(part)})"
        yield "Focus groups:"
        for group in answer["focus_groups"]:
            yield f"  {group['strand']} {group['number']}. {group['title']} ({group['kind']})"
        yield "Timetable:"
        for step in answer["steps"]:
            yield f"  {_days(step):>9}  {step['title']} ({step['party']}{', deadline' if step['deadline'] else ''})"
        for heading, items, key in (
            ("Case lists", "case_lists", "title"),
            ("Case fields", "case_fields", "label"),
            ("Placements", "placements", "label"),
        ):
            yield f"{heading}: {'; '.join(item[key] for item in answer[items])}"
        yield "Judgements:"
        for judgement in answer["judgements"]:
            yield f"  {judgement['strand']}: {judgement['label']}"
        yield "Limiting rules:"
        for rule in answer["rules"]:
            yield f"  {rule['key']}  {rule['text']}"


def _needs(part: dict[str, Any]) -> str:
    words = [f"{part['needed']} needed"]
    words += [word for word, said in (("dated", part["dated"]), ("a nil return will do", part["nil_return"])) if said]
    if part["covers"]:
        words.append(f"covering {', '.join(each['label'] for each in part['covers'])}")
    if part["each"]:
        words.append(f"one for each of the plan’s {part['each']}")
    return ", ".join(words)


def _days(step: dict[str, Any]) -> str:
    first, last = step["first_day"], step["last_day"]
    if last is None:
        return ""
    return f"day {last}" if first in (None, last) else f"day {first}-{last}"

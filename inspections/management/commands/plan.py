"""Shows a local plan as loaded, lists the plans, or checks a plan file. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from frameworks import load_plan, plan_as_json
from inspections.commands import ContractCommand, plan_named
from inspections.models import library


class Command(ContractCommand):
    help = "Shows a local plan as loaded; without KEY, lists the plans; with --check FILE, validates a file."

    def add_options(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("key", nargs="?", metavar="KEY", help="the plan to show, such as oxfordshire")
        what.add_argument("--check", metavar="FILE", type=Path, help="validate this plan file and show it")

    def answer(self, *, key: str | None, check: Path | None, **options: Any) -> Any:
        if check is not None:
            return plan_as_json(load_plan(check, library().frameworks()))
        if key is None:
            return [{"key": plan.key, "framework": plan.framework, "title": plan.title} for plan in library().plans()]
        return plan_as_json(plan_named(key))

    def as_text(self, answer: Any, *, check: Path | None, **options: Any) -> Iterable[str]:
        if isinstance(answer, list):
            for row in answer:
                yield f"{row['key']}  {row['title']} (framework {row['framework']})"
            return
        if check is not None:
            yield f"{check} is a valid local plan file."
        yield f"{answer['key']}: for the framework {answer['framework']}"
        yield "Posts:"
        for post in answer["posts"]:
            also = f"; also written {', '.join(post['aliases'])}" if post["aliases"] else ""
            yield f"  {post['name']} ({post['organisation']}{also})"
        yield "Core documents:"
        for document in answer["documents"]:
            yield f"  {document['number']}. {_owners(document)}"
        yield "Focus groups:"
        for group in answer["focus_groups"]:
            yield f"  {group['strand']} {group['number']}. {_owners(group)}"
        for each in answer["lists"]:
            yield f"{each['title']}: {', '.join(entry['label'] for entry in each['entries'])}"


def _owners(item: dict[str, Any]) -> str:
    owners = ", ".join(item["owners"]) or "to be confirmed"
    return f"{owners} (as written: {item['as_written']})" if item["as_written"] else owners

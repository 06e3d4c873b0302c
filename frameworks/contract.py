"""Frameworks and plans as scripts read them. Scripts rely on these keys: add to them, but do not change them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from frameworks.framework import Framework
from frameworks.model import Covered
from frameworks.plan import Plan, PlanOwnership


def as_json(framework: Framework) -> dict[str, Any]:
    """A framework as plain data, ready for JSON."""
    return {
        "key": framework.key,
        "title": framework.title,
        "grades": [grade.key for grade in framework.grades],
        "strands": [{"key": strand.key, "title": strand.title} for strand in framework.strands],
        "documents": [
            {
                "number": document.number,
                "title": document.title,
                "parts": [
                    {
                        "key": part.key,
                        "label": part.label,
                        "needed": part.needed,
                        "optional": part.optional,
                        "nil_return": part.nil_return,
                        "dated": part.dated,
                        "covers": _covered(part.covers),
                        "each": part.each,
                    }
                    for part in document.parts
                ],
            }
            for document in framework.documents
        ],
        "focus_groups": [
            {"strand": group.strand, "number": group.number, "title": group.title, "kind": group.kind}
            for group in framework.focus_groups
        ],
        "case_lists": [{"key": each.key, "title": each.title} for each in framework.case_lists],
        # What the framework asks for; `case_columns` also lists what is only read if a file has it.
        "case_fields": [{"key": each.key, "label": each.label} for each in framework.case_fields if each.number],
        "case_columns": [
            {
                "key": each.key,
                "label": each.label,
                "kind": each.kind,
                "codes": each.codes,
                "lists": [on.key for on in framework.case_lists if each.is_on(on)],
                "exported": each.exported,
            }
            for each in framework.case_fields
        ],
        "case_rules": [
            {"key": each.key, "kind": each.kind, "level": each.level, "text": each.text}
            for each in framework.case_rules
        ],
        "placements": [{"key": each.key, "label": each.label} for each in framework.placements],
        "judgements": [
            {"strand": each.strand, "key": each.key, "label": each.label, "outcome": each.outcome, "fact": each.fact}
            for each in framework.judgements
        ],
        "rules": [{"key": rule.key, "strand": rule.strand, "text": rule.text} for rule in framework.rules],
        "steps": [
            {
                "key": step.key,
                "first_day": step.first_day,
                "last_day": step.last_day,
                "title": step.title,
                "party": step.party,
                "deadline": step.deadline,
                "time": _hour(step.time),
            }
            for step in framework.steps
        ],
    }


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """A local plan as plain data, ready for JSON; an owner still to be confirmed is an empty list."""
    return {
        "key": plan.key,
        "title": plan.title,
        "council": plan.council,
        "framework": plan.framework,
        "posts": [
            {"name": post.name, "aliases": list(post.aliases), "organisation": post.organisation} for post in plan.posts
        ],
        "documents": [{"number": _number(each), **_owned(each)} for each in _of_kind(plan, "document")],
        "focus_groups": [
            {
                "strand": each.item.removeprefix("focus-group:").rpartition("-")[0],
                "number": _number(each),
                **_owned(each),
            }
            for each in _of_kind(plan, "focus-group")
        ],
        "steps": [{"step": each.item.removeprefix("step:"), **_owned(each)} for each in _of_kind(plan, "step")],
        "deadline_time": _hour(plan.deadline_time),
        "step_times": [{"step": each.step, "time": _hour(each.time)} for each in plan.step_times],
        "lists": [{"key": each.key, "title": each.title, "entries": _covered(each.entries)} for each in plan.lists],
        "two_approvals": [{"document": each.document} for each in plan.two_approvals],
    }


def _covered(entries: Iterable[Covered]) -> list[dict[str, str]]:
    return [{"key": each.key, "label": each.label} for each in entries]


def _hour(time: dt.time | None) -> str | None:
    """An hour such as "17:00"; None if none is given."""
    return time.isoformat("minutes") if time else None


def _of_kind(plan: Plan, kind: str) -> list[PlanOwnership]:
    return [each for each in plan.ownerships if each.item.startswith(f"{kind}:")]


def _number(ownership: PlanOwnership) -> int:
    """The number at the end of an item, such as 12 of "focus-group:safeguarding-12"."""
    return int(ownership.item.replace(":", "-").rpartition("-")[2])


def _owned(ownership: PlanOwnership) -> dict[str, Any]:
    return {"owners": list(ownership.owners), "as_written": ownership.as_written}

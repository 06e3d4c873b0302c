"""Sound data turned into the records of the model. Nothing is checked here: `frameworks.loader` has done so."""

from collections.abc import Mapping
from typing import Any

from frameworks.framework import Framework
from frameworks.judging import CaseField, CaseList, CaseSelection, Condition, Judgement, Placement, Rule
from frameworks.model import (
    NOTIFIED,
    AlsoCalled,
    Anchor,
    CoreDocument,
    FocusGroup,
    Freshness,
    Grade,
    Holding,
    Part,
    Phase,
    Preparation,
    Source,
    Step,
    Strand,
    TeamMember,
    Timing,
    Window,
)
from frameworks.plan import Ownership, Plan, PlanPerson, PlanPost, TwoApprovals, WorkingHours, same_name
from frameworks.plan_references import items_of, spellings
from frameworks.references import day_numbers
from frameworks.shapes import WEEKDAYS

Row = Mapping[str, Any]


def build_framework(data: Row) -> Framework:
    """The framework that sound data says."""
    timings = {row["key"]: row["timing"] for row in data["anchors"]}
    return Framework(
        **{key: data[key] for key in ("key", "title", "version", "summary", "notice_days", "last_day")},
        effective_from=data["effective_from"],
        effective_to=data["effective_to"],
        source=Source(**data["source"]),
        window=_sourced(Window, data["window"]) if data["window"] else None,
        parties=tuple(data["parties"]),
        strands=tuple(_sourced(Strand, row) for row in data["strands"]),
        grades=tuple(Grade(**row) for row in data["grades"]),
        team=tuple(_sourced(TeamMember, row) for row in data["team"]),
        phases=tuple(Phase(**row) for row in data["phases"]),
        anchors=tuple(_anchor(row) for row in data["anchors"]),
        steps=tuple(_step(row, timings) for row in data["steps"]),
        documents=tuple(_document(row) for row in data["documents"]),
        preparation=tuple(_sourced(Preparation, row) for row in data["preparation"]),
        focus_groups=tuple(_group(row) for row in data["focus_groups"]),
        case_lists=tuple(_sourced(CaseList, row) for row in data["case_lists"]),
        case_fields=tuple(_sourced(CaseField, row) for row in data["case_fields"]),
        placements=tuple(_sourced(Placement, row) for row in data["placements"]),
        case_selections=tuple(_sourced(CaseSelection, row) for row in data["case_selections"]),
        judgements=tuple(_sourced(Judgement, row) for row in data["judgements"]),
        rules=tuple(_rule(row) for row in data["rules"]),
        holdings=tuple(_sourced(Holding, row) for row in data["holdings"]),
    )


def _sourced(kind: Any, row: Row, **more: Any) -> Any:
    """A record of this kind whose fields are the row's keys, its source turned into a record too."""
    return kind(**{**row, "source": Source(**row["source"]), **more})


def _timing(row: Row) -> Timing:
    first = row["first"] or 0
    return Timing(
        anchor=row["anchor"],
        unit=row["unit"] or "working",
        first=first,
        last=first if row["last"] is None else row["last"],
        weekday=WEEKDAYS.index(row["weekday"]) if row["weekday"] else None,
    )


def _anchor(row: Row) -> Anchor:
    timing: Anchor = _sourced(Anchor, row, timing=None if row["key"] == NOTIFIED else _timing(row["timing"]))
    return timing


def _step(row: Row, timings: Row) -> Step:
    first, last = day_numbers(row["timing"], timings)
    step: Step = _sourced(Step, row, timing=_timing(row["timing"]), first_day=first, last_day=last)
    return step


def _document(row: Row) -> CoreDocument:
    document: CoreDocument = _sourced(
        CoreDocument,
        row,
        key=str(row["number"]),
        parts=tuple(_part(part) for part in row["parts"]),
        also_called=_also_called(row),
    )
    return document


def _part(row: Row) -> Part:
    fresh = row["freshness"]
    freshness = Freshness(fresh["kind"], fresh["anchor"], fresh["years"] or 0) if fresh else None
    part: Part = _sourced(Part, row, freshness=freshness, also_called=_also_called(row))
    return part


def _also_called(row: Row) -> AlsoCalled | None:
    called = row["also_called"]
    return _sourced(AlsoCalled, {**called, "words": tuple(called["words"])}) if called else None


def _group(row: Row) -> FocusGroup:
    named = Source(**(row["kind_source"] or row["source"]))
    group: FocusGroup = _sourced(FocusGroup, row, key=f"{row['strand']}-{row['number']}", kind_source=named)
    return group


def _rule(row: Row) -> Rule:
    conditions = tuple(
        Condition(tuple(each["judgements"]), each["comparison"], each["grade"]) for each in row["conditions"]
    )
    rule: Rule = _sourced(Rule, row, conditions=conditions)
    return rule


def build_plan(data: Row, framework: Framework) -> Plan:
    """The plan that sound data says; posts go by their one name, ownerships in the framework's order."""
    order = items_of(framework)
    named = spellings(data)
    return Plan(
        **{key: data[key] for key in ("key", "title", "council", "framework", "unannounced_inspection")},
        source=Source(**data["source"]),
        working_hours=WorkingHours(**data["working_hours"]),
        reminder_points=tuple(sorted(data["reminder_points"], reverse=True)),
        turning_days=data["turning_days"],
        late_recipients=tuple(data["late_recipients"]),
        weekly_recipients=tuple(data["weekly_recipients"]),
        weekly_day=WEEKDAYS.index(data["weekly_day"]),
        posts=tuple(PlanPost(row["name"], tuple(row["aliases"]), row["organisation"]) for row in data["posts"]),
        people=tuple(PlanPerson(row["name"], row["email"], _posts(row["posts"], named)) for row in data["people"]),
        ownerships=tuple(
            Ownership(row["item"], _posts(row["owners"], named), row["as_written"], Source(**row["source"]))
            for row in sorted(data["ownerships"], key=lambda row: order.index(row["item"]))
        ),
        closures=tuple(sorted((row["date"], row["reason"]) for row in data["closures"])),
        two_approvals=tuple(
            TwoApprovals(row["document"], Source(**row["source"]))
            for row in sorted(data["two_approvals"], key=lambda row: order.index(f"document:{row['document']}"))
        ),
    )


def _posts(written: list[str], named: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(named[same_name(each)] for each in written)

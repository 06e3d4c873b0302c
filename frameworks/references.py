"""What must agree within a framework file once each value is sound by itself: keys refer to something, nothing occurs
twice.

Everything here reads the sound part of a file (see `frameworks.reading`). If the list that a key refers to is not
sound, the key is not checked: the list's own fault has been noted already.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from frameworks.audit_references import check_audits
from frameworks.case_references import check_cases
from frameworks.faults import Faults
from frameworks.framework import Framework
from frameworks.model import NOTIFIED, STATED
from frameworks.reading import BAD
from frameworks.referring import Row, known, places, refer, refuse_twice, rows, together

ONCE_ONLY = ("documents", "send-documents", "focus-groups", "case-lists", "surveys")


def check_framework(data: Row, faults: Faults) -> None:
    """Note everything in a framework file that does not agree with the rest of it."""
    _uniqueness(data, faults)
    _anchors(data, faults)
    _steps(data, faults)
    _documents(data, faults)
    check_cases(data, faults)
    check_audits(data, faults)
    _judgements(data, faults)
    strands = known(data, "strands")
    for place, strand in places(data, "focus_groups", "strand"):
        refer(strand, strands, place, "strand", faults)
    start, end = data.get("effective_from"), data.get("effective_to")
    if start and end and end < start:
        faults.add("effective_to", f"is {end}, before effective_from; it should be {start} or later")


def _uniqueness(data: Row, faults: Faults) -> None:
    listed = ("strands", "grades", "phases", "anchors", "steps", "preparation", "case_lists", "case_fields")
    for each in (*listed, "placements", "case_rules", "surveys", "rules", "holdings"):
        refuse_twice(places(data, each, "key"), "key", faults)
    for each in ("documents", "case_lists", "case_fields", "placements"):
        refuse_twice(places(data, each, "number"), "number", faults)
    refuse_twice(together(data, "focus_groups", "strand", "number"), "group", faults)
    refuse_twice(together(data, "judgements", "strand", "key"), "judgement", faults)
    refuse_twice(((f"parties[{i}]", party) for i, party in enumerate(data.get("parties", []))), "party", faults)


def _timing(timing: Any, place: str, anchors: list[str] | None, faults: Faults) -> None:
    if not timing:
        return
    if timing.get("anchor") == STATED:
        for key in ("unit", "first", "last", "weekday"):
            if timing.get(key) is not None:
                faults.add(f"{place}.{key}", "has no meaning for a date that is stated by hand; leave it out")
        return
    if anchors is not None:
        refer(timing.get("anchor"), [*anchors, STATED], f"{place}.anchor", "anchor", faults)
    first, last = timing.get("first") or 0, timing.get("last")
    if last is not None and last < first:
        faults.add(f"{place}.last", f"is {last}, before first; it should be {first} or more")


def _anchors(data: Row, faults: Faults) -> None:
    anchors = known(data, "anchors")
    if anchors is not None and NOTIFIED not in anchors:
        faults.add("anchors", f'has no anchor with the key "{NOTIFIED}"; add it, without a timing: its date is given')
    for index, anchor in enumerate(rows(data, "anchors")):
        place = f"anchors[{index}]"
        if anchor.get("key") == STATED:
            faults.add(f"{place}.key", f'"{STATED}" is kept for dates entered by hand; it should be another key')
        if anchor.get("key") == NOTIFIED and anchor.get("timing"):
            faults.add(f"{place}.timing", "should be left out: the day of notification is given, not worked out")
        elif anchor.get("key", NOTIFIED) != NOTIFIED and anchor.get("timing", 0) is None:
            faults.add(f"{place}.timing", f'is missing; only the anchor "{NOTIFIED}" has none')
        _timing(anchor.get("timing"), f"{place}.timing", anchors, faults)
        timing = anchor.get("timing") or {}
        if timing.get("last") is not None and timing["last"] != (timing.get("first") or 0):
            faults.add(f"{place}.timing.last", "should be left out: an anchor is one day")
    hangs_on = {
        a["key"]: (a.get("timing") or {}).get("anchor") for a in rows(data, "anchors") if a.get("key", STATED) != STATED
    }
    for start in _circles(hangs_on):
        index = next(i for i, anchor in enumerate(rows(data, "anchors")) if anchor.get("key") == start)
        faults.add(f"anchors[{index}].timing.anchor", f"goes round in a circle: {_chain(start, hangs_on)}")


def _circles(leads_to: Mapping[Any, Any]) -> list[Any]:
    """One member of every circle: the first in the order of the file."""
    found: list[Any] = []
    done: set[Any] = set()
    for start in leads_to:
        trail: list[Any] = []
        here = start
        while here in leads_to and here not in done and here not in trail:
            trail.append(here)
            here = leads_to[here]
        if here in trail:
            circle = set(trail[trail.index(here) :])
            found.append(next(each for each in leads_to if each in circle))
        done.update(trail)
    return found


def _chain(start: Any, leads_to: Mapping[Any, Any]) -> str:
    names = [start]
    while (following := leads_to[names[-1]]) != start:
        names.append(following)
    return " hangs on ".join(str(each[-1]) if isinstance(each, tuple) else str(each) for each in [*names, start])


def working_offset(anchor: str | None, anchors: Mapping[str, Any]) -> int | None:
    """How many working days after notification an anchor falls; None if that does not depend on working days alone.

    `anchors` maps each anchor's key to its sound timing; circles have been refused before.
    """
    offset = 0
    for _ in range(len(anchors) + 1):
        if anchor == NOTIFIED:
            return offset
        timing = anchors.get(anchor or "")
        if not timing or (timing.get("unit") or "working") != "working" or timing.get("weekday") is not None:
            return None
        offset += timing.get("first") or 0
        anchor = timing.get("anchor")
    return None


def _number(offset: int) -> int | None:
    """The day number this many working days after notification; days before it have none."""
    return offset + 1 if offset >= 0 else None


def day_numbers(timing: Row, anchors: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """First and last day number of a timing, day 1 being the day of notification; None if it has none."""
    start = working_offset(timing.get("anchor"), anchors)
    if start is None or (timing.get("unit") or "working") != "working" or timing.get("weekday") is not None:
        return None, None
    first = timing.get("first") or 0
    last = timing["last"] if timing.get("last") is not None else first
    return _number(start + first), _number(start + last)


def number_days(framework: Framework) -> None:
    """Give the steps of a newly read framework their day numbers, which follow from what they are counted from."""
    anchors = {anchor.key: asdict(anchor.timing) if anchor.timing else {} for anchor in framework.anchors}
    for step in framework.steps:
        for name, day in zip(("first_day", "last_day"), day_numbers(asdict(step.timing), anchors), strict=True):
            object.__setattr__(step, name, day)


def _steps(data: Row, faults: Faults) -> None:
    anchors, parties, phases = known(data, "anchors"), data.get("parties"), known(data, "phases")
    timings = {a["key"]: a.get("timing") for a in rows(data, "anchors") if "key" in a}
    for index, step in enumerate(rows(data, "steps")):
        place = f"steps[{index}]"
        refer(step.get("party"), None if parties and BAD in parties else parties, f"{place}.party", "party", faults)
        refer(step.get("phase"), phases, f"{place}.phase", "phase", faults)
        _timing(step.get("timing"), f"{place}.timing", anchors, faults)
        if step.get("deadline") is True and step.get("duty", "") is None:
            faults.add(f"{place}.duty", "is missing; a deadline of the council should say what it turns into")
        if step.get("deadline") is False and step.get("duty"):
            faults.add(f"{place}.duty", "should be left out, or deadline be true: only a deadline turns into a duty")
        last = day_numbers(step.get("timing") or {}, timings)[1]
        if last is not None and last > data.get("last_day", last):
            faults.add(f"{place}.timing", f"ends on day {last}, after last_day, which is {data['last_day']}")
    refer(data.get("publication"), known(data, "steps"), "publication", "step", faults)
    duties = ((place, duty if duty in ONCE_ONLY else None) for place, duty in places(data, "steps", "duty"))
    refuse_twice(duties, "duty", faults)


def _documents(data: Row, faults: Faults) -> None:
    anchors = known(data, "anchors")
    for index, document in enumerate(rows(data, "documents")):
        at = f"documents[{index}]."
        refuse_twice(places(document, "parts", "key", at), "key", faults)
        for number, part in enumerate(rows(document, "parts")):
            refuse_twice(places(part, "covers", "key", f"{at}parts[{number}]."), "key", faults)
            if part.get("covers") and part.get("each"):
                faults.add(f"{at}parts[{number}].each", "should be left out, or covers be: each says it")
            fresh, place = part.get("freshness"), f"{at}parts[{number}].freshness"
            if not fresh:
                continue
            refer(fresh.get("anchor"), anchors, f"{place}.anchor", "anchor", faults)
            if not part.get("dated", True):
                faults.add(place, "needs dates to go by; set dated = true, or leave the freshness out")
            if fresh.get("kind") == "within-years" and fresh.get("years", 0) is None:
                faults.add(f"{place}.years", "is missing; it should be a whole number from 1 to 99")
            if fresh.get("kind") == "latest" and fresh.get("years") is not None:
                faults.add(f"{place}.years", 'has no meaning with the kind "latest"; leave it out')


def _by_strand(data: Row) -> Mapping[str, list[str]] | None:
    """The keys of each strand's judgements; None if they cannot all be known."""
    strands = known(data, "strands")
    if strands is None or known(data, "judgements") is None or known(data, "judgements", "strand") is None:
        return None
    return {
        strand: [each["key"] for each in rows(data, "judgements") if each["strand"] == strand] for strand in strands
    }


def _judgements(data: Row, faults: Faults) -> None:
    strands, by_strand = known(data, "strands"), _by_strand(data) or {}
    judgements = rows(data, "judgements")
    for index, each in enumerate(judgements):
        place, there = f"judgements[{index}]", by_strand.get(each.get("strand", ""))
        refer(each.get("strand"), strands, f"{place}.strand", "strand", faults)
        refer(each.get("parent"), there, f"{place}.parent", "judgement in its strand", faults)
    parents = {
        (each["strand"], each["key"]): (each["strand"], each.get("parent"))
        for each in judgements
        if "strand" in each and "key" in each
    }
    for start in _circles(parents):
        index = next(i for i, each in enumerate(judgements) if (each.get("strand"), each.get("key")) == start)
        faults.add(f"judgements[{index}].parent", f"goes round in a circle: {_chain(start, parents)}")
    for index, rule in enumerate(rows(data, "rules")):
        refer(rule.get("strand"), strands, f"rules[{index}].strand", "strand", faults)
        _rule(rule, f"rules[{index}]", by_strand.get(rule.get("strand", "")), known(data, "grades"), faults)


def _rule(rule: Row, place: str, there: list[str] | None, grades: list[str] | None, faults: Faults) -> None:
    what = "judgement in its strand"
    refer(rule.get("limits"), there, f"{place}.limits", what, faults)
    refer(rule.get("ceiling"), grades, f"{place}.ceiling", "grade", faults)
    for number, condition in enumerate(rows(rule, "conditions")):
        at = f"{place}.conditions[{number}]"
        refer(condition.get("grade"), grades, f"{at}.grade", "grade", faults)
        for index, named in enumerate(condition.get("judgements", [])):
            refer(named, there, f"{at}.judgements[{index}]", what, faults)

"""Selected cases with what the page of a selection says of each child. Child-level: for case officers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from audits.models import SelectedCase
from audits.state import audits_state
from cases.lists.bands import age_on
from cases.models import Child, ListRow
from cases.state import cases_state
from frameworks import CaseSelection
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """A child as a line of a table: the current lists in the framework's order, and the age in words.

    Without lists the child is on none any more; `age` is empty if it is not known.
    """

    child: Child
    lists: tuple[str, ...]
    age: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A selected case; `facts` is None once the child was erased. `state` is empty without an audit."""

    case: SelectedCase
    facts: ChildFacts | None
    state: str


def facts_of(snapshot: Snapshot, children: Iterable[Child]) -> dict[int, ChildFacts]:
    """What is said of each child, by its id."""
    found = {child.pk: child for child in children}
    rows: dict[int, dict[str, ListRow]] = defaultdict(dict)
    for row in ListRow.objects.filter(child__in=found, until=None).defer("values"):
        rows[row.child_id][row.list] = row
    lists = cases_state(snapshot).lists
    facts = {}
    for pk, child in found.items():
        there = [(each, rows[pk][each.case_list.key]) for each in lists if each.case_list.key in rows[pk]]
        ages = (age_on(row.born, each.last.day if each.last else snapshot.today) for each, row in there if row.born)
        facts[pk] = ChildFacts(child, tuple(each.case_list.short for each, _ in there), _in_words(next(ages, None)))
    return facts


def _in_words(age: int | None) -> str:
    if age is None:
        return ""
    return "Not yet born" if age < 0 else "Under 1" if age == 0 else str(age)


def shown_cases(snapshot: Snapshot, cases: Iterable[SelectedCase]) -> list[ShownCase]:
    """The cases with their children. Each case must have its `child` selected with it."""
    kept = list(cases)
    facts = facts_of(snapshot, [case.child for case in kept if case.child])
    states = {each.number: each.state for each in audits_state(snapshot).cases}
    return [ShownCase(case, facts.get(case.child_id or 0), states.get(case.number, "")) for case in kept]


def in_number(selection: CaseSelection) -> str:
    """How many cases the framework wants: "8 or more", "12", "8 to 12", "up to 12"; "not known" if it does not say."""
    low, high = selection.minimum, selection.maximum
    if low is None:
        return "not known" if high is None else f"up to {high}"
    if high is None:
        return f"{low} or more"
    return str(low) if low == high else f"{low} to {high}"


def sentence(selection: CaseSelection, there: int) -> str:
    """How many cases there are against how many there must be, as a sentence."""
    are = f"{there} case{' is' if there == 1 else 's are'} recorded"
    if selection.minimum is None and selection.maximum is None:
        known = "How many there will be is not known."
        return f"{are}. {known}" if there else f"None is recorded yet. {known}"
    wanted = in_number(selection)
    if not there:
        return f"None is recorded yet. There must be {wanted}."
    so_far = " so far" if there < (selection.minimum or 0) else ""
    return f"{are}{so_far}. There must be {wanted}."

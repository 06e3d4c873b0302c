"""Describe the lists and their children in words: what can be sent, what changed and what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.contradictions import differing
from cases.lists.history import ChildHistory, ListEvent
from cases.models import Contradiction, ListRow
from cases.state import CasesState, ListState
from cases.value_labels import ValueLabels
from frameworks import CaseRule, Framework, Grain, grain_of
from govuk.dates import long_date, long_datetime

TONES = {"missing": "warn", "contradicted": "warn", "ready": "good"}


def headline(state: CasesState) -> str:
    """How many of the lists are ready, for the page's title."""
    return f"{sum(each.state == 'ready' for each in state.lists)} of {len(state.lists)} ready"


def sentence(state: CasesState) -> str:
    """Whether the lists can be sent and, if not, why."""
    if state.sent:
        said = f"All lists were sent to {state.sent.recipient} on {long_datetime(state.sent.at)}."
        return f"{said} {_contradicted(state)}".strip()
    if len(state.missing) == len(state.lists):
        return "No list has been imported yet."
    if len(state.missing) == 1:
        return f"{state.missing[0].case_list.short} has not been imported yet."
    if state.missing:
        return f"Not imported yet: {', '.join(each.case_list.short for each in state.missing)}."
    return _contradicted(state) or "All lists are imported and none has an open contradiction. They can be sent."


def _contradicted(state: CasesState) -> str:
    number = state.contradictions
    if not number:
        return ""
    what = "1 contradiction is" if number == 1 else f"{number:,} contradictions are"
    return f"{what} still open."


def change(state: ListState) -> str:
    """How a list has changed since the import before: "5 more than on 4 April 2011"; empty if there is none."""
    if state.last is None or state.before is None or state.change is None:
        return ""
    day = state.before.on
    then = f"on {long_date(day)}" if day and day != state.last.on else "after the import before"
    if not state.change:
        return f"As many as {then}"
    return f"{abs(state.change):,} {'more' if state.change > 0 else 'fewer'} than {then}"


def who_is(lists: Iterable[str], framework: Framework) -> Grain:
    """What somebody on these lists, by their keys, is in words: a child, an adopter."""
    keys = set(lists)
    return grain_of(each for each in framework.case_lists if each.key in keys)


@dataclass(frozen=True, slots=True)
class ContradictionInWords:
    """A contradiction in words: the rule, the list it counts for, and what each list says."""

    row: Contradiction
    text: str
    case_list: str
    says: tuple[str, ...]


def contradictions_in_words(contradictions: Iterable[Contradiction], labels: ValueLabels) -> list[ContradictionInWords]:
    """The contradictions in words."""
    rows = list(contradictions)
    rules = {rule.key: rule for rule in labels.framework.case_rules}
    names = {each.key: each.short for each in labels.framework.case_lists}
    said: dict[int, dict[str, Mapping[str, str]]] = defaultdict(dict)
    current = ListRow.objects.filter(child__in={row.child_id for row in rows}, until=None) if rows else ()
    for each in current:
        said[each.child_id][each.list] = each.values
    return [
        ContradictionInWords(
            row,
            rules[row.rule].text if row.rule in rules else row.rule,
            names.get(row.list, row.list),
            _says(rules.get(row.rule), said[row.child_id], labels, names),
        )
        for row in rows
    ]


def _says(
    rule: CaseRule | None, said: Mapping[str, Mapping[str, str]], labels: ValueLabels, names: Mapping[str, str]
) -> tuple[str, ...]:
    """What the lists say about each field of the rule: "Gender: Female (In need), Male (Looked after)"."""
    if rule is None:
        return ()
    keys = differing(rule, said, labels) if rule.kind == "same-in-all" else rule.fields
    found = []
    for key in keys:
        field = labels.fields[key]
        by_list = [
            f"{labels.show(field, said[each][key])} ({name})"
            for each, name in names.items()
            if said.get(each, {}).get(key)
        ]
        if by_list:
            found.append(f"{field.label}: {', '.join(by_list)}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FieldFact:
    """What each of a child's lists says about one field, in the order of the lists; empty if it says nothing."""

    label: str
    said: tuple[str, ...]


def facts_of(rows: Sequence[ListRow], labels: ValueLabels) -> list[FieldFact]:
    """The fields that are filled in any of a child's rows, with one column for each row."""
    found = []
    for field in labels.framework.case_fields:
        said = tuple(labels.show(field, row.values.get(field.key, "")) for row in rows)
        if any(said):
            found.append(FieldFact(field.label, said))
    return found


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that an import did to a child's record, in words."""

    happening: ListEvent
    text: str
    changes: tuple[tuple[str, str, str], ...]


def history_lines(past: ChildHistory, labels: ValueLabels) -> list[HistoryLine]:
    """The history of a child's record, latest first. Changed fields have their values before and after."""
    names = {each.key: each.short for each in labels.framework.case_lists}
    verbs = {"added": "Added to the list", "changed": "Changed on the list", "gone": "Removed from the list"}
    return [
        HistoryLine(
            each,
            f"{verbs[each.what]} “{names.get(each.list, each.list)}”",
            tuple(
                (
                    labels.fields[change.field].label,
                    _or_blank(labels, change.field, change.before),
                    _or_blank(labels, change.field, change.after),
                )
                for change in each.changes
                if change.field in labels.fields
            ),
        )
        for each in past.happenings
    ]


def _or_blank(labels: ValueLabels, field: str, stored: str) -> str:
    return labels.show(labels.fields[field], stored) or "blank"

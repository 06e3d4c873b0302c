"""The lists and their children in words: can they be sent, is it right, what changed, what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.contradictions import differing
from cases.lists.history import Happening, Past
from cases.lists.words import Words
from cases.models import Contradiction, ListRow
from cases.state import CasesState, ListState
from frameworks import CaseRule
from govuk.dates import long_date, long_datetime

TONES = {"missing": "warn", "contradicted": "warn", "ready": "good"}


def headline(state: CasesState) -> str:
    """How many of the lists are ready, as the page's title says it."""
    return f"{sum(each.state == 'ready' for each in state.lists)} of {len(state.lists)} ready"


def sentence(state: CasesState) -> str:
    """Whether the lists can be sent, and if not, why."""
    if state.sent:
        said = f"All lists were sent to {state.sent.recipient} on {long_datetime(state.sent.at)}."
        return f"{said} {_contradicted(state)}".strip()
    if len(state.missing) == len(state.lists):
        return "No list has been imported yet."
    if len(state.missing) == 1:
        return f"{state.missing[0].case_list.short} has not been imported yet."
    if state.missing:
        return f"Not imported yet: {', '.join(each.case_list.short for each in state.missing)}."
    return _contradicted(state) or "All lists are here and nothing contradicts them. They can be sent."


def _contradicted(state: CasesState) -> str:
    number = state.contradictions
    if not number:
        return ""
    what = "1 contradiction is" if number == 1 else f"{number:,} contradictions are"
    return f"{what} neither settled nor explained."


def change(state: ListState) -> str:
    """What changed on a list since the import before: "5 more than on 4 April 2011"; empty without one before."""
    if state.last is None or state.before is None or state.change is None:
        return ""
    day = state.before.on
    then = f"on {long_date(day)}" if day and day != state.last.on else "after the import before"
    if not state.change:
        return f"As many as {then}"
    return f"{abs(state.change):,} {'more' if state.change > 0 else 'fewer'} than {then}"


@dataclass(frozen=True, slots=True)
class Told:
    """A contradiction in words: the rule, the list it counts for, and what each list says of the fields."""

    row: Contradiction
    text: str
    case_list: str
    says: tuple[str, ...]


def told(contradictions: Iterable[Contradiction], words: Words) -> list[Told]:
    """Contradictions in words (one query, none where there are none)."""
    rows = list(contradictions)
    rules = {rule.key: rule for rule in words.framework.case_rules}
    names = {each.key: each.short for each in words.framework.case_lists}
    said: dict[int, dict[str, Mapping[str, str]]] = defaultdict(dict)
    current = ListRow.objects.filter(child__in={row.child_id for row in rows}, until=None) if rows else ()
    for each in current:
        said[each.child_id][each.list] = each.values
    return [
        Told(
            row,
            rules[row.rule].text if row.rule in rules else row.rule,
            names.get(row.list, row.list),
            _says(rules.get(row.rule), said[row.child_id], words, names),
        )
        for row in rows
    ]


def _says(
    rule: CaseRule | None, said: Mapping[str, Mapping[str, str]], words: Words, names: Mapping[str, str]
) -> tuple[str, ...]:
    """What the lists say of each field that the rule is about: "Gender: Female (In need), Male (Looked after)"."""
    if rule is None:
        return ()
    keys = differing(rule, said, words) if rule.kind == "same-in-all" else rule.fields
    found = []
    for key in keys:
        field = words.fields[key]
        by_list = [
            f"{words.show(field, said[each][key])} ({name})"
            for each, name in names.items()
            if said.get(each, {}).get(key)
        ]
        if by_list:
            found.append(f"{field.label}: {', '.join(by_list)}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Fact:
    """What each of a child's lists says of one field, in the order of the lists; empty where it says nothing."""

    label: str
    said: tuple[str, ...]


def facts_of(rows: Sequence[ListRow], words: Words) -> list[Fact]:
    """The fields that any of a child's rows says something of, one column a row, beside one another."""
    found = []
    for field in words.framework.case_fields:
        said = tuple(words.show(field, row.values.get(field.key, "")) for row in rows)
        if any(said):
            found.append(Fact(field.label, said))
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an import did to a child's record, in words."""

    happening: Happening
    text: str
    changes: tuple[tuple[str, str, str], ...]


def lines_of(past: Past, words: Words) -> list[Line]:
    """What happened to a child's record, latest first; of each field that changed its label, before and after."""
    names = {each.key: each.short for each in words.framework.case_lists}
    verbs = {"added": "Came on the list", "changed": "Changed on the list", "gone": "Left the list"}
    return [
        Line(
            each,
            f"{verbs[each.what]} “{names.get(each.list, each.list)}”",
            tuple(
                (
                    words.fields[change.field].label,
                    _or_blank(words, change.field, change.before),
                    _or_blank(words, change.field, change.after),
                )
                for change in each.changes
                if change.field in words.fields
            ),
        )
        for each in past.happenings
    ]


def _or_blank(words: Words, field: str, stored: str) -> str:
    return words.show(words.fields[field], stored) or "blank"

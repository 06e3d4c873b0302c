"""Contradictions between lists: found when an import is applied, then settled at the source or explained.

They come from the framework's rules that look at more than one list, with the level error or contradiction. Warnings
have been reported when the rows were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import combinations, groupby, islice
from operator import itemgetter, or_

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from accounts.models import User
from cases.models import CaseImport, Contradiction, ImportCount, ListRow
from cases.value_labels import GROUP, CodedField, ValueLabels, value_labels_of
from frameworks import CaseRule, Framework
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from refusals import Refused

State = Contradiction.State
#: The kinds of rules that look at more than one list.
BETWEEN_LISTS = frozenset({"only-on", "not-both", "same-in-all", "codes-only-on", "yes-only-on"})
#: A child (by id), the key of a rule, and the list whose duty it counts for.
Found = tuple[int, str, str]


def rules_between_lists(framework: Framework) -> tuple[CaseRule, ...]:
    """The framework's rules that lead to contradictions."""
    return tuple(rule for rule in framework.case_rules if rule.kind in BETWEEN_LISTS and rule.level != "warning")


def find_contradictions(case_import: CaseImport) -> None:
    """Find the contradictions in the lists as the import left them, and settle those that no longer exist.

    A contradiction that still exists keeps its state and explanation. Call it in the transaction that applies the
    import, after the lists were counted.
    """
    standing = {
        (child, rule, case_list): pk
        for pk, child, rule, case_list in Contradiction.objects.filter(inspection=case_import.inspection_id)
        .exclude(state=State.SETTLED)
        .values_list("pk", "child_id", "rule", "list")
    }
    found = set(_found(case_import))
    Contradiction.objects.bulk_create(
        (
            Contradiction(
                inspection_id=case_import.inspection_id, child_id=child, rule=rule, list=case_list, found_in=case_import
            )
            for child, rule, case_list in sorted(found - standing.keys())
        ),
        batch_size=2000,
    )
    gone = [standing[each] for each in standing.keys() - found]
    for start in range(0, len(gone), 2000):
        Contradiction.objects.filter(pk__in=gone[start : start + 2000]).update(
            state=State.SETTLED, settled_in=case_import
        )


def _found(case_import: CaseImport) -> Iterator[Found]:
    labels = value_labels_of(case_import.inspection.framework)
    rows = ListRow.objects.filter(inspection=case_import.inspection_id, until=None).order_by()
    known = set(
        ImportCount.objects.filter(case_import__inspection=case_import.inspection_id, field="").values_list(
            "list", flat=True
        )
    )
    rules = rules_between_lists(labels.framework)
    yield from _in_one_row(_statements(rules, known, labels), rows)
    shared = [rule for rule in rules if rule.kind in ("not-both", "same-in-all")]
    if shared:
        several = rows.values("child").annotate(lists=Count("list")).filter(lists__gt=1).values("child")
        yield from _on_several_lists(shared, rows.filter(child__in=several), labels)


def _statements(rules: Sequence[CaseRule], known: set[str], labels: ValueLabels) -> list[tuple[CaseRule, Q]]:
    """What a single row may say that breaks a rule, depending on the other lists that the child is on."""
    found = []
    for rule in rules:
        # While a list has not been imported, nobody knows who is not on it.
        if rule.kind.endswith("only-on") and known.issuperset(rule.on):
            there = Q(list__in=rule.lists) if rule.lists else Q()
            found += [(rule, there & ~Q(list__in=rule.on) & _says(rule, field, labels)) for field in rule.fields]
        elif rule.kind == "not-both":
            pairs = combinations(rule.fields, 2)
            found += [(rule, Q(**{f"values__{one}": "yes", f"values__{other}": "yes"})) for one, other in pairs]
    return found


def _in_one_row(statements: Sequence[tuple[CaseRule, Q]], rows: QuerySet[ListRow]) -> Iterator[Found]:
    """Rows with a value that only children on one of the lists `on` can have, for children who are on none of them, and
    rows that say yes to two things at once, for children on no other list.

    All rules are looked for in one pass over the rows, since there may be hundreds of thousands.
    """
    if not statements:
        return
    said = {
        f"said_{place}": ExpressionWrapper(each, output_field=BooleanField())
        for place, (_, each) in enumerate(statements)
    }
    found = rows.filter(reduce(or_, (each for _, each in statements))).annotate(**said)
    told = found.values_list("child_id", "list", *said).iterator()
    while batch := list(islice(told, 2000)):
        lists: dict[int, set[str]] = {}
        for child, case_list in rows.filter(child__in={each[0] for each in batch}).values_list("child_id", "list"):
            lists.setdefault(child, set()).add(case_list)
        for child, case_list, *says in batch:
            for (rule, _), is_said in zip(statements, says, strict=True):
                on = lists[child]
                if is_said and (len(on) == 1 if rule.kind == "not-both" else on.isdisjoint(rule.on)):
                    yield child, rule.key, case_list


def _says(rule: CaseRule, field: str, labels: ValueLabels) -> Q:
    if rule.kind == "yes-only-on":
        return Q(**{f"values__{field}": "yes"})
    if rule.kind == "codes-only-on":
        return Q(**{f"values__{field}__in": [*rule.codes, *_groups_within(labels.coded[field], rule.codes)]})
    return Q(values__has_key=field)


def _groups_within(coded: CodedField, codes: Sequence[str]) -> list[str]:
    """The stored groups whose codes are all among these. A value may be known by its group only."""
    found = []
    for group in coded.groups:
        within = [code for code in coded.stored_in(group.key) if not code.startswith(GROUP)]
        if within and set(within) <= set(codes):
            found.append(f"{GROUP}{group.key}")
    return found


def _on_several_lists(rules: Sequence[CaseRule], rows: QuerySet[ListRow], labels: ValueLabels) -> Iterator[Found]:
    """What a child's lists contradict each other about. It counts for the first of them."""
    order = [case_list.key for case_list in labels.framework.case_lists]
    there = rows.order_by("child_id").values_list("child_id", "list", "values")
    for child, found in groupby(there.iterator(), key=itemgetter(0)):
        said = {case_list: values for _, case_list, values in found}
        first = min(said, key=lambda key: order.index(key) if key in order else len(order))
        for rule in rules:
            if _says_both(rule, said) if rule.kind == "not-both" else differing(rule, said, labels):
                yield child, rule.key, first


def _says_both(rule: CaseRule, said: Mapping[str, Mapping[str, str]]) -> bool:
    yes = {field for field in rule.fields for values in said.values() if values.get(field) == "yes"}
    return len(yes) > 1 or len(said.keys() & set(rule.on)) > 1


def differing(rule: CaseRule, said: Mapping[str, Mapping[str, str]], labels: ValueLabels) -> list[str]:
    """The fields of a rule for which a child's lists say different things. `said` has the values by list."""
    return [
        field
        for field in rule.fields
        if _differ({values[field] for values in said.values() if field in values}, labels.coded.get(field))
    ]


def _differ(stored: set[str], coded: CodedField | None) -> bool:
    """Whether these values differ. A code does not differ from the group it is in."""
    if len(stored) < 2 or coded is None:
        return len(stored) > 1
    groups = {coded.group_of(each) for each in stored}
    return len(groups) > 1 or len({each for each in stored if not each.startswith(GROUP)}) > 1


@transaction.atomic
def explain(*, contradiction: Contradiction, note: str, by: User | None, now: datetime) -> bool:
    """Explain why a contradiction is correct. Returns False if it already has this explanation.

    The explanation lasts as long as the contradiction. Raises Refused if it has been settled, and without an
    explanation. The record holds the rule and the list, but not the note or the child.
    """
    row = _held(contradiction)
    if not note.strip():
        raise Refused("Say why it is right as it is.", field="note")
    if row.state == State.EXPLAINED and row.note == note:
        return False
    _note(row, State.EXPLAINED, note, by, now)
    audit.record(row.inspection, by=by, verb="contradiction explained", subject=_subject(row), now=now)
    return True


@transaction.atomic
def reopen(*, contradiction: Contradiction, by: User | None, now: datetime) -> bool:
    """Remove an explanation. Returns False if there is none. Raises Refused if the contradiction has been settled."""
    row = _held(contradiction)
    if row.state == State.OPEN:
        return False
    _note(row, State.OPEN, "", by, now)
    audit.record(row.inspection, by=by, verb="contradiction opened again", subject=_subject(row), now=now)
    return True


def _held(contradiction: Contradiction) -> Contradiction:
    inspection = locked_unless_withdrawn(contradiction.inspection)
    row = Contradiction.objects.get(pk=contradiction.pk)
    row.inspection = inspection
    if row.state == State.SETTLED:
        raise Refused("An import has settled this contradiction since, so there is nothing to explain.")
    return row


def _note(row: Contradiction, state: State, note: str, by: User | None, now: datetime) -> None:
    row.state, row.note, row.noted_by, row.noted_at = state, note, by, now
    row.save(update_fields=["state", "note", "noted_by", "noted_at"])


def _subject(row: Contradiction) -> str:
    framework = row.inspection.framework
    return next((each.short for each in framework.case_lists if each.key == row.list), row.list)

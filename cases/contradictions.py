"""Contradictions between lists: found at each applied import, settled at the source, or explained by a case officer.

Which there are is the framework's: its rules that look at more than one list. A rule that is an error or a
contradiction is both; a warning has been said of the rows when they were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from cases.lists.words import GROUP, Coded, Words, words_of
from cases.models import CaseImport, Contradiction, ImportCount, ListRow
from frameworks import CaseRule, Framework
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from refusals import Refused

State = Contradiction.State
#: Kinds of rules that look at more than one list.
BETWEEN_LISTS = frozenset({"only-on", "not-both", "same-in-all", "codes-only-on", "yes-only-on"})
#: A child (by id), the key of a rule, and the list whose duty it counts for.
Found = tuple[int, str, str]


def rules_between_lists(framework: Framework) -> tuple[CaseRule, ...]:
    """The framework's rules whose breach is work for the case officers."""
    return tuple(rule for rule in framework.case_rules if rule.kind in BETWEEN_LISTS and rule.level != "warning")


def find_contradictions(case_import: CaseImport) -> None:
    """Find the contradictions in the lists as an applied import has left them, and settle those that are no more.

    One that stays keeps its state and its explanation. Call it where the import is applied, in its transaction, after
    its counts were kept.
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
    words = words_of(case_import.inspection.framework)
    rows = ListRow.objects.filter(inspection=case_import.inspection_id, until=None).order_by()
    known = set(
        ImportCount.objects.filter(case_import__inspection=case_import.inspection_id, field="").values_list(
            "list", flat=True
        )
    )
    rules = rules_between_lists(words.framework)
    for rule in rules:
        # Of a list that is not here nobody can say who is not on it.
        if rule.kind.endswith("only-on") and known.issuperset(rule.on):
            yield from _only_on(rule, rows, words)
    shared = [rule for rule in rules if rule.kind in ("not-both", "same-in-all")]
    if shared:
        several = rows.values("child").annotate(lists=Count("list")).filter(lists__gt=1).values("child")
        yield from _on_several_lists(shared, rows.filter(child__in=several), words)
        for rule in shared:
            if rule.kind == "not-both":
                yield from _on_one_list(rule, rows.exclude(child__in=several))


def _only_on(rule: CaseRule, rows: QuerySet[ListRow], words: Words) -> Iterator[Found]:
    """Rows that say something that only children on one of the lists `on` can have, of a child that is on none."""
    elsewhere = rows.filter(child=OuterRef("child"), list__in=rule.on)
    there = rows.filter(list__in=rule.lists) if rule.lists else rows
    for field in rule.fields:
        said = there.filter(_says(rule, field, words)).filter(~Exists(elsewhere))
        for child, case_list in said.values_list("child_id", "list").iterator():
            yield child, rule.key, case_list


def _says(rule: CaseRule, field: str, words: Words) -> Q:
    if rule.kind == "yes-only-on":
        return Q(**{f"values__{field}": "yes"})
    if rule.kind == "codes-only-on":
        return Q(**{f"values__{field}__in": [*rule.codes, *_groups_within(words.coded[field], rule.codes)]})
    return Q(values__has_key=field)


def _groups_within(coded: Coded, codes: Sequence[str]) -> list[str]:
    """Stored forms of the groups all of whose codes are among these, for values of which only the group is known."""
    found = []
    for group in coded.groups:
        within = [code for code in coded.stored_in(group.key) if not code.startswith(GROUP)]
        if within and set(within) <= set(codes):
            found.append(f"{GROUP}{group.key}")
    return found


def _on_several_lists(rules: Sequence[CaseRule], rows: QuerySet[ListRow], words: Words) -> Iterator[Found]:
    """What the lists of a child contradict one another in; it counts for the first of them."""
    order = [case_list.key for case_list in words.framework.case_lists]
    there = rows.order_by("child_id").values_list("child_id", "list", "values")
    for child, found in groupby(there.iterator(), key=itemgetter(0)):
        said = {case_list: values for _, case_list, values in found}
        first = min(said, key=lambda key: order.index(key) if key in order else len(order))
        for rule in rules:
            if _says_both(rule, said) if rule.kind == "not-both" else differing(rule, said, words):
                yield child, rule.key, first


def _says_both(rule: CaseRule, said: Mapping[str, Mapping[str, str]]) -> bool:
    yes = {field for field in rule.fields for values in said.values() if values.get(field) == "yes"}
    return len(yes) > 1 or len(said.keys() & set(rule.on)) > 1


def _on_one_list(rule: CaseRule, rows: QuerySet[ListRow]) -> Iterator[Found]:
    """Rows that say yes to more than one of the fields by themselves."""
    for first, second in combinations(rule.fields, 2):
        said = rows.filter(**{f"values__{first}": "yes", f"values__{second}": "yes"})
        for child, case_list in said.values_list("child_id", "list").iterator():
            yield child, rule.key, case_list


def differing(rule: CaseRule, said: Mapping[str, Mapping[str, str]], words: Words) -> list[str]:
    """The fields of a rule in which lists say different things of one child: `said` has the values by list."""
    return [
        field
        for field in rule.fields
        if _differ({values[field] for values in said.values() if field in values}, words.coded.get(field))
    ]


def _differ(stored: set[str], coded: Coded | None) -> bool:
    """Whether these are different things: a code and the group that it is in are not."""
    if len(stored) < 2 or coded is None:
        return len(stored) > 1
    groups = {coded.group_of(each) for each in stored}
    return len(groups) > 1 or len({each for each in stored if not each.startswith(GROUP)}) > 1


@transaction.atomic
def explain(*, contradiction: Contradiction, note: str, by: User | None, now: datetime) -> bool:
    """Say why a contradiction is right as it is; False where it was explained in these words already.

    The explanation stands for as long as the contradiction does. Raises Refused where it is settled by now, and without
    a reason. The record holds the rule and the list, never the note nor the child.
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
    """Take an explanation back; False where there is none. Raises Refused where the contradiction is settled by now."""
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

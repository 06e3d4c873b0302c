"""Checks of one row, from the rules of a framework's case lists. `frameworks.cases` lists the kinds of rules.

A check uses the values that were read without error. If one of its fields is faulty, the rule skips the row, so that
one mistake is reported once. `row_comparison` has the rules about several rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cases.reading.cells import Days
from cases.reading.dates import in_words
from cases.reading.results import ERROR, WARNING, Level
from codesets import Recogniser
from frameworks import CaseRule, Framework

GROUP = "group:"
YES, NO = "yes", "no"
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in a row: the field, the level and the message.

    `is_lack` is true if a field that is needed is empty, `is_both` if the row says two things that exclude each other.
    """

    field: str
    level: Level
    kind: str
    message: str
    is_lack: bool = False
    is_both: bool = False


Check = Callable[[Values, frozenset[str], frozenset[str]], Finding | None]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """The check of a rule, for rows on its `lists` (all if empty) without faults in its `fields`."""

    fields: frozenset[str]
    lists: frozenset[str]
    check: Check

    def is_for(self, on: frozenset[str]) -> bool:
        """Whether it applies to a row on these lists."""
        return not self.lists or not self.lists.isdisjoint(on)


def row_checks(framework: Framework, days: Days, recognisers: Mapping[str, Recogniser]) -> list[RowCheck]:
    """The checks of one row, in the framework's order. Contradictions are checked later."""
    made = []
    for rule in framework.case_rules:
        check = _check(rule, framework, days, recognisers) if rule.level != "contradiction" else None
        if check is not None:
            made.append(RowCheck(frozenset(rule.fields), frozenset(rule.lists), check))
    return made


def needed_fields(framework: Framework, lists: Iterable[str]) -> frozenset[str]:
    """The fields that a rule needs on one of these lists. That rule reports their empty cells."""
    rules = [rule for rule in framework.case_rules if rule.kind == "needed" and rule.level != "contradiction"]
    return frozenset(key for rule in rules if not rule.lists or {*rule.lists} & {*lists} for key in rule.fields)


def birth_fields(framework: Framework) -> frozenset[str]:
    """The fields whose dates may be in the future, as far as a rule on expected births allows."""
    return frozenset(key for rule in framework.case_rules if rule.kind == "birth-expected" for key in rule.fields)


def _check(rule: CaseRule, framework: Framework, days: Days, recognisers: Mapping[str, Recogniser]) -> Check | None:
    match rule.kind:
        case "needed":
            return _needed(rule, days)
        case "in-order":
            return _in_order(rule)
        case "birth-expected":
            unborn = framework.field_with("unborn")
            return _birth_expected(rule, days, unborn.key if unborn else "")
        case "age-at-most":
            return _age_at_most(rule, days)
        case "needs-text":
            return _needs_text(rule, framework, recognisers)
        case "not-both":
            return _not_both(rule)
    return None


def _level(level: str) -> Level:
    return ERROR if level == ERROR else WARNING


def _needed(rule: CaseRule, days: Days) -> Check:
    on, level = days.on.isoformat(), _level(rule.level)

    def check(values: Values, _lists: frozenset[str], bad: frozenset[str]) -> Finding | None:
        for field in rule.fields:
            if field in values:
                continue
            # A faulty cell might have excused it, and has been reported already.
            if any(_excuses(values.get(each, ""), on) or each in bad for each in rule.unless):
                continue
            return Finding(field, level, rule.key, rule.text, is_lack=True)
        return None

    return check


def _excuses(value: str, on: str) -> bool:
    return value == YES or (value[:1].isdigit() and value <= on)


def _in_order(rule: CaseRule) -> Check:
    first, second = rule.fields
    within, level = _level(rule.within or rule.level), _level(rule.level)

    def check(values: Values, _lists: frozenset[str], _bad: frozenset[str]) -> Finding | None:
        start, end = values.get(first), values.get(second)
        if start is None or end is None or start <= end:
            return None
        before = (date.fromisoformat(start) - date.fromisoformat(end)).days
        found = within if rule.days is not None and before <= rule.days else level
        return Finding(
            second, found, rule.key, f"{rule.text} It is {before} {'day' if before == 1 else 'days'} before."
        )

    return check


def _birth_expected(rule: CaseRule, days: Days, unborn: str) -> Check:
    (field,) = rule.fields
    on, today = days.on.isoformat(), days.today.isoformat()
    latest = (days.on + timedelta(days=rule.days or 0)).isoformat()
    within, level = _level(rule.within or rule.level), _level(rule.level)

    def check(values: Values, _lists: frozenset[str], _bad: frozenset[str]) -> Finding | None:
        born = values.get(field)
        if born is None or born <= on:
            return None
        if born <= today:
            return Finding(field, WARNING, rule.key, f"The birth is after {in_words(days.on)}, the day of the list.")
        if values.get(unborn) == NO:
            return Finding(field, level, rule.key, "The birth is in the future, and the row says the child is born.")
        if born <= latest:
            return Finding(field, within, rule.key, "The birth is in the future: the child is taken to be unborn.")
        return Finding(field, level, rule.key, rule.text)

    return check


def _age_at_most(rule: CaseRule, days: Days) -> Check:
    (field,) = rule.fields
    age, level = rule.age or 0, _level(rule.level)
    # Anyone born on or before this date is older. Compared as text, so it need not be a real date.
    older = f"{days.on.year - age - 1:04}-{days.on.month:02}-{days.on.day:02}"

    def check(values: Values, _lists: frozenset[str], _bad: frozenset[str]) -> Finding | None:
        born = values.get(field)
        if born is None or born > older:
            return None
        return Finding(field, level, rule.key, f"{rule.text} The age is {_age(born, days.on)}.")

    return check


def _age(born: str, on: date) -> int:
    """Age in completed years; a birthday on 29 February falls on 1 March in other years."""
    day = date.fromisoformat(born)
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _needs_text(rule: CaseRule, framework: Framework, recognisers: Mapping[str, Recogniser]) -> Check | None:
    field, text = rule.fields
    recogniser = recognisers.get(field)
    if recogniser is None:
        return None
    explained = {each.key for each in framework.categories_of(framework.case_field(field)) if each.needs_text}
    level = _level(rule.level)
    # For each stored value: None if no text is needed, else the code's label, or "" if a person has to write it.
    known: dict[str, str | None] = {}

    def brings(value: str) -> str | None:
        if recogniser.group_of(value) not in explained:
            return None
        return "" if value.startswith(GROUP) or value in rule.codes else recogniser.label_of(value)

    def check(values: Values, _lists: frozenset[str], bad: frozenset[str]) -> Finding | None:
        value = values.get(field)
        if value is None or text in values:
            return None
        if value not in known:
            known[value] = brings(value)
        said = known[value]
        if said is None:
            return None
        if said:
            values[text] = said
            return None
        return Finding(text, level, rule.key, rule.text)

    return check


def _not_both(rule: CaseRule) -> Check:
    fields, on = rule.fields, (*rule.on, "", "")
    first, second = fields
    level = _level(rule.level)

    def check(values: Values, lists: frozenset[str], _bad: frozenset[str]) -> Finding | None:
        one, other = values.get(first), values.get(second)
        if one == NO or other == NO:
            return None
        if (one == YES or on[0] in lists) and (other == YES or on[1] in lists):
            return Finding(second, level, rule.key, rule.text, is_both=True)
        return None

    return check

"""Coded fields written as one column for each category with ticks in it, as in a list that follows Annex 4 item by
item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cases.reading.rules import GROUP, YES, Values
from frameworks import CaseField, Framework

# Stands between the keys of a field and a category. No key contains it.
_OF = "="
_TICKED = ("X", "Tick", "Ticked")


@dataclass(frozen=True, slots=True)
class Ticks:
    """The columns of one field, with what a tick in each stands for. `text` is the field that explains "other"."""

    field: str
    stands_for: tuple[tuple[str, str], ...]
    text: str = ""
    other: str = ""

    def ticked(self, values: Values) -> list[tuple[str, str]]:
        """The columns with a tick, and what each stands for."""
        found = [(key, stored) for key, stored in self.stands_for if values.get(key) == YES]
        if not found and self.other and self.text in values:
            return [(self.text, self.other)]
        return found


def tick_fields(framework: Framework) -> list[CaseField]:
    """A yes-no field for each category of each coded field, with the category's name."""
    return [
        replace(
            field,
            key=f"{field.key}{_OF}{category.key}",
            number=None,
            label=category.label,
            kind="yes-no",
            role=None,
            codes=None,
            categories=(),
            headings=(),
            also_says=(),
            yes=_TICKED,
            exported=False,
        )
        for field in framework.case_fields
        for category in framework.categories_of(field)
    ]


def base_key(key: str) -> str:
    """The key of the framework's field that a column belongs to."""
    return key.partition(_OF)[0]


def ticks_of(framework: Framework, fields: Iterable[CaseField]) -> list[Ticks]:
    """The fields of a sheet that are ticked. Fields with a column of their own are left out."""
    there = {each.key: each for each in fields}
    by_field: dict[str, list[str]] = {}
    for key in there:
        if base_key(key) != key and base_key(key) not in there:
            by_field.setdefault(base_key(key), []).append(key)
    return [Ticks(field, *_stands_for(framework, field, keys, there)) for field, keys in by_field.items()]


def _stands_for(
    framework: Framework, field: str, keys: Sequence[str], there: Mapping[str, CaseField]
) -> tuple[tuple[tuple[str, str], ...], str, str]:
    rules = [rule for rule in framework.case_rules if rule.kind == "needs-text" and rule.fields[0] == field]
    text = next((rule.fields[1] for rule in rules if rule.fields[1] in there), "")
    explained = [each.key for each in framework.categories_of(framework.case_field(field)) if each.needs_text]
    other = f"{GROUP}{explained[0]}" if text and len(explained) == 1 else ""
    return tuple((key, GROUP + key.partition(_OF)[2]) for key in keys), text, other

"""A coded field as a column for each of its categories, ticked: how a list looks that follows Annex 4 item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cases.reading.rules import GROUP, YES, Values
from frameworks import CaseField, Framework

# Between a field's key and its category's; no key has it in it.
_OF = "="
_TICKED = ("X", "Tick", "Ticked")


@dataclass(frozen=True, slots=True)
class Ticks:
    """The columns of one field: the key of each, with what a tick in it stands for; `text` is the field of "other"."""

    field: str
    stands_for: tuple[tuple[str, str], ...]
    text: str = ""
    other: str = ""

    def ticked(self, values: Values) -> list[tuple[str, str]]:
        """The columns in which there is a tick, with what it stands for."""
        found = [(key, stored) for key, stored in self.stands_for if values.get(key) == YES]
        if not found and self.other and self.text in values:
            return [(self.text, self.other)]
        return found


def tick_fields(framework: Framework) -> list[CaseField]:
    """A yes-no field for each category of each coded field, called as the category is."""
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
    """The key of the framework's field that a column is read for."""
    return key.partition(_OF)[0]


def ticks_of(framework: Framework, fields: Iterable[CaseField]) -> list[Ticks]:
    """The ticked fields of a sheet; a field that has a column of its own is not ticked."""
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

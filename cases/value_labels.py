"""Stored values in words, and the groups in which children are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cases.lists.bands import AGES, TIMES, UNBORN, UNKNOWN
from cases.recognisers import recogniser_of
from codesets import Recogniser
from frameworks import CaseField, Framework
from govuk.dates import short_date

YES_NO = {"yes": "Yes", "no": "No"}
NOT_KNOWN = "Not known"
GROUP = "group:"


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """A group in which children are counted, or by which a list is filtered. Its key is empty for an empty field."""

    key: str
    label: str


@dataclass(frozen=True)
class CodedField:
    """A coded field with its groups: the framework's categories if it has any, otherwise the code set's groups or
    codes.
    """

    recogniser: Recogniser
    groups: tuple[CountedGroup, ...]

    def label_of(self, stored: str) -> str:
        """The label of a stored value."""
        return self.recogniser.label_of(stored)

    def group_of(self, stored: str) -> str:
        """The key of the group that a stored value is counted in; empty if it is in none or in several."""
        if not stored:
            return UNKNOWN
        return self.recogniser.group_of(stored) or (stored if stored in self._codes else UNKNOWN)

    def stored_in(self, group: str) -> list[str]:
        """The stored forms of the single values in a group."""
        known = [code for code in self._codes if self.group_of(code) == group]
        return [*known, f"{GROUP}{group}"]

    @property
    def _codes(self) -> tuple[str, ...]:
        return tuple(code.code for code in self.recogniser.code_set.codes)


class ValueLabels:
    """The labels of one framework's fields and values."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.fields: Mapping[str, CaseField] = {field.key: field for field in framework.case_fields}
        self.coded: Mapping[str, CodedField] = {
            field.key: _coded(framework, field) for field in framework.case_fields if field.codes
        }

    def show(self, field: CaseField, stored: str) -> str:
        """A stored value as a page or a spreadsheet shows it; empty if it is blank."""
        if not stored:
            return ""
        if field.key in self.coded:
            return self.coded[field.key].label_of(stored)
        if field.kind == "date":
            return short_date(date.fromisoformat(stored))
        return YES_NO.get(stored, stored) if field.kind == "yes-no" else stored

    def groups_of(self, field: CaseField) -> tuple[CountedGroup, ...]:
        """The groups of a field in their order. The last one is for children with an empty field."""
        last = CountedGroup(UNKNOWN, NOT_KNOWN)
        if field.role == "birth":
            return (CountedGroup(UNBORN, "Unborn"), *(CountedGroup(band.key, band.label) for band in AGES), last)
        if field.role == "referral":
            return (*(CountedGroup(band.key, band.label) for band in TIMES), last)
        return (*self.coded[field.key].groups, last)

    def counted_on(self, case_list: str) -> tuple[CaseField, ...]:
        """The fields by which children on a list are counted: birth, referral, and coded fields with one code each.

        A field of one strand is not counted on a list of all strands, where it is mostly empty.
        """
        on = self.framework.case_list(case_list)
        return tuple(
            field
            for field in self.framework.fields_of(case_list)
            if (field.lists or field.applies_to in ("all", on.strand))
            and (field.role in ("birth", "referral") or self._has_one_code(field))
        )

    def _has_one_code(self, field: CaseField) -> bool:
        return field.key in self.coded and not self.coded[field.key].recogniser.code_set.several


def _coded(framework: Framework, field: CaseField) -> CodedField:
    recogniser = recogniser_of(framework, field)
    categories, codes = framework.categories_of(field), recogniser.code_set
    named = categories or codes.groups
    in_no_group = [] if categories else [code for code in codes.codes if not code.group]
    groups = [CountedGroup(each.key, each.label) for each in named]
    groups += [CountedGroup(code.code, code.label) for code in in_no_group]
    return CodedField(recogniser, tuple(groups))


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A framework that equals only itself, because its file is read once."""

    framework: Framework

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and other.framework is self.framework

    def __hash__(self) -> int:
        return id(self.framework)


@lru_cache(maxsize=32)
def _words(read: _Read) -> ValueLabels:
    return ValueLabels(read.framework)


def value_labels_of(framework: Framework) -> ValueLabels:
    """The labels of a framework, built once, because building them takes a while."""
    return _words(_Read(framework))

"""What the values of a list are called: stored forms in words, and the groups in which children are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cases.lists.bands import AGES, TIMES, UNBORN, UNKNOWN
from codesets import Recogniser, code_set
from frameworks import CaseField, Framework
from govuk.dates import short_date

YES_NO = {"yes": "Yes", "no": "No"}
NOT_KNOWN = "Not known"
GROUP = "group:"


@dataclass(frozen=True, slots=True)
class Group:
    """A group in which children are counted, or by which a list is narrowed; its key is empty where nothing is said."""

    key: str
    label: str


@dataclass(frozen=True)
class Coded:
    """The values of one coded field: the framework's categories where it has some, else the code set's groups, else
    its codes.
    """

    recogniser: Recogniser
    groups: tuple[Group, ...]

    def label_of(self, stored: str) -> str:
        """The words to show for a stored value."""
        return self.recogniser.label_of(stored)

    def group_of(self, stored: str) -> str:
        """The key of the group that a stored value is counted in; empty where it is in none or in several."""
        if not stored:
            return UNKNOWN
        return self.recogniser.group_of(stored) or (stored if stored in self._codes else UNKNOWN)

    def stored_in(self, group: str) -> list[str]:
        """The stored forms of single values that are counted in a group."""
        known = [code for code in self._codes if self.group_of(code) == group]
        return [*known, f"{GROUP}{group}"]

    @property
    def _codes(self) -> tuple[str, ...]:
        return tuple(code.code for code in self.recogniser.code_set.codes)


class Words:
    """The words of one framework's lists."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.fields: Mapping[str, CaseField] = {field.key: field for field in framework.case_fields}
        self.coded: Mapping[str, Coded] = {
            field.key: _coded(framework, field) for field in framework.case_fields if field.codes
        }

    def show(self, field: CaseField, stored: str) -> str:
        """A stored value as a page or a spreadsheet shows it; empty for a blank one."""
        if not stored:
            return ""
        if field.key in self.coded:
            return self.coded[field.key].label_of(stored)
        if field.kind == "date":
            return short_date(date.fromisoformat(stored))
        return YES_NO.get(stored, stored) if field.kind == "yes-no" else stored

    def groups_of(self, field: CaseField) -> tuple[Group, ...]:
        """The groups that children are counted in by this field, in their order; last those of whom nothing is said."""
        last = Group(UNKNOWN, NOT_KNOWN)
        if field.role == "birth":
            return (Group(UNBORN, "Unborn"), *(Group(band.key, band.label) for band in AGES), last)
        if field.role == "referral":
            return (*(Group(band.key, band.label) for band in TIMES), last)
        return (*self.coded[field.key].groups, last)

    def counted_on(self, case_list: str) -> tuple[CaseField, ...]:
        """The fields by which children of a list are counted: birth, referral, and codes of which a child has one.

        A field that belongs to one strand is not counted on a list of all strands, where most cells of it are empty.
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


def _coded(framework: Framework, field: CaseField) -> Coded:
    codes = code_set(str(field.codes))
    categories = framework.categories_of(field)
    named = categories or codes.groups
    in_no_group = [] if categories else [code for code in codes.codes if not code.group]
    groups = [Group(each.key, each.label) for each in named]
    groups += [Group(code.code, code.label) for code in in_no_group]
    return Coded(Recogniser(codes, categories), tuple(groups))


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A framework that is equal to itself alone, as its file is read once."""

    framework: Framework

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and other.framework is self.framework

    def __hash__(self) -> int:
        return id(self.framework)


@lru_cache(maxsize=32)
def _words(read: _Read) -> Words:
    return Words(read.framework)


def words_of(framework: Framework) -> Words:
    """The words of a framework, made once: making a recogniser takes as long as reading thousands of values."""
    return _words(_Read(framework))

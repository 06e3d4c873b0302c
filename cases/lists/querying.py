"""A list narrowed, sorted and cut into pages, in the database: it may have hundreds of thousands of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.lists.bands import UNBORN, born_between
from cases.lists.counting import current_rows
from cases.lists.words import Words
from cases.models import Child, Contradiction, ImportCount, ListRow
from cases.state import Imported
from frameworks import CaseField
from govuk.text import one_line

PER_PAGE = 50
#: What an address says for a blank cell, where nothing said means that it does not matter.
BLANK = "-"
#: What a list can be sorted by; a minus before it turns it round.
SORTS = {"identifier": "child__folded", "born": "born", "referred": "referred"}
MOST_HITS = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to.

    groups         the group that each of these fields is in, by the field's key; `BLANK` for a blank one
    answers        yes, no or `BLANK`, by the key of a yes-no field
    contradicted   only children of whom a contradiction is open
    sort           a key of `SORTS`, a minus before it turned round
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    contradicted: bool = False
    sort: str = "identifier"

    @property
    def is_narrow(self) -> bool:
        return bool(self.groups or self.answers or self.contradicted)


def narrowed(inspection: int, case_list: str, wanted: Wanted, words: Words, *, on: date) -> QuerySet[ListRow]:
    """The rows of a list that are wanted, in order, each with its child; `on` is the as-at day, by which ages go.

    Raises KeyError for a group that there is not.
    """
    rows = current_rows(inspection, case_list)
    for key, group in wanted.groups.items():
        rows = rows.filter(_in_group(words, words.fields[key], group, case_list, on))
    for key, answer in wanted.answers.items():
        rows = rows.filter(~Q(values__has_key=key) if answer == BLANK else Q(**{f"values__{key}": answer}))
    if wanted.contradicted:
        standing = Contradiction.objects.filter(child=OuterRef("child"), state=Contradiction.State.OPEN)
        rows = rows.filter(Exists(standing))
    return rows.select_related("child").order_by(*_order(wanted.sort))


def _in_group(words: Words, of: CaseField, group: str, case_list: str, on: date) -> Q:
    if of.role != "birth":
        stored = words.coded[of.key].stored_in(group)
        return ~Q(values__has_key=of.key) if group == BLANK else Q(**{f"values__{of.key}__in": stored})
    unborn = words.framework.field_with("unborn", case_list)
    is_unborn = Q(**{f"values__{unborn.key}": "yes"}) if unborn else Q(pk=None)
    if group == BLANK:
        return Q(born=None) & ~is_unborn
    if group == UNBORN:
        return Q(born__gt=on) | (Q(born=None) & is_unborn)
    after, until = born_between(group, on)
    return Q(born__lte=until) & (Q(born__gt=after) if after else Q())


def _order(sort: str) -> list[Any]:
    """The order, in which no two rows have the same place, so that pages do not overlap."""
    column = F(SORTS[sort.removeprefix("-")])
    is_turned = sort.startswith("-")
    if sort.removeprefix("-") == "identifier":
        return [column.desc() if is_turned else column.asc()]
    return [column.desc(nulls_last=True) if is_turned else column.asc(nulls_last=True), F("pk").asc()]


class Pages(Paginator):
    """The pages of a list whose number of rows is known. What is beyond the middle is counted from the end.

    `known` is the number; None where the database has to count.
    """

    def __init__(self, rows: QuerySet[ListRow], known: int | None) -> None:
        super().__init__(rows, PER_PAGE)
        if known is not None:
            self.count = known

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        rows: QuerySet[ListRow] = self.object_list  # type: ignore[assignment]
        if first <= self.count / 2:
            return self._get_page(list(rows[first:last]), number, self)
        turned = list(rows.reverse()[self.count - last : self.count - first])
        return self._get_page(turned[::-1], number, self)


def known_number(case_list: str, wanted: Wanted, last: Imported) -> int | None:
    """How many rows are wanted, where the counts kept with the last import of the list say it; else None."""
    if not wanted.is_narrow:
        return last.count
    if wanted.answers or wanted.contradicted or len(wanted.groups) > 1:
        return None
    ((key, group),) = wanted.groups.items()
    kept = ImportCount.objects.filter(
        case_import=last.import_key, list=case_list, field=key, value="" if group == BLANK else group
    )
    return kept.values_list("count", flat=True).first() or 0


def found_children(inspection: int, identifier: str) -> list[Child]:
    """The children whose identifier is, or has in it, what was typed; an exact one alone; at most so many.

    Compared as identifiers are, without case and spaces around. None for nothing typed.
    """
    folded = one_line(identifier).casefold()
    if not folded:
        return []
    children = Child.objects.filter(inspection=inspection)
    exact = list(children.filter(folded=folded))
    return exact or list(children.filter(folded__contains=folded).order_by("folded")[: MOST_HITS + 1])

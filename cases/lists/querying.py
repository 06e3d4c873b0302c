"""Filter, sort and page a list in the database, because it can have hundreds of thousands of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.lists.bands import UNBORN, born_between
from cases.lists.counting import current_rows
from cases.models import Child, Contradiction, ImportCount, ListRow
from cases.state import ImportedList
from cases.value_labels import ValueLabels
from frameworks import CaseField
from govuk.text import one_line

PER_PAGE = 50
#: Stands for an empty field in addresses, in which no value means any value.
BLANK = "-"
#: What a list can be sorted by. A minus before the key sorts in descending order.
SORTS = {"identifier": "child__folded", "born": "born", "referred": "referred"}
MOST_HITS = 50


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which rows of a list are wanted.

    groups         the group that each of these fields is in, by the field's key; `BLANK` for an empty field
    answers        yes, no or `BLANK`, by the key of a yes-no field
    contradicted   only children with an open contradiction
    sort           a key of `SORTS`; with a minus before it, in descending order
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    contradicted: bool = False
    sort: str = "identifier"

    @property
    def is_narrow(self) -> bool:
        return bool(self.groups or self.answers or self.contradicted)


def narrowed(inspection: int, case_list: str, wanted: ListQuery, labels: ValueLabels, *, on: date) -> QuerySet[ListRow]:
    """The rows that are wanted, in order, each with its child. Ages are counted on the as-at day `on`.

    Raises KeyError for an unknown group.
    """
    # That the child is of the inspection as well lets the database go through the identifiers in their order.
    rows = current_rows(inspection, case_list).filter(child__inspection=inspection)
    for key, group in wanted.groups.items():
        rows = rows.filter(_in_group(labels, labels.fields[key], group, case_list, on))
    for key, answer in wanted.answers.items():
        rows = rows.filter(~Q(values__has_key=key) if answer == BLANK else Q(**{f"values__{key}": answer}))
    if wanted.contradicted:
        standing = Contradiction.objects.filter(child=OuterRef("child"), state=Contradiction.State.OPEN)
        rows = rows.filter(Exists(standing))
    return rows.select_related("child").order_by(*_order(wanted.sort))


def _in_group(labels: ValueLabels, of: CaseField, group: str, case_list: str, on: date) -> Q:
    if of.role != "birth":
        stored = labels.coded[of.key].stored_in(group)
        return ~Q(values__has_key=of.key) if group == BLANK else Q(**{f"values__{of.key}__in": stored})
    unborn = labels.framework.field_with("unborn", case_list)
    is_unborn = Q(**{f"values__{unborn.key}": "yes"}) if unborn else Q(pk=None)
    if group == BLANK:
        return Q(born=None) & ~is_unborn
    if group == UNBORN:
        return Q(born__gt=on) | (Q(born=None) & is_unborn)
    after, until = born_between(group, on)
    return Q(born__lte=until) & (Q(born__gt=after) if after else Q())


def _order(sort: str) -> list[Any]:
    """A complete order, so that pages do not overlap."""
    column = F(SORTS[sort.removeprefix("-")])
    is_turned = sort.startswith("-")
    if sort.removeprefix("-") == "identifier":
        return [column.desc() if is_turned else column.asc()]
    return [column.desc(nulls_last=True) if is_turned else column.asc(nulls_last=True), F("pk").asc()]


class RowPages(Paginator):
    """A paginator that counts pages in the second half from the end, which is faster.

    `known` is the number of rows; None if the database has to count them.
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
            return Page(list(rows[first:last]), number, self)
        turned = list(rows.reverse()[self.count - last : self.count - first])
        return Page(turned[::-1], number, self)


def known_number(case_list: str, wanted: ListQuery, last: ImportedList) -> int | None:
    """The number of rows wanted, if the counts stored with the list's last import give it; otherwise None."""
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
    """Children whose identifier is or contains what was typed. An exact match is returned alone.

    Identifiers are compared without case and surrounding spaces. If nothing was typed, none are returned.
    """
    folded = one_line(identifier).casefold()
    if not folded:
        return []
    children = Child.objects.filter(inspection=inspection)
    exact = list(children.filter(folded=folded))
    return exact or list(children.filter(folded__contains=folded).order_by("folded")[: MOST_HITS + 1])

"""Grades and themes as they are shown: exactly to the case team, with small numbers hidden from everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audits.themes.counting import Figures, Group
from cases.lists.suppression import suppressed

HIDDEN = "Hidden"


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A grade or a theme with the number of its audits, None if that is hidden."""

    label: str
    count: int | None

    @property
    def shown(self) -> str:
        return HIDDEN if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """One table: the grades of the audits, or the themes that they name in answer to one question.

    total  what each number is of
    """

    key: str
    title: str
    groups: tuple[ShownGroup, ...]
    total: int

    @property
    def is_hidden(self) -> bool:
        """Whether everything in it is hidden, so that no table is worth showing."""
        return bool(self.groups) and all(each.count is None for each in self.groups)


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on the page. `grades` is None if the audits have no grades."""

    total: int
    left_out: int
    latest: datetime | None
    ungraded: int
    grades: ShownTable | None
    questions: tuple[ShownTable, ...]
    is_whole: bool

    @property
    def tables(self) -> tuple[ShownTable, ...]:
        return (*((self.grades,) if self.grades else ()), *self.questions)

    @property
    def says_nothing(self) -> bool:
        """Whether there is no number that could be shown."""
        return not self.total or all(table.is_hidden for table in self.tables)


def shown(found: Figures, *, is_whole: bool) -> Shown:
    """The figures for somebody of the case team (`is_whole`), or for somebody else.

    For others, the grades are a breakdown whose total is known. A theme is one too: the audits that name it and those
    that do not. So a theme is hidden if either is small.
    """
    grades = None
    if found.graded:
        counts = [each.count for each in found.grades]
        kept = counts if is_whole else suppressed([*counts, found.total - found.graded])[: len(counts)]
        groups = (ShownGroup(each.label, count) for each, count in zip(found.grades, kept, strict=True))
        grades = ShownTable("grades", "Grades", tuple(groups), found.total)
    questions = tuple(
        ShownTable(each.key, each.title, _themes(each.themes, found.total, is_whole=is_whole), found.total)
        for each in found.questions
    )
    return Shown(
        total=found.total,
        left_out=found.left_out,
        latest=found.latest,
        ungraded=found.total - found.graded if is_whole and grades else 0,
        grades=grades,
        questions=questions,
        is_whole=is_whole,
    )


def _themes(themes: Sequence[Group], total: int, *, is_whole: bool) -> tuple[ShownGroup, ...]:
    """The themes, most often named first. Hidden ones come last, in the framework's order, which tells nothing."""
    groups = [ShownGroup(each.label, each.count if is_whole else _kept(each.count, total)) for each in themes]
    return tuple(sorted(groups, key=lambda each: -1 if each.count is None else each.count, reverse=True))


def _kept(count: int, total: int) -> int | None:
    return suppressed([count, total - count])[0]


def chart_parts(table: ShownTable) -> list[tuple[str, int, str]]:
    """The grades as parts of a bar, those that are hidden as one."""
    parts = [
        (each.label.lower(), each.count, COLOURS[min(place, len(COLOURS) - 1)])
        for place, each in enumerate(table.groups)
        if each.count
    ]
    rest = table.total - sum(count for _, count, _ in parts)
    hidden = any(each.count is None for each in table.groups)
    return [*parts, ("hidden" if hidden else "without a grade", rest, "grey")] if rest else parts


#: From the best grade to the worst.
COLOURS = ("green", "blue", "yellow", "red", "purple", "teal")

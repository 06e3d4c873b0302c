"""What would be selected: identifiers looked up on the current lists, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from audits.models import SelectedCase
from audits.selecting.identifiers import LONGEST, more_than_once, shown
from cases.models import Child, ListRow
from cases.reading import fold_identifier
from frameworks import CaseSelection
from inspections.models import Inspection

#: As many zeros are tried before an identifier that is on no list, because spreadsheets drop them.
_MOST_ZEROS = 8
#: More identifiers than this at once are not looked up.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Examination:
    """The children that were found, in the order of their identifiers' entry, and every fault as a whole sentence.

    Nothing is selected as long as there is a fault.
    """

    children: tuple[Child, ...]
    faults: tuple[str, ...]


def examine(inspection: Inspection, selection: CaseSelection, identifiers: Sequence[str]) -> Examination:
    """Look up identifiers that should be added to a selection.

    Faults are: nothing named, an identifier twice, one that is on no current list of this inspection, a case that is
    selected already, and more cases than the selection has at most.
    """
    if not identifiers:
        return Examination((), ("Enter the identifiers of the cases. Nothing was named.",))
    if len(identifiers) > MOST:
        return Examination((), (f"Enter {MOST:,} identifiers or fewer. There are {len(identifiers):,}.",))
    wanted: dict[str, str] = {}
    for each in identifiers:
        wanted.setdefault(fold_identifier(each), each)
    found = _on_lists(inspection, wanted)
    cases = _selected(inspection)
    faults = [
        f"“{shown(each)}” is there {'twice' if count == 2 else f'{count} times'}. Name each case once."
        for each, count in more_than_once(identifiers).items()
    ]
    nearly = _nearly(inspection, [folded for folded in wanted if folded not in found])
    good = []
    for folded, each in wanted.items():
        child = found.get(folded)
        if child is None:
            faults.append(_on_no_list(each, nearly.get(folded)))
        elif child.pk in cases:
            faults.append(_selected_already(each, cases[child.pk], selection, inspection))
        else:
            good.append(child)
    there = sum(case.selection == selection.key for case in cases.values())
    faults.extend(_too_many(selection, there, len(good)))
    return Examination(tuple(good), tuple(faults))


def _on_lists(inspection: Inspection, folded: dict[str, str]) -> dict[str, Child]:
    """The children of the inspection with these identifiers who are on a current list."""
    current = ListRow.objects.filter(child=OuterRef("pk"), until=None)
    short = [each for each in folded if len(each) <= LONGEST * 3]
    children = Child.objects.filter(Exists(current), inspection=inspection, folded__in=short)
    return {child.folded: child for child in children}


def _selected(inspection: Inspection) -> dict[int, SelectedCase]:
    """The selected cases by their child."""
    cases = SelectedCase.objects.filter(inspection=inspection, removed_at=None, child__isnull=False)
    return {case.child_id: case for case in cases if case.child_id}


def _nearly(inspection: Inspection, unknown: Sequence[str]) -> dict[str, str]:
    """For identifiers that are on no list: one that is and differs only in zeros at its beginning."""
    tried: dict[str, str] = {}
    for folded in unknown:
        bare = folded.lstrip("0")
        if bare and len(folded) <= LONGEST:
            tried |= {f"{'0' * zeros}{bare}": folded for zeros in range(_MOST_ZEROS + 1)}
    return {tried[folded]: child.identifier for folded, child in _on_lists(inspection, tried).items()}


def _on_no_list(identifier: str, nearly: str | None) -> str:
    if nearly is not None:
        return f"“{shown(identifier)}” is on none of the current lists, but “{nearly}” is."
    return f"“{shown(identifier)}” is on none of the current lists. Check how it is written, or import the lists again."


def _selected_already(identifier: str, case: SelectedCase, selection: CaseSelection, inspection: Inspection) -> str:
    if case.selection == selection.key:
        return f"“{shown(identifier)}” is {case.title} already."
    others = {each.key: each.title for each in inspection.framework.case_selections}
    where = others.get(case.selection, case.selection)
    return f"“{shown(identifier)}” is selected already: it is {case.title}, under “{where}”."


def _too_many(selection: CaseSelection, there: int, more: int) -> list[str]:
    most = selection.maximum
    if most is None or there + more <= most or not more:
        return []
    cases = "1 case" if most == 1 else f"{most} cases"
    if not there:
        return [f"There can be {cases}, and these are {more}."]
    if there >= most:
        return [f"There can be {cases}, and {there} are there. Take one out before you add another."]
    return [f"There can be {cases}, and {there} {'is' if there == 1 else 'are'} there, so add {most - there} at most."]

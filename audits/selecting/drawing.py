"""A sample of the cases on the lists of an inspection, drawn by `audits.selecting.sampling`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.fields.json import KeyTextTransform

from audits.models import SelectedCase
from audits.selecting.sampling import Candidate, Stratum, draw
from cases.lists.bands import AGES, UNBORN, UNKNOWN, age_band
from cases.lists.counting import current_rows
from cases.state import cases_state
from cases.value_labels import NOT_KNOWN, ValueLabels, value_labels_of
from inspections.snapshot import Snapshot
from refusals import Refused

#: The seed and the size of a sample are whole numbers up to this one.
LARGEST = 2**31 - 1
#: The bands of the domain's rule, and one for children whose age is not known. An unborn child is under 1.
_BANDS = [*(band.key for band in AGES), UNKNOWN]
_LABELS = [*(band.label for band in AGES), f"Age {NOT_KNOWN.lower()}"]
_SPREAD = ("placement", "ethnicity")


@dataclass(frozen=True, slots=True)
class SampledStratum:
    """A stratum of a sample in words: "Children in need, 5 to 9", how many cases there are, and which are drawn."""

    label: str
    population: int
    cases: tuple[str, ...]

    @property
    def drawn(self) -> int:
        return len(self.cases)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: the identifiers in the order of the strata, and every stratum that has anybody in it."""

    seed: int
    strata: tuple[SampledStratum, ...]

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(case for stratum in self.strata for case in stratum.cases)

    @property
    def population(self) -> int:
        return sum(stratum.population for stratum in self.strata)


def draw_sample(snapshot: Snapshot, *, seed: int, size: int, without_selected: bool = False) -> Sample:
    """Draw `size` cases from the current lists; the same lists, seed and size give the same cases.

    `without_selected` leaves out cases that are selected already. Raises Refused for a seed or a size that is out of
    range, and if there are not so many cases.
    """
    if not 0 <= seed <= LARGEST:
        raise Refused(f"The seed must be a whole number from 0 to {LARGEST:,}.", field="seed")
    if not 1 <= size <= LARGEST:
        raise Refused("The size must be a whole number, 1 or more.", field="size")
    named = {}
    candidates = []
    for identifier, found in _candidates(snapshot, without_selected=without_selected):
        candidates.append(found)
        named[found.identifier] = identifier
    if not candidates:
        raise Refused("There is no case to draw. Import the case lists first.", field="size")
    if size > len(candidates):
        are = "There is only 1 case" if len(candidates) == 1 else f"There are only {len(candidates):,} cases"
        raise Refused(f"{are} to draw from. Enter {len(candidates):,} or fewer.", field="size")
    strata = (_in_words(snapshot, found, named) for found in draw(candidates, size=size, seed=seed))
    return Sample(seed, tuple(strata))


def _in_words(snapshot: Snapshot, found: Stratum, named: dict[str, str]) -> SampledStratum:
    on, band = found.place
    label = f"{snapshot.framework.case_lists[on].short}, {_LABELS[band].lower()}"
    return SampledStratum(label, found.population, tuple(named[folded] for folded in found.drawn))


def _candidates(snapshot: Snapshot, *, without_selected: bool) -> Iterator[tuple[str, Candidate]]:
    """Each child once, with its identifier as written: in the first list it is on, in the framework's order."""
    pk = snapshot.inspection.pk
    state, labels = cases_state(snapshot), value_labels_of(snapshot.framework)
    taken = SelectedCase.objects.filter(inspection=pk, removed_at=None, child__isnull=False)
    seen = set(taken.values_list("child__folded", flat=True)) if without_selected else set()
    children: dict[str, dict[str, Any]] = {}
    for place, each in enumerate(state.lists):
        day = each.last.day if each.last else snapshot.today
        for folded, identifier, born, *said in _rows(pk, each.case_list.key, labels):
            if folded in seen:
                continue
            child = children.setdefault(folded, {"identifier": identifier, "place": (place, _band(born, day))})
            for role, group in zip(_SPREAD, said, strict=True):
                child[role] = child.get(role) or group
    for folded, child in children.items():
        found = Candidate(folded, child["place"], child["placement"], child["ethnicity"])
        yield child["identifier"], found


def _band(born: date | None, day: date) -> int:
    band = age_band(born, day)
    return _BANDS.index(AGES[0].key if band == UNBORN else band)


def _rows(inspection: int, case_list: str, labels: ValueLabels) -> Iterator[tuple[Any, ...]]:
    """Of each row: the folded identifier, the identifier, the date of birth, and the groups by which it is spread."""
    fields = [labels.framework.field_with(role, case_list) for role in _SPREAD]
    coded = [field if field and field.key in labels.coded else None for field in fields]
    stored = {
        f"stored_{field.key}".replace("-", "_"): KeyTextTransform(field.key, "values") for field in coded if field
    }
    rows = current_rows(inspection, case_list).annotate(**stored)
    found = rows.values_list("child__folded", "child__identifier", "born", *stored)
    for folded, identifier, born, *values in found.iterator():
        left = iter(values)
        groups = [labels.coded[field.key].group_of(next(left) or "") if field else "" for field in coded]
        yield folded, identifier, born, *groups

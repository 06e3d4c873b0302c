"""The state of the case lists, derived from stored counts, contradictions and what was sent.

Nothing in it is child-level, so anyone who may see that there are lists may see all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.utils.timezone import localdate

from cases.models import UNDER_WAY, CaseExportSending, CaseImport, Contradiction, ImportCount, Survey
from database.prepared import PreparedTogether, columns, instance
from frameworks import CaseList
from inspections.snapshot import Snapshot

#: The last import of each list and the one before it, to show what changed.
LATEST = 2
_ASKS = frozenset({CaseImport.State.MAPPING, CaseImport.State.CHECKED})


@dataclass(frozen=True, slots=True)
class ImportedList:
    """A list as an applied import left it: how many are on it, on which day, and who imported it when.

    `import_key` is the import's id, which its counts are stored under.
    """

    count: int
    import_key: int
    number: int
    kind: str
    on: date | None
    at: datetime
    by: str | None

    @property
    def day(self) -> date:
        """The day that it describes: the as-at day, otherwise the day of the import."""
        return self.on or localdate(self.at)

    @property
    def is_stated_empty(self) -> bool:
        return self.kind == CaseImport.Kind.STATED_EMPTY


@dataclass(frozen=True, slots=True)
class ListState:
    """One list: its last import and the one before (None if there was none), and its contradictions."""

    case_list: CaseList
    last: ImportedList | None
    before: ImportedList | None
    contradictions: int
    explained: int

    @property
    def change(self) -> int | None:
        """How many more are on it than after the import before; None if there was none."""
        return self.last.count - self.before.count if self.last and self.before else None

    @property
    def missing(self) -> tuple[str, ...]:
        """What still has to be done before it can be sent, in words that say nothing about any child."""
        if self.last is None:
            return ("Not imported, nor stated to be empty.",)
        if self.contradictions:
            what = "contradiction is" if self.contradictions == 1 else "contradictions are"
            return (f"{self.contradictions:,} {what} still open.",)
        return ()

    @property
    def state(self) -> str:
        """`missing`, `contradicted` or `ready`."""
        return "missing" if self.last is None else "contradicted" if self.contradictions else "ready"


@dataclass(frozen=True, slots=True)
class SentExport:
    """An export that was recorded as sent, and its lists."""

    at: datetime
    by: str | None
    export: int
    recipient: str
    lists: frozenset[str]


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """The latest import, if it was not applied: its state, and how many errors it has."""

    number: int
    state: str
    at: datetime
    by: str | None
    errors: int

    @property
    def is_started(self) -> bool:
        """Whether the software is working on it."""
        return self.state in UNDER_WAY

    @property
    def asks(self) -> bool:
        """Whether it is waiting for a person."""
        return self.state in _ASKS


@dataclass(frozen=True, slots=True)
class RecordedSurvey:
    """What was recorded about a survey, and who recorded it last."""

    record: Survey
    by: str | None


@dataclass(frozen=True, slots=True)
class CasesState:
    """The lists in the framework's order, the first time all were sent, and the latest import if it is unfinished.

    `surveys` are what was recorded about surveys, by their keys.
    """

    lists: tuple[ListState, ...]
    sent: SentExport | None
    underway: UnfinishedImport | None
    surveys: Mapping[str, RecordedSurvey]

    @property
    def missing(self) -> tuple[ListState, ...]:
        """The lists that were never imported or stated to be empty."""
        return tuple(state for state in self.lists if state.last is None)

    @property
    def contradictions(self) -> int:
        return sum(state.contradictions for state in self.lists)

    def of(self, case_list: str) -> ListState:
        """One of the lists. Raises KeyError for an unknown list."""
        return {state.case_list.key: state for state in self.lists}[case_list]


def _totals(inspection: int) -> Any:
    return (
        ImportCount.objects.filter(
            case_import__inspection=inspection, case_import__state=CaseImport.State.APPLIED, field=""
        )
        .annotate(
            place=Window(
                RowNumber(), partition_by="list", order_by=("-case_import__applied_at", "-case_import__number")
            )
        )
        .filter(place__lte=LATEST)
        .order_by()
        .values_list(
            "list",
            "place",
            "count",
            "case_import_id",
            "case_import__number",
            "case_import__kind",
            "case_import__on",
            "case_import__applied_at",
            "case_import__applied_by__full_name",
        )
    )


_RECORDS = PreparedTogether(
    _totals,
    lambda inspection: (
        Contradiction.objects.filter(inspection=inspection)
        .exclude(state=Contradiction.State.SETTLED)
        .order_by()
        .values_list("list", "state")
        .annotate(number=Count("pk"))
    ),
    lambda inspection: (
        CaseExportSending.objects.filter(export__inspection=inspection)
        .order_by()
        .values_list("sent_at", "recorded_by__full_name", "export__number", "recipient", "export__lists")
    ),
    lambda inspection: (
        CaseImport.objects.filter(inspection=inspection)
        .order_by("-number")
        .values_list("number", "state", "requested_at", "requested_by__full_name", "fault_counts")[:1]
    ),
    lambda inspection: (
        Survey.objects.filter(inspection=inspection).order_by().values_list("recorded_by__full_name", *columns(Survey))
    ),
)


def cases_state(snapshot: Snapshot) -> CasesState:
    """The state of the inspection's lists."""
    totals, contradictions, sendings, imports, surveys = _RECORDS(snapshot.inspection.pk)
    imported: dict[str, dict[int, ImportedList]] = defaultdict(dict)
    for case_list, place, *facts in totals:
        imported[case_list][place] = ImportedList(*facts)
    numbers = {(case_list, state): number for case_list, state, number in contradictions}
    lists = snapshot.framework.case_lists
    return CasesState(
        lists=tuple(
            ListState(
                case_list=case_list,
                last=imported[case_list.key].get(1),
                before=imported[case_list.key].get(2),
                contradictions=numbers.get((case_list.key, Contradiction.State.OPEN), 0),
                explained=numbers.get((case_list.key, Contradiction.State.EXPLAINED), 0),
            )
            for case_list in lists
        ),
        sent=_first_of_all(sendings, {case_list.key for case_list in lists}),
        underway=_underway(imports),
        surveys={each.record.key: each for each in (RecordedSurvey(instance(Survey, row), by) for by, *row in surveys)},
    )


def _first_of_all(sendings: Iterable[tuple[Any, ...]], keys: set[str]) -> SentExport | None:
    """The first sending of an export with all lists. Once met, the deadline stays met."""
    found = (SentExport(at, by, export, to, frozenset(lists)) for at, by, export, to, lists in sendings)
    return min((sent for sent in found if sent.lists >= keys), key=attrgetter("at", "export"), default=None)


def _underway(imports: Iterable[tuple[Any, ...]]) -> UnfinishedImport | None:
    for number, state, at, by, faults in imports:
        if state not in (CaseImport.State.APPLIED, CaseImport.State.DISCARDED):
            return UnfinishedImport(number, state, at, by, sum(_errors(each) for each in faults))
    return None


def _errors(faults: dict[str, Any]) -> int:
    """How many errors are in an entry of `CaseImport.fault_counts`."""
    return int(faults["count"]) if faults.get("level") == "error" else 0

"""What an evidence pack says about the case lists: how many children are on each, with small numbers hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.duties import sending_duties
from cases.lists.analysis import Breakdown, breakdowns, kept_counts
from cases.state import cases_state
from cases.value_labels import value_labels_of
from frameworks import CaseList
from inspections.duty import Duty
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PackList:
    """A list: how many are on it and on which day; None if it was never imported."""

    case_list: CaseList
    count: int | None
    on: date | None
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True)
class PackLists:
    """The lists in the framework's order, and the duty of sending them."""

    lists: tuple[PackList, ...]
    sending: tuple[Duty, ...]


def contents(snapshot: Snapshot) -> PackLists:
    """The lists as a pack shows them to anyone who opens it. Totals are never hidden (domain, section 5)."""
    state = cases_state(snapshot)
    kept = kept_counts(each.last for each in state.lists)
    labels = value_labels_of(snapshot.framework)
    return PackLists(
        lists=tuple(
            PackList(
                each.case_list,
                each.last.count if each.last else None,
                each.last.day if each.last else None,
                tuple(breakdowns(each, kept, labels, is_whole=False)),
            )
            for each in state.lists
        ),
        sending=tuple(sending_duties(snapshot, state)),
    )

"""How each focus group is prepared: always derived from who owns it, who attends and who was briefed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Window
from django.db.models.functions import RowNumber

from database.prepared import PreparedTogether
from focusgroups.models import Attendee, Briefing
from frameworks import FocusGroup, Preparation
from govuk.dates import long_date
from inspections.duty import Owner
from inspections.snapshot import Snapshot


class Mark(NamedTuple):
    """One part of a group's preparation, as the framework names it, and whether it is done."""

    key: str
    label: str
    done: bool


@dataclass(frozen=True, slots=True)
class BriefingFact:
    """A briefing that counts; `sent_by` is the name of the person who recorded it."""

    sent_at: datetime
    note: str
    sent_by: str | None


class AttendeeFact(NamedTuple):
    """Somebody named to attend a group. A page has hundreds of them, so they are not model objects."""

    pk: int
    name: str
    role: str
    organisation: str
    email: str
    added_at: datetime


#: Attendees with their places in the order of names, and briefings that count.
_RECORDS = PreparedTogether(
    lambda inspection: (
        Attendee.objects.filter(inspection=inspection, removed_at=None)
        .order_by()
        .annotate(place=Window(RowNumber(), order_by=("name", "pk")))
        .values_list("place", "group", "pk", "name", "role", "organisation", "email", "added_at")
    ),
    lambda inspection: Briefing.objects.filter(inspection=inspection, undone_at=None).values_list(
        "sent_at", "pk", "group", "note", "sent_by__full_name"
    ),
)


@dataclass(frozen=True, slots=True)
class GroupState:
    """The state of one group.

    briefed_at   when the latest briefing that counts was sent, None if none was; by whom recorded, with what note
    unbriefed    attendees added since then
    preparation  the marks that the framework asks for and that are recorded, in its order
    missing      what is missing, in words; empty when prepared
    depends      a sentence saying on which cases it depends who takes part; empty once they are selected
    """

    group: FocusGroup
    owners: tuple[Owner, ...]
    attendees: tuple[AttendeeFact, ...]
    briefed_at: datetime | None
    briefed_by: str | None
    briefing_note: str
    unbriefed: tuple[AttendeeFact, ...]
    preparation: tuple[Mark, ...]
    missing: tuple[str, ...]
    depends: str

    @property
    def item(self) -> str:
        return f"focus-group:{self.group.key}"

    @property
    def is_ready(self) -> bool:
        return not self.missing

    @property
    def state(self) -> str:
        """`tbc` without an owner, `ready` with everything, otherwise `to do` or `partial`."""
        if not self.owners:
            return "tbc"
        if self.is_ready:
            return "ready"
        return "partial" if self.attendees else "to do"


def states(snapshot: Snapshot) -> dict[str, GroupState]:
    """Every group of the framework by its key, in the framework's order."""
    named, sent = _RECORDS(snapshot.inspection.pk)
    attendees: dict[str, list[AttendeeFact]] = defaultdict(list)
    for _, group, *facts in sorted(named):
        attendees[group].append(AttendeeFact(*facts))
    # The latest briefing of a group counts.
    briefings = {group: BriefingFact(at, note, by) for at, _, group, note, by in sorted(sent)}
    return {
        group.key: state_of(
            group,
            owners=snapshot.owners_of(f"focus-group:{group.key}"),
            attendees=tuple(attendees[group.key]),
            briefing=briefings.get(group.key),
            preparation=snapshot.framework.preparation,
            depends=depends_on(group, snapshot),
        )
        for group in snapshot.framework.focus_groups
    }


def depends_on(group: FocusGroup, snapshot: Snapshot) -> str:
    """Until the day on which the cases are selected that decide who takes part: a sentence that says so.

    Empty for groups that do not depend on selected cases, and from that day on.
    """
    if group.selection is None:
        return ""
    selection = snapshot.framework.case_selection(group.selection)
    step = snapshot.framework.step(selection.step)
    dated = snapshot.dated(step)
    first = dated.first if dated else None
    if first is not None and snapshot.today >= first:
        return ""
    number = dated.first_day if dated else step.first_day
    when = [f"day {number}"] if number is not None else []
    when += [long_date(first)] if first else []
    said = f"Who takes part depends on the cases that the {selection.chosen_by} select"
    return f"{said} on {', '.join(when)}." if when else f"{said}."


def state_of(
    group: FocusGroup,
    *,
    owners: tuple[Owner, ...],
    attendees: tuple[AttendeeFact, ...],
    briefing: BriefingFact | None,
    preparation: tuple[Preparation, ...],
    depends: str = "",
) -> GroupState:
    """The state of one group, from its records.

    `preparation` is what the framework asks for. Parts that are not recorded yet (the booking of its session) are not
    shown and not counted. `depends` is what `depends_on` says.
    """
    sent_at = briefing.sent_at if briefing else None
    unbriefed = tuple(row for row in attendees if sent_at is None or row.added_at > sent_at)
    lacks = {
        "owner": "" if owners else "No owner yet.",
        "attendees": "" if attendees else "No attendees named.",
        "briefed": _not_briefed(attendees, sent_at, unbriefed),
    }
    is_done = {
        "owner": bool(owners),
        "attendees": bool(attendees),
        "briefed": bool(attendees) and not unbriefed,
    }
    asked = [item for item in preparation if item.key in lacks]
    return GroupState(
        group=group,
        owners=owners,
        attendees=attendees,
        briefed_at=sent_at,
        briefed_by=briefing.sent_by if briefing else None,
        briefing_note=briefing.note if briefing else "",
        unbriefed=unbriefed,
        preparation=tuple(Mark(item.key, item.label, is_done[item.key]) for item in asked),
        missing=tuple(lacks[item.key] for item in asked if lacks[item.key]),
        depends=depends,
    )


def _not_briefed(
    attendees: tuple[AttendeeFact, ...], sent_at: datetime | None, unbriefed: tuple[AttendeeFact, ...]
) -> str:
    if not attendees or not unbriefed:
        return ""
    if sent_at is None:
        return "Attendees not briefed."
    return f"Added since the briefing: {', '.join(row.name for row in unbriefed)}."

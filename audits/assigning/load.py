"""How much each auditor has to do at present, and which cases have no auditor. Constant queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User
from audits.checks import auditors_of, audits_of, current_parts
from audits.models import Assignment, Audit
from inspections.models import Inspection

Part = Assignment.Part


@dataclass(frozen=True, slots=True)
class Load:
    """An auditor with the numbers of their cases: audits to write, submitted ones, and their other parts."""

    user: User
    open: tuple[int, ...] = ()
    submitted: tuple[int, ...] = ()
    contributions: tuple[int, ...] = ()
    moderations: tuple[int, ...] = ()

    @property
    def audits(self) -> int:
        return len(self.open) + len(self.submitted)

    @property
    def in_words(self) -> str:
        """The load as a list to choose from shows it: "Ann Example: 2 audits to write, 1 submitted"."""
        said = [f"{len(self.open)} audit{'' if len(self.open) == 1 else 's'} to write"]
        if self.submitted:
            said.append(f"{len(self.submitted)} submitted")
        for numbers, word in ((self.contributions, "contribution"), (self.moderations, "moderation")):
            if numbers:
                said.append(f"{len(numbers)} {word}{'' if len(numbers) == 1 else 's'}")
        return f"{self.user.full_name}: {', '.join(said) if self.total else 'nothing yet'}"

    @property
    def total(self) -> int:
        return self.audits + len(self.contributions) + len(self.moderations)


def loads(inspection: Inspection) -> list[Load]:
    """Every auditor of the council with their load in this inspection, in order of their names."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = current_parts(inspection.council_id).filter(audit__case__inspection=inspection, audit__case__removed_at=None)
    for user, part, number, submitted_at in rows.order_by("audit__case__number").values_list(
        "user", "part", "audit__case__number", "audit__submitted_at"
    ):
        kind = ("submitted" if submitted_at else "open") if part == Part.AUDITOR else part
        found[user][kind].append(number)
    return [
        Load(
            user,
            open=tuple(found[user.pk]["open"]),
            submitted=tuple(found[user.pk]["submitted"]),
            contributions=tuple(found[user.pk][Part.CONTRIBUTOR]),
            moderations=tuple(found[user.pk][Part.MODERATOR]),
        )
        for user in auditors_of(inspection.council_id)
    ]


def without_auditor(inspection: Inspection) -> list[Audit]:
    """The audits that nobody writes at present, by number. One that was submitted or erased needs nobody."""
    having = current_parts(inspection.council_id).filter(part=Part.AUDITOR).values("audit")
    rows = audits_of(inspection).filter(submitted_at=None, erased_at=None, case__child__isnull=False)
    return list(rows.exclude(pk__in=having).select_related("case"))

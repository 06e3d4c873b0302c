"""What is known of a moderation, and the agreement of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from audits.models import Answer, Assignment, Audit, Moderation, SelectedCase
from audits.moderating import kappa
from audits.moderating.rule import chosen
from audits.moderating.scale import Scale, grade_question
from frameworks import moderating
from inspections.models import Inspection

Part = Assignment.Part


@dataclass(frozen=True, slots=True)
class ModeratedAudit:
    """Both grades of an audit, in words, for those who may see them.

    current  the auditor's grade as it is now, if the audit was opened again after its moderation and has another one
    """

    row: Moderation
    first: str
    second: str
    agreed: str
    current: str

    @property
    def is_same(self) -> bool:
        return self.row.first_grade == self.row.grade


def moderated(audit: Audit, inspection: Inspection) -> ModeratedAudit | None:
    """The audit's moderation; None until the moderator has graded it."""
    row = (
        Moderation.objects.filter(audit=audit, graded_at__isnull=False)
        .select_related("moderator", "first_auditor", "agreed_by")
        .first()
    )
    if row is None:
        return None
    scale, question = Scale(inspection.framework), grade_question(inspection)
    answer = Answer.objects.filter(audit=audit, question=question.key).first() if question else None
    now = answer.text if answer else ""
    return ModeratedAudit(
        row=row,
        first=scale.label(row.first_grade),
        second=scale.label(row.grade),
        agreed=scale.label(row.agreed_grade),
        current=scale.label(now) if now != row.first_grade else "",
    )


@dataclass(frozen=True, slots=True)
class ModerationLine:
    """One audit in the table of moderations. The grades are empty until the moderator has given theirs."""

    number: int
    selection: str
    is_chosen: bool
    auditor: str
    moderator: str
    is_submitted: bool
    first: str
    second: str
    agreed: str

    @property
    def state(self) -> str:
        """A key of `govuk.components.STATES`."""
        if self.second:
            return "done" if self.agreed else "in progress"
        return "to do" if self.is_submitted and self.moderator else "waiting"

    @property
    def said(self) -> str:
        if self.second:
            return "Agreed" if self.agreed else "Grade to be agreed"
        if not self.moderator:
            return "No moderator yet"
        return "To be moderated" if self.is_submitted else "Not submitted yet"


@dataclass(frozen=True, slots=True)
class AuditorDifference:
    """How far one auditor's grades are from the moderators'."""

    name: str
    steps: Fraction
    number: int

    @property
    def in_words(self) -> str:
        """ "0.5 steps better than the moderator"."""
        if not self.steps:
            return "On average the same"
        size = abs(self.steps)
        steps = f"{float(size):.2f}".rstrip("0").rstrip(".")
        return f"{steps} step{'' if size == 1 else 's'} {'worse' if self.steps > 0 else 'better'} than the moderator"


@dataclass(frozen=True, slots=True)
class GridCell:
    """How many audits have one combination of grades."""

    number: int
    shade: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """The audits with one grade of their auditors, by the moderator's."""

    label: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far auditors and moderators agree.

    grid  how many audits have each combination, a row for each grade of the auditor, a column for the moderator's
    """

    labels: tuple[str, ...]
    grid: tuple[tuple[int, ...], ...]
    number: int
    same: int
    kappa: Fraction | None
    by_auditor: tuple[AuditorDifference, ...]

    @property
    def shaded(self) -> list[GridRow]:
        """The grid for a picture: each cell is shaded by its number, from 0 for none to 4 for the most."""
        most = max((number for row in self.grid for number in row), default=0)
        return [
            GridRow(
                label,
                tuple(
                    GridCell(number, -(-4 * number // most) if most else 0, is_same=place == column)
                    for column, number in enumerate(row)
                ),
            )
            for place, (label, row) in enumerate(zip(self.labels, self.grid, strict=True))
        ]

    @property
    def kappa_shown(self) -> str:
        return f"{float(self.kappa):.2f}".replace("-", "\N{MINUS SIGN}") if self.kappa is not None else ""

    @property
    def kappa_in_words(self) -> str:
        return kappa.in_words(self.kappa) if self.kappa is not None else ""

    @property
    def is_few(self) -> bool:
        return self.number < kappa.FEW


def agreement(inspection: Inspection, *, without: Iterable[int]) -> Agreement:
    """The agreement of all moderations, except those of the audits with these ids.

    A first or second grade that is not on the framework's scale cannot be compared, so such a pair is left out.
    """
    scale = Scale(inspection.framework)
    rows = (
        Moderation.objects.filter(
            audit__case__inspection=inspection,
            audit__case__removed_at=None,
            audit__erased_at=None,
            graded_at__isnull=False,
        )
        .exclude(audit__in=set(without))
        .values_list("first_grade", "grade", "first_auditor", "first_auditor__full_name")
    )
    pairs: list[kappa.Pair] = []
    by_auditor: dict[tuple[str, int], list[kappa.Pair]] = defaultdict(list)
    for first, second, auditor, name in rows:
        if first in scale.places and second in scale.places:
            pair = (scale.places[first], scale.places[second])
            pairs.append(pair)
            if auditor is not None:
                by_auditor[name, auditor].append(pair)
    return Agreement(
        labels=tuple(each.label for each in scale.grades),
        grid=tuple(tuple(row) for row in kappa.crossed(pairs, len(scale.grades))),
        number=len(pairs),
        same=sum(one == other for one, other in pairs),
        kappa=kappa.weighted_kappa(pairs),
        by_auditor=tuple(_difference(name, found) for (name, _), found in sorted(by_auditor.items())),
    )


def _difference(name: str, pairs: Sequence[kappa.Pair]) -> AuditorDifference:
    mean = kappa.mean_difference(pairs)
    return AuditorDifference(name, mean.steps, mean.number)


def chosen_cases(inspection: Inspection) -> frozenset[int]:
    """The numbers of the cases whose audits are moderated, by the plan's rule."""
    audited = [each.key for each in inspection.framework.case_selections if each.audit_step]
    ever = SelectedCase.objects.filter(inspection=inspection, selection__in=audited)
    return chosen(ever.values_list("number", "selection"), moderating(inspection.plan).one_in)


def moderation_lines(inspection: Inspection, *, without: Iterable[int]) -> list[ModerationLine]:
    """The audits that are moderated, or have a moderator without being chosen, in the order of the cases."""
    by_rule, hidden, scale = chosen_cases(inspection), set(without), Scale(inspection.framework)
    audits = Audit.objects.filter(case__inspection=inspection, case__removed_at=None, erased_at=None)
    people = _people(inspection)
    graded = {
        row.audit_id: row
        for row in Moderation.objects.filter(audit__in=audits, graded_at__isnull=False).select_related("moderator")
    }
    lines = []
    for audit in audits.select_related("case").order_by("case__number"):
        row, case = graded.get(audit.pk), audit.case
        moderator = row.moderator.full_name if row else people.get((audit.pk, Part.MODERATOR), "")
        if audit.pk in hidden or not (moderator or case.number in by_rule):
            continue
        lines.append(
            ModerationLine(
                number=case.number,
                selection=case.selection,
                is_chosen=case.number in by_rule,
                auditor=people.get((audit.pk, Part.AUDITOR), ""),
                moderator=moderator,
                is_submitted=audit.submitted_at is not None,
                first=scale.label(row.first_grade) if row else "",
                second=scale.label(row.grade) if row else "",
                agreed=scale.label(row.agreed_grade) if row else "",
            )
        )
    return lines


def _people(inspection: Inspection) -> Mapping[tuple[int, str], str]:
    """The names of the present auditors and moderators, by the audit's id and their part."""
    parts = Assignment.objects.filter(audit__case__inspection=inspection, ended_at=None)
    return {
        (audit, part): name
        for audit, part, name in parts.exclude(part=Part.CONTRIBUTOR).values_list("audit", "part", "user__full_name")
    }

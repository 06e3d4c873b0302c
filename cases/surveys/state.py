"""The state of the surveys: whether each was passed on, and how many letters were sent."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from cases.exports.tables import applied_lists
from cases.models import Survey
from cases.surveys.recipients import counted_from, rows_for
from frameworks import FrameworkSurvey
from inspections.dated import DatedStep
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Letters:
    """How many children should get a letter, how many were sent it, and how many were not for a reason.

    `last_at` is when the last of these was recorded; None if none was.
    """

    children: int
    sent: int
    not_sent: int
    last_at: datetime | None

    @property
    def undecided(self) -> int:
        return self.children - self.sent - self.not_sent


@dataclass(frozen=True, slots=True)
class SurveyState:
    """One survey. `record` is what has been recorded about it. `letters` is None if the survey has no letter or its
    lists are not imported yet; `lacking` names those lists.
    """

    survey: FrameworkSurvey
    record: Survey | None
    dated: DatedStep | None
    letters: Letters | None
    lacking: tuple[str, ...]

    @property
    def sent_at(self) -> datetime | None:
        return self.record.sent_at if self.record else None

    @property
    def missing(self) -> tuple[str, ...]:
        """What still has to be done, in words that say nothing about any child."""
        if self.survey.letter is None:
            return () if self.sent_at else ("Not recorded as passed on.",)
        if self.lacking:
            return tuple(f"{title}: not imported, so it is not known who gets the letter." for title in self.lacking)
        assert self.letters is not None
        if self.letters.undecided:
            what = "letter is" if self.letters.undecided == 1 else "letters are"
            return (f"{self.letters.undecided} {what} not recorded as sent or not sent.",)
        return ()

    @property
    def done_at(self) -> datetime | None:
        """When it was done: the last letter recorded, or when it was passed on. None if it is not done, or if there is
        no child to get a letter.
        """
        if not self.is_done:
            return None
        return self.letters.last_at if self.letters else self.sent_at

    @property
    def is_done(self) -> bool:
        """Whether the survey was passed on and, if it has a letter, every child was sent it or has a reason why not."""
        return not self.missing


def survey_states(snapshot: Snapshot) -> list[SurveyState]:
    """The surveys in the framework's order."""
    framework, inspection = snapshot.framework, snapshot.inspection
    if not framework.surveys:
        return []
    records = {row.key: row for row in Survey.objects.filter(inspection=inspection).select_related("recorded_by")}
    imports = applied_lists(inspection) if any(survey.letter for survey in framework.surveys) else {}
    found = []
    for survey in framework.surveys:
        found.append(state_of(survey, snapshot, record=records.get(survey.key), imported=imports.keys()))
    return found


def state_of(
    survey: FrameworkSurvey, snapshot: Snapshot, *, record: Survey | None, imported: Container[str]
) -> SurveyState:
    """One survey, from what was recorded about it. `imported` are the lists that are known."""
    framework = snapshot.framework
    lists = survey.letter.lists if survey.letter else ()
    lacking = tuple(framework.case_list(key).short for key in lists if key not in imported)
    letters = _letters(survey, snapshot) if survey.letter and not lacking else None
    return SurveyState(survey, record, snapshot.dated(framework.step(survey.step)), letters, lacking)


def survey_state(snapshot: Snapshot, key: str) -> SurveyState | None:
    """One survey; None if the framework has no survey with this key."""
    return next((state for state in survey_states(snapshot) if state.survey.key == key), None)


def _letters(survey: FrameworkSurvey, snapshot: Snapshot) -> Letters:
    rows = rows_for(survey, snapshot.framework, snapshot.inspection.pk, counted_from(snapshot))
    of_this = Q(child__letters__survey__key=survey.key)
    found = rows.order_by().aggregate(
        children=Count("child", distinct=True),
        sent=Count("child", distinct=True, filter=of_this & Q(child__letters__was_sent=True)),
        not_sent=Count("child", distinct=True, filter=of_this & Q(child__letters__was_sent=False)),
        last_at=Max("child__letters__recorded_at", filter=of_this),
    )
    return Letters(**found)

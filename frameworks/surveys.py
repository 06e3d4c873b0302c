"""The surveys that an inspectorate has the council pass on."""

from dataclasses import dataclass
from typing import Annotated

from frameworks.model import Source
from frameworks.values import AT_LEAST_ONE, Key, Months, Prose, Table, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAudience(Table):
    """Who is to have a survey's letter, child by child: everybody on these case lists.

    Of those who have left care, only who left within so many months.
    """

    lists: Annotated[tuple[Key, ...], AT_LEAST_ONE]
    left_within_months: Months | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkSurvey(Table):
    """One survey: for whom, who passes it on, and by which step of the timetable. `letter` where it is sent by name."""

    key: Key
    title: Text
    audience: Text
    passed_on_by: Text
    explanation: Prose
    step: Key
    letter: SurveyAudience | None = None
    source: Source

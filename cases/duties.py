"""What is owed on the case lists: sending all of them by the framework's deadline, and having each one ready."""

from __future__ import annotations

from accounts.models import Role
from cases.state import CasesState, ListState, cases_state
from cases.surveys.state import SurveyState, state_of
from frameworks import Step
from govuk.addresses import address_of
from inspections.dated import DatedStep
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot

SENDING = DutyKind(
    prefix="step",
    noun="step",
    verb="Send",
    # The dashboard counts it with the other deadlines.
    heading="Other deadlines met",
    words=frozenset({"case-lists"}),
    is_step=True,
    list_url="cases:lists",
    role=Role.CASE_OFFICER,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
)
LIST = DutyKind(
    prefix="case-list",
    noun="case list",
    verb="Look at",
    heading="Case lists ready",
    states=(
        ("ready", "ready", "green"),
        ("contradicted", "contradicted", "yellow"),
        ("missing", "not imported", "orange"),
    ),
    words=frozenset({"case-lists"}),
    list_url="cases:lists",
    role=Role.CASE_OFFICER,
    title_is_safe=True,
    # Contains numbers and names of lists only.
    missing_is_safe=True,
)


SURVEY = DutyKind(
    prefix="survey",
    noun="survey",
    verb="Record",
    heading="Surveys passed on",
    words=frozenset({"surveys"}),
    list_url="cases:surveys",
    role=Role.CASE_OFFICER,
    before_call=False,
    title_is_safe=True,
    # Contains numbers and names of lists only.
    missing_is_safe=True,
)


def duties(snapshot: Snapshot) -> list[Duty]:
    """The sending of the lists, each list once any was imported, and the surveys."""
    state = cases_state(snapshot)
    return [*sending_duties(snapshot, state), *list_duties(snapshot, state), *survey_duties(snapshot, state)]


def sending_duties(snapshot: Snapshot, found: CasesState) -> list[Duty]:
    """The sending of the lists, done when an export of all of them is recorded as sent.

    The posts that the plan names for the step owe it, otherwise the case officers. There is none if no step of the
    framework asks for case lists.
    """
    step = snapshot.step_for("case-lists")
    if step is None:
        return []
    dated = snapshot.dated(step)
    owners = snapshot.owners_of(f"step:{step.key}")
    return [
        Duty(
            key=f"step:{step.key}",
            kind=SENDING,
            title=step.title,
            owners=owners,
            role=None if owners else SENDING.role,
            state="done" if found.sent else "to do",
            missing=() if found.sent else _unsent(found),
            url=address_of("cases:lists", snapshot.inspection.slug),
            done=found.sent is not None,
            done_at=found.sent.at if found.sent else None,
            done_by=found.sent.by if found.sent else None,
            due_day=dated.last_day if dated else step.last_day,
            due=dated.due if dated else None,
        )
    ]


def _unsent(state: CasesState) -> tuple[str, ...]:
    lacking = tuple(f"{each.case_list.short}: not imported, nor stated to be empty." for each in state.missing)
    return (*lacking, "No export of all lists is recorded as sent.")


def list_duties(snapshot: Snapshot, found: CasesState) -> list[Duty]:
    """One duty for each list: to be imported or stated to be empty, without open contradictions.

    The case officers owe it, because only they see children. There is none before the first import: until then the
    sending names the missing lists. Once the lists were sent, the deadline has been met, and contradictions found later
    have none.
    """
    step = snapshot.step_for("case-lists")
    if step is None or len(found.missing) == len(found.lists):
        return []
    dated = snapshot.dated(step)
    due_day = dated.last_day if dated else step.last_day
    return [_list_duty(snapshot, each, None if found.sent else dated, due_day) for each in found.lists]


def _list_duty(snapshot: Snapshot, state: ListState, dated: DatedStep | None, due_day: int | None) -> Duty:
    page = address_of("cases:lists", snapshot.inspection.slug)
    is_ready = state.state == "ready"
    return Duty(
        key=f"{LIST.prefix}:{state.case_list.key}",
        kind=LIST,
        title=f"Case list: {state.case_list.short}",
        owners=(),
        role=LIST.role,
        state=state.state,
        missing=state.missing,
        url=f"{page}#list-{state.case_list.key}",
        done=is_ready,
        done_at=state.last.at if is_ready and state.last else None,
        done_by=state.last.by if is_ready and state.last else None,
        due_day=due_day,
        due=dated.due if dated else None,
    )


def survey_duties(snapshot: Snapshot, found: CasesState) -> list[Duty]:
    """One duty for each survey that the council passes on by the framework's step of the surveys.

    The posts that the plan names for the step owe a survey that goes to children by name, otherwise the case officers,
    because only they see children. The DCS office owes the other surveys. There is none if no step asks for surveys.
    Source: briefing paper, Timetable Overview, days 1 and 3.
    """
    step = snapshot.step_for("surveys")
    if step is None:
        return []
    imported = {each.case_list.key for each in found.lists if each.last is not None}
    surveys = (survey for survey in snapshot.framework.surveys if survey.step == step.key)
    duties = []
    for survey in surveys:
        recorded = found.surveys.get(survey.key)
        state = state_of(survey, snapshot, record=recorded.record if recorded else None, imported=imported)
        duties.append(_survey_duty(snapshot, state, step, by=recorded.by if recorded else None))
    return duties


def _survey_duty(snapshot: Snapshot, state: SurveyState, step: Step, by: str | None) -> Duty:
    survey, dated = state.survey, state.dated
    owners = snapshot.owners_of(f"step:{step.key}") if survey.letter else ()
    return Duty(
        key=f"{SURVEY.prefix}:{survey.key}",
        kind=SURVEY,
        title=survey.title,
        owners=owners,
        role=None if owners else SURVEY.role if survey.letter else Role.DCS_OFFICE,
        state="done" if state.is_done else "to do",
        missing=state.missing,
        url=f"{address_of('cases:surveys', snapshot.inspection.slug)}#survey-{survey.key}",
        done=state.is_done,
        done_at=state.done_at,
        done_by=by if state.is_done else None,
        due_day=dated.last_day if dated else step.last_day,
        due=dated.due if dated else None,
    )

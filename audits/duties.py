"""What is owed on selected cases: recording the selection, each audit, what contributors and moderators add, and
handing the audits over.

Titles and what is missing name a case by its number only. No duty names an auditor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from accounts.models import Role
from audits.state import AuditsState, CaseState, SelectionState, audits_state
from frameworks import Step
from govuk.addresses import address_of
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot

SELECTING = DutyKind(
    prefix="step",
    noun="step",
    verb="Record the cases",
    heading="Other deadlines met",
    words=frozenset({"case-selection"}),
    is_step=True,
    role=Role.CASE_OFFICER,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
)
AUDIT = DutyKind(
    prefix="audit",
    noun="audit",
    verb="Open",
    heading="Case audits",
    states=(
        ("handed over", "handed over", "teal"),
        ("moderated", "moderated", "green"),
        ("submitted", "submitted", "green"),
        ("begun", "begun", "yellow"),
        ("to do", "to do", "blue"),
        ("unassigned", "no auditor", "orange"),
    ),
    words=frozenset({"audits"}),
    by_step=True,
    list_url="audits:list",
    role=Role.AUDITOR,
    before_call=False,
    title_is_safe=True,
    # Contains no words of the audit.
    missing_is_safe=True,
    beside_a_name="An audit of a case",
)
CONTRIBUTION = DutyKind(
    prefix="contribution",
    noun="contribution",
    verb="Write",
    heading="Contributions to audits",
    words=frozenset({"audits"}),
    by_step=True,
    list_url="audits:list",
    role=Role.AUDITOR,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
    beside_a_name="A contribution to an audit",
)
HANDING_OVER = DutyKind(
    prefix="step",
    noun="step",
    verb="Hand over",
    heading="Other deadlines met",
    words=frozenset({"hand-over-audits"}),
    is_step=True,
    role=Role.DCS_OFFICE,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
)
MODERATION = DutyKind(
    prefix="moderation",
    noun="moderation",
    verb="Moderate",
    heading="Audits moderated",
    # Due with the handing over, or with the audits where nothing is handed over.
    words=frozenset({"audits", "hand-over-audits"}),
    by_step=True,
    list_url="audits:list",
    role=Role.AUDITOR,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
    beside_a_name="A moderation of an audit",
)
KINDS = (SELECTING, AUDIT, CONTRIBUTION, HANDING_OVER, MODERATION)


def duties(snapshot: Snapshot) -> list[Duty]:
    """What is owed on each selection of the framework, in its order."""
    return duties_of(audits_state(snapshot), snapshot)


def duties_of(state: AuditsState, snapshot: Snapshot) -> list[Duty]:
    """The same for a page that has the state already."""
    found: list[Duty] = []
    for each in state.selections:
        found += _selecting(each, snapshot)
        found += _audits(each, snapshot)
        found += _contributions(each, snapshot)
        found += _handing_over(each, snapshot)
        found += _moderations(each, snapshot)
    return found


def _list_of(each: SelectionState, snapshot: Snapshot) -> str:
    return f"{address_of('audits:list', snapshot.inspection.slug)}#selection-{each.selection.key}"


def _case_on_list(case: CaseState, snapshot: Snapshot) -> str:
    """The case's line on the list, which everybody who may see its state can open."""
    return f"{address_of('audits:list', snapshot.inspection.slug)}#case-{case.number}"


def _page(name: str, case: CaseState, snapshot: Snapshot) -> str:
    """The page on which whoever owes it does it. Nobody else can open it."""
    return address_of(name, snapshot.inspection.slug, case.number)


def _selecting(each: SelectionState, snapshot: Snapshot) -> Iterator[Duty]:
    """Recording the selection, if its step is a deadline of the council: done once there are enough cases."""
    step = snapshot.framework.step(each.selection.step)
    if not step.deadline or step.duty not in SELECTING.words:
        return
    dated = snapshot.dated(step)
    owners = snapshot.owners_of(f"step:{step.key}")
    yield Duty(
        key=f"step:{step.key}",
        kind=SELECTING,
        title=step.title,
        owners=owners,
        role=None if owners else SELECTING.role,
        state="done" if each.is_complete else "to do",
        missing=() if each.is_complete else (_not_selected(each),),
        url=_list_of(each, snapshot),
        done=each.is_complete,
        due_day=dated.last_day if dated else step.last_day,
        due=dated.due if dated else None,
    )


def _not_selected(each: SelectionState) -> str:
    if not each.cases:
        return "No case is recorded yet."
    number = each.still_to_select
    return f"{number} more {'case has' if number == 1 else 'cases have'} to be recorded."


def _audits(each: SelectionState, snapshot: Snapshot) -> Iterator[Duty]:
    """One duty for each selected case. Its auditor owes it; the case officers, as long as there is none."""
    for case in each.cases:
        if case.audit is None or (case.is_erased and not case.is_submitted):
            continue
        auditor = case.auditor
        yield Duty(
            key=f"{AUDIT.prefix}:{each.selection.audit_step}:{case.number}",
            kind=AUDIT,
            title=f"Audit of case {case.number}",
            owners=(),
            role=AUDIT.role if auditor else Role.CASE_OFFICER,
            people=frozenset({auditor.person}) if auditor else frozenset(),
            state=case.state,
            missing=() if case.is_submitted else (_not_audited(case),),
            url=_case_on_list(case, snapshot),
            act_url=_page("audits:case" if auditor else "audits:assign", case, snapshot),
            done=case.is_submitted,
            done_at=case.submitted_at,
            due_day=case.due_day,
            due=case.due,
        )


def _not_audited(case: CaseState) -> str:
    return "Not submitted yet." if case.auditor else "No auditor is named."


def _contributions(each: SelectionState, snapshot: Snapshot) -> Iterator[Duty]:
    """What each contributor of a partner agency has to write, until the audit is submitted."""
    for case in each.cases:
        for part in case.contributors:
            if part.done_at is None and not case.is_owed:
                continue
            yield Duty(
                key=f"{CONTRIBUTION.prefix}:{each.selection.audit_step}:{case.number}:{part.assignment}",
                kind=CONTRIBUTION,
                title=f"Contribution to the audit of case {case.number}",
                owners=(),
                role=CONTRIBUTION.role,
                people=frozenset({part.person}),
                state="done" if part.done_at else "to do",
                missing=() if part.done_at else ("Not submitted yet.",),
                url=_case_on_list(case, snapshot),
                act_url=_page("audits:contribution", case, snapshot),
                done=part.done_at is not None,
                done_at=part.done_at,
                due_day=case.due_day,
                due=case.due,
            )


def _handing_over(each: SelectionState, snapshot: Snapshot) -> Iterator[Duty]:
    """Handing the audits over, done once every audit of the selection is recorded as handed over.

    The posts that the plan names for the step owe it, otherwise the DCS office. Nothing is owed on a selection without
    cases if it is not known how many there will be.
    """
    step = _handover_step(each, snapshot)
    if step is None or (not each.cases and each.selection.minimum is None):
        return
    dated = snapshot.dated(step)
    owners = snapshot.owners_of(f"step:{step.key}")
    missing = not_handed_over(each)
    yield Duty(
        key=f"step:{step.key}",
        kind=HANDING_OVER,
        title=step.title,
        owners=owners,
        role=None if owners else HANDING_OVER.role,
        state="to do" if missing else "done",
        missing=missing,
        url=f"{address_of('audits:exports', snapshot.inspection.slug)}#selection-{each.selection.key}",
        done=not missing,
        done_at=each.handed_over_at if not missing else None,
        due_day=dated.last_day if dated else step.last_day,
        due=dated.due if dated else None,
    )


def not_handed_over(each: SelectionState) -> tuple[str, ...]:
    """What is missing until the audits of a selection are handed over, in words; empty once they are."""
    if not each.cases:
        return ("No case is recorded yet.",)
    if not each.to_hand_over:
        return ("The audits were erased before they were recorded as handed over.",)
    if not each.is_complete:
        return (_not_selected(each), *_cases_not_handed_over(each.not_handed_over))
    return _cases_not_handed_over(each.not_handed_over)


def _cases_not_handed_over(cases: Iterable[CaseState]) -> tuple[str, ...]:
    cases = list(cases)
    unsubmitted = tuple(f"{case.title}: not submitted." for case in cases if not case.is_submitted)
    ready = sum(case.is_submitted for case in cases)
    if not ready:
        return unsubmitted
    what = "1 submitted audit is" if ready == 1 else f"{ready} submitted audits are"
    return (*unsubmitted, f"{what} not recorded as handed over.")


def _handover_step(each: SelectionState, snapshot: Snapshot) -> Step | None:
    key = each.selection.handover_step
    step = snapshot.framework.step(key) if key else None
    return step if step is not None and step.deadline and step.duty in HANDING_OVER.words else None


def _moderations(each: SelectionState, snapshot: Snapshot) -> Iterator[Duty]:
    """The second grade of each submitted audit that has a moderator, and the grade on which both agree.

    It is due when the audits are handed over, and has no deadline any more once this audit was.
    """
    key = each.selection.handover_step or each.selection.audit_step
    step = snapshot.framework.step(key) if key else None
    dated = snapshot.dated(step) if step else None
    for case in each.cases:
        moderator = case.moderator
        is_over = case.agreed_at is not None
        if step is None or not case.is_submitted or moderator is None or (case.is_erased and not is_over):
            continue
        yield Duty(
            key=f"{MODERATION.prefix}:{step.key}:{case.number}",
            kind=MODERATION,
            title=f"Moderation of case {case.number}",
            owners=(),
            role=MODERATION.role,
            people=frozenset({moderator.person}),
            state="done" if is_over else "to do",
            missing=() if is_over else (_not_moderated(case),),
            url=_case_on_list(case, snapshot),
            act_url=_page("audits:moderate", case, snapshot),
            done=is_over,
            done_at=case.agreed_at,
            due_day=dated.last_day if dated else step.last_day,
            due=dated.due if dated and not case.handed_over_at else None,
        )


def _not_moderated(case: CaseState) -> str:
    return "No grade has been agreed yet." if case.graded_at else "Not graded yet."

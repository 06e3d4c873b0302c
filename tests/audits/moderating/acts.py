"""What makes ready for each action on moderations and follow-up actions, for the test of all actions of the house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from audits.models import FollowUp
from audits.moderating import actions, follow_up_actions
from audits.themes.actions import offer_themes
from audits.themes.paper import figures_for_all, seal
from tests.factories.moderated import make_auditor, moderated_case, submitted_case

DUE = date(2039, 5, 1)


def _grade(s: Any) -> Callable[[], object]:
    moderator = make_auditor(s.inspection)
    case = submitted_case(s.inspection, moderator=moderator)
    who = {**s.who, "by": moderator}
    return lambda: actions.grade_as_moderator(audit=case.audit, grade="good", comments="", **who)


def _agree(s: Any) -> Callable[[], object]:
    case = moderated_case(s.inspection, "good", "adequate")
    return lambda: actions.agree_grade(audit=case.audit, grade="good", why="Both read it again.", **s.who)


def _follow_up(s: Any) -> FollowUp:
    case = submitted_case(s.inspection)
    facts: dict[str, Any] = {"what": "Visit again", "who": "The team", "due_on": DUE}
    return follow_up_actions.add_follow_up(audit=case.audit, **facts, **s.who)


def _add(s: Any) -> Callable[[], object]:
    case = submitted_case(s.inspection)
    facts: dict[str, Any] = {"what": "Visit again", "who": "The team", "due_on": DUE}
    return lambda: follow_up_actions.add_follow_up(audit=case.audit, **facts, **s.who)


def _close(s: Any) -> Callable[[], object]:
    row = _follow_up(s)
    return lambda: follow_up_actions.close_follow_up(follow_up=row, evidence="Visited", file=None, **s.who)


def _reopen(s: Any) -> Callable[[], object]:
    row = _follow_up(s)
    follow_up_actions.close_follow_up(follow_up=row, evidence="Visited", file=None, **s.who)
    return lambda: follow_up_actions.reopen_follow_up(follow_up=row, **s.who)


def _offer(s: Any) -> Callable[[], object]:
    for _ in range(5):
        submitted_case(s.inspection)
    seen = seal(figures_for_all(s.inspection))
    return lambda: offer_themes(covers=["safeguarding"], seen=seen, **s.here)


MODERATING = {
    "audits.moderating.actions.grade_as_moderator": _grade,
    "audits.moderating.actions.agree_grade": _agree,
    "audits.moderating.follow_up_actions.add_follow_up": _add,
    "audits.moderating.follow_up_actions.close_follow_up": _close,
    "audits.moderating.follow_up_actions.reopen_follow_up": _reopen,
    "audits.themes.actions.offer_themes": _offer,
}

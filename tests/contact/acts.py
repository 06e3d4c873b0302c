"""Preparation for each action of the room, for the test that goes through all actions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import contact.actions as contacts
import contact.requests_actions as asking
from inspections import inspectors_actions
from tests.factories.people import at

MOMENT = at("2011-04-20 09:00")
ASKED: dict[str, Any] = {"about": "figures", "asked_by": "Ines Example", "text": "Figures", "due": MOMENT}


def _contact(s: Any):
    facts: dict[str, Any] = {"how": "call", "at": MOMENT, "with_whom": "Ines", "by_whom": "Dina"}
    return contacts.record_contact(once=uuid.uuid4(), **facts, **s.here)


def _withdraw_contact(s: Any) -> Callable[[], object]:
    contact = _contact(s)
    return lambda: contacts.withdraw_contact(contact=contact, **s.who)


def _inspector(s: Any):
    return inspectors_actions.add_inspector(name="Ines Example", part="lead", **s.here)


def _change_inspector(s: Any) -> Callable[[], object]:
    inspector = _inspector(s)
    facts: dict[str, Any] = {"name": "Ines", "part": "lead", "telephone": "", "email": ""}
    return lambda: inspectors_actions.change_inspector(inspector=inspector, **facts, **s.who)


def _remove_inspector(s: Any) -> Callable[[], object]:
    inspector = _inspector(s)
    return lambda: inspectors_actions.remove_inspector(inspector=inspector, **s.who)


def _restore_inspector(s: Any) -> Callable[[], object]:
    inspector = _inspector(s)
    inspectors_actions.remove_inspector(inspector=inspector, **s.who)
    return lambda: inspectors_actions.restore_inspector(inspector=inspector, **s.who)


def _asked(s: Any):
    return asking.record_request(asked_at=MOMENT, once=uuid.uuid4(), **ASKED, **s.here)


def _change_request(s: Any) -> Callable[[], object]:
    asked = _asked(s)
    return lambda: asking.change_request(request=asked, posts=[s.post], **ASKED, **s.who)


def _answer_request(s: Any) -> Callable[[], object]:
    asked = _asked(s)
    return lambda: asking.answer_request(request=asked, how="email", answered_at=MOMENT, **s.who)


def _reopen_request(s: Any) -> Callable[[], object]:
    asked = _asked(s)
    asking.answer_request(request=asked, how="email", answered_at=MOMENT, **s.who)
    return lambda: asking.reopen_request(request=asked, reason="Incomplete", **s.who)


def _withdraw_request(s: Any) -> Callable[[], object]:
    asked = _asked(s)
    return lambda: asking.withdraw_request(request=asked, reason="Not needed", **s.who)


def _reinstate_request(s: Any) -> Callable[[], object]:
    asked = _asked(s)
    asking.withdraw_request(request=asked, reason="Not needed", **s.who)
    return lambda: asking.reinstate_request(request=asked, **s.who)


CONTACT: dict[str, Callable[[Any], Callable[[], object]]] = {
    "contact.actions.record_contact": lambda s: lambda: _contact(s),
    "contact.actions.withdraw_contact": _withdraw_contact,
    "inspections.inspectors_actions.add_inspector": lambda s: lambda: _inspector(s),
    "inspections.inspectors_actions.change_inspector": _change_inspector,
    "inspections.inspectors_actions.remove_inspector": _remove_inspector,
    "inspections.inspectors_actions.restore_inspector": _restore_inspector,
    "contact.actions.record_set_up_meeting": lambda s: lambda: contacts.record_set_up_meeting(held_at=MOMENT, **s.here),
    "contact.requests_actions.record_request": lambda s: lambda: _asked(s),
    "contact.requests_actions.change_request": _change_request,
    "contact.requests_actions.answer_request": _answer_request,
    "contact.requests_actions.reopen_request": _reopen_request,
    "contact.requests_actions.withdraw_request": _withdraw_request,
    "contact.requests_actions.reinstate_request": _reinstate_request,
}

"""Preparation for each action on invitations and changes of address, for the test that goes through all actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from accounts import address_changes, invitations
from accounts.models import AddressChange, Role
from tests.factories.people import NOW, make_council, make_person

EMAIL = "invited@example.org"
NEW: dict[str, Any] = {"email": EMAIL, "full_name": "Ines Invited", "roles": [Role.OWNER]}
LATER = NOW + timedelta(days=1)


def _invited(s: Any, act: Callable[..., Any], **given: Any) -> Callable[[], object]:
    invitation = invitations.invite_person(**NEW, council=s.council, by=s.by, now=NOW)
    return lambda: act(invitation=invitation, now=LATER, **given)


def _accept(s: Any) -> Callable[[], object]:
    user = make_person(make_council("Elsewhere"), Role.OWNER, email=EMAIL)
    return _invited(s, invitations.accept, user=user)


def _promise(s: Any) -> Callable[[], object]:
    _invited(s, invitations.withdraw)
    return lambda: invitations.give_post_to(post=s.post, email=EMAIL, by=s.by, now=LATER)


def _ask(s: Any) -> Callable[[], object]:
    return lambda: address_changes.ask_for_address(user=s.person, email=EMAIL, **s.there)


def _confirm(s: Any) -> Callable[[], object]:
    _ask(s)()
    change = AddressChange.objects.select_related("user").get()
    return lambda: address_changes.confirm(change=change, now=LATER)


INVITATIONS: dict[str, Callable[[Any], Callable[[], object]]] = {
    "accounts.invitations.invite_person": lambda s: lambda: invitations.invite_person(**NEW, **s.there),
    "accounts.invitations.send_again": lambda s: _invited(s, invitations.send_again, by=s.by),
    "accounts.invitations.withdraw": lambda s: _invited(s, invitations.withdraw, by=s.by),
    "accounts.invitations.decline": lambda s: _invited(s, invitations.decline),
    "accounts.invitations.accept": _accept,
    "accounts.invitations.join": lambda s: _invited(
        s, invitations.join, full_name="Ines Invited", password="three words together"
    ),
    "accounts.invitations.give_post_to": _promise,
}
ADDRESS_CHANGES: dict[str, Callable[[Any], Callable[[], object]]] = {
    "accounts.address_changes.ask_for_address": _ask,
    "accounts.address_changes.confirm": _confirm,
}

"""Locking councils and people while something is done to them, so that what was checked is still true at the end.

An action locks the row that its rules are about before it reads anything else: its council, or its inspection
(`inspections.locks`). The order is the same everywhere, so that two actions never wait for each other: councils, then
inspections, then people, each in the order of their numbers ([why](../docs/decisions/0014-an-action-holds-its-row.md)).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Council, User


def locked_council(pk: int) -> Council:
    """The council as it is now, locked until the transaction ends."""
    return locked_councils([pk])[0]


def locked_councils(pks: Iterable[int]) -> list[Council]:
    """These councils, each locked as `locked_council` does.

    Their keys are not locked, so that writing an event that names the council need not wait.
    """
    return list(Council.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk"))


def councils_that_name(user: User) -> list[Council]:
    """The councils whose pages may name the person, locked: those they are in, and those they did something in."""
    named = Council.objects.filter(Q(memberships__user=user) | Q(events__by=user))
    return locked_councils(named.values_list("pk", flat=True))


def locked_person(user: User) -> User:
    """The person as they are now, locked against changes by other councils. Call it once the councils are locked."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)

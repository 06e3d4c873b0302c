"""Invitations and new addresses: answered, taken back and asked for at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from accounts import address_changes, invitations
from accounts.models import AddressChange, Council, Event, Invitation, Membership, Post, Role, User
from tests.factories.people import NOW, make_council, make_person, make_post
from tests.racing import Race

_numbers = count(1)


def _email() -> str:
    return f"invited.{next(_numbers)}@example.org"


def _invite(council: Council, email: str) -> Invitation:
    return invitations.invite_person(
        council=council, email=email, full_name="Ines Invited", roles=[Role.OWNER], by=None, now=NOW
    )


def _invited() -> tuple[Invitation, User]:
    """An invitation of somebody who is in another council."""
    user = make_person(make_council(), Role.OWNER)
    return _invite(make_council(), user.email), user


def _verbs(council: Council) -> list[str]:
    return sorted(Event.objects.filter(council=council).exclude(verb="person invited").values_list("verb", flat=True))


def person_is_invited_twice() -> Race:
    council, email = make_council(), _email()
    invite = lambda: _invite(council, email)  # noqa: E731
    return Race(invite, invite, lambda: Invitation.objects.filter(council=council).count() == 1)


def invitation_is_accepted_twice() -> Race:
    invitation, user = _invited()
    accept = lambda: invitations.accept(invitation=invitation, user=user, now=NOW)  # noqa: E731
    return Race(accept, accept, lambda: _verbs(invitation.council) == ["invitation accepted"])


def _answered_once(invitation: Invitation, user: User, other: Callable[[], object], verb: str) -> Race:
    def holds() -> bool:
        joined = Membership.objects.filter(council=invitation.council, user=user).exists()
        return _verbs(invitation.council) == (["invitation accepted"] if joined else [verb])

    return Race(lambda: invitations.accept(invitation=invitation, user=user, now=NOW), other, holds)


def invitation_is_accepted_while_withdrawn() -> Race:
    invitation, user = _invited()
    by = make_person(invitation.council, Role.ADMINISTRATOR)
    withdraw = lambda: invitations.withdraw(invitation=invitation, by=by, now=NOW)  # noqa: E731
    return _answered_once(invitation, user, withdraw, "invitation withdrawn")


def invitation_is_accepted_while_declined() -> Race:
    invitation, user = _invited()
    decline = lambda: invitations.decline(invitation=invitation, now=NOW)  # noqa: E731
    return _answered_once(invitation, user, decline, "invitation declined")


def invitations_of_two_councils_are_accepted_by_somebody_new() -> Race:
    email = _email()
    one, other = (_invite(make_council(), email) for _ in range(2))

    def join(invitation: Invitation) -> Callable[[], object]:
        given = {"full_name": "Ines Invited", "password": "three words together"}
        return lambda: invitations.join(invitation=invitation, now=NOW, **given)

    return Race(join(one), join(other), lambda: User.objects.filter(email=email).count() == 1)


def post_is_promised_to_two_people() -> Race:
    council = make_council()
    post = make_post(council)

    def promise() -> Callable[[], object]:
        email = _invite(council, _email()).email
        return lambda: invitations.give_post_to(post=post, email=email, by=None, now=NOW)

    return Race(promise(), promise(), lambda: Post.objects.get(pk=post.pk).invitations.count() == 1)


def _people() -> tuple[Council, User, User]:
    council = make_council()
    return council, make_person(council, Role.ADMINISTRATOR), make_person(council, Role.OWNER)


def _ask(council: Council, by: User, user: User) -> Callable[[], object]:
    email = _email()
    return lambda: address_changes.ask_for_address(council=council, user=user, email=email, by=by, now=NOW)


def _confirm(council: Council, by: User, user: User) -> Callable[[], object]:
    _ask(council, by, user)()
    change = AddressChange.objects.select_related("user").get(user=user)
    return lambda: address_changes.confirm(change=change, now=NOW)


def two_addresses_are_asked_for() -> Race:
    council, by, user = _people()
    one, other = _ask(council, by, user), _ask(council, by, user)
    return Race(one, other, lambda: AddressChange.objects.filter(user=user).count() == 1)


def address_is_confirmed_twice() -> Race:
    council, by, user = _people()
    confirm = _confirm(council, by, user)
    return Race(confirm, confirm, lambda: _verbs(council).count("address changed") == 1)


def address_is_confirmed_while_another_is_asked_for() -> Race:
    council, by, user = _people()
    confirm = _confirm(council, by, user)
    return Race(confirm, _ask(council, by, user), lambda: AddressChange.objects.filter(user=user).count() == 1)


def address_is_confirmed_while_the_person_joins_another_council() -> Race:
    council, by, user = _people()
    invitation = _invite(make_council(), user.email)

    def holds() -> bool:
        both = Membership.objects.filter(user=user).values("council").distinct().count() == 2
        return both != (User.objects.get(pk=user.pk).email != user.email)

    accept = lambda: invitations.accept(invitation=invitation, user=user, now=NOW)  # noqa: E731
    return Race(_confirm(council, by, user), accept, holds)


RACES = (
    person_is_invited_twice,
    invitation_is_accepted_twice,
    invitation_is_accepted_while_withdrawn,
    invitation_is_accepted_while_declined,
    invitations_of_two_councils_are_accepted_by_somebody_new,
    post_is_promised_to_two_people,
    two_addresses_are_asked_for,
    address_is_confirmed_twice,
    address_is_confirmed_while_another_is_asked_for,
    address_is_confirmed_while_the_person_joins_another_council,
)

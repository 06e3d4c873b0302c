"""The people to write to in a council, and who is told if a duty has nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import Role
from accounts.permissions import STAND_INS, Permission, roles_with
from inspections.duty import Duty, Owner


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be emailed; `summary_hour` is when they want one summary a day, None for each reminder as it
    comes.
    """

    pk: int
    name: str = field(compare=False)
    email: str = field(compare=False)
    summary_hour: int | None = field(compare=False, default=None)


@dataclass(frozen=True)
class People:
    """The people to write to in the council, by role; only active people."""

    by_role: Mapping[Role, Sequence[Person]] = field(default_factory=dict)

    def with_role(self, *roles: Role) -> list[Person]:
        """Each person with one of the roles, once."""
        found = {person.pk: person for role in roles for person in self.by_role.get(role, ())}
        return list(found.values())

    def owing(self, duty: Duty) -> list[Person]:
        """The people who owe the duty: holders of its posts, people named for it, or everybody with its role."""
        holders = self.holding(duty.owners)
        if duty.role is not None:
            named = duty.people
            holders |= {p.pk: p for p in self.by_role.get(duty.role, ()) if not named or p.pk in named}
        return list(holders.values())

    def holding(self, owners: Iterable[Owner]) -> dict[int, Person]:
        """The people who hold these posts (ids)."""
        return {
            owner.holder: self._known.get(owner.holder)
            or Person(owner.holder, owner.holder_name or "", owner.holder_email)
            for owner in owners
            if owner.holder is not None and owner.holder_email
        }

    @cached_property
    def _known(self) -> dict[int, Person]:
        return {person.pk: person for people in self.by_role.values() for person in people}

    def stand_ins(self) -> tuple[list[Person], str]:
        """The people who are told if somebody is missing, and why it is them if it is not the coordinators."""
        for role in STAND_INS:
            people = self.with_role(role)
            if people:
                return people, "" if role is STAND_INS[0] else "There is no coordinator, so it comes to you."
        return [], ""

    def missing_for(self, duty: Duty) -> str:
        """Why somebody else is told in somebody's place, as a sentence; empty if nobody is missing."""
        if duty.is_unowned:
            return "No owner has been named for this."
        vacant = [owner.name for owner in duty.owners if owner.is_vacant]
        if vacant:
            return f"Nobody holds the post{'s' if len(vacant) > 1 else ''} {' and '.join(vacant)}."
        if duty.role is not None and not self.by_role.get(duty.role):
            return f"Nobody has the role {duty.role.label}."
        return ""

    def sees_everything(self, person: Person) -> bool:
        """Whether one of the person's roles lets them read what others owe."""
        return person in self.with_role(*roles_with(Permission.BE_TOLD_OF_ALL_WORK))

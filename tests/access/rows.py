"""One row of the table of every address and every role; each app's rows are in a file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Council, Role, User
from inspections.models import Inspection


@dataclass
class World:
    """One council with one person per role, an inspection, and whatever each app's `prepare(world)` has added.

    `things` holds what rows need to name ("file" -> a documents.File); `owner` holds the post that owns what is there.
    """

    council: Council
    inspection: Inspection
    people: Mapping[Role, User]
    outsider: User
    things: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An address and a method, and the roles that it answers; for everybody else in any council it does not exist.

    name     the url name, with its namespace
    method   GET or POST
    allowed  roles that are answered (200, or a redirect after POST or to a page of theirs)
    kwargs   the address's parts, worked out from the world
    data     what a POST sends
    public   answered to somebody who is not signed in
    variant  tells apart rows of one address and method (a file that names children and one that does not)
    """

    name: str
    method: str
    allowed: frozenset[Role]
    kwargs: Callable[[World], dict[str, Any]] = lambda world: {}
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    public: bool = False
    variant: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.variant)))


EVERYBODY = frozenset(Role)


def of_council(world: World) -> dict[str, Any]:
    return {"council": world.council.slug}


def of_inspection(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug}

"""References to things in any room, so that an answer, a claim or an action can cite them without importing their room.

A reference is stored as text. Each room registers once, in the `ready()` of its app, how its things are found, named
and opened for a viewer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from inspections.access import InspectionViewer

_TEXT = re.compile(r"(?P<room>[a-z]+):(?P<key>[\w-]+)(?:@(?P<version>[1-9]\d{0,8}))?(?:#(?P<page>[1-9]\d{0,8}))?", re.A)


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing of an inspection, such as page 12 of version 3 of a file: `documents:17@3#12`.

    room     the app that the thing belongs to
    key      its key in that room: the id of a file, the number of a pack or a request, the key of a focus group
    version  the version that is cited; None for whichever is current, and for things without versions
    page     the page that is cited; None for the whole
    """

    room: str
    key: str
    version: int | None = None
    page: int | None = None

    def __str__(self) -> str:
        version = f"@{self.version}" if self.version else ""
        return f"{self.room}:{self.key}{version}{f'#{self.page}' if self.page else ''}"

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference of a stored text. Raises ValueError for any other text."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"“{text}” is no reference; one looks like documents:17@3#12.")
        version, page = found["version"], found["page"]
        return cls(found["room"], found["key"], int(version) if version else None, int(page) if page else None)


class TargetState(Enum):
    """The present state of the thing that was cited."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    OUT_OF_DATE = "out of date"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ReferenceTarget:
    """What a reference points at, for one viewer: its name, its address and its state."""

    name: str
    url: str
    state: TargetState


Finder = Callable[[Reference, InspectionViewer], ReferenceTarget | None]
_FINDERS: dict[str, Finder] = {}


def register(room: str, finder: Finder) -> None:
    """Register how things of the room are found; `finder` returns None for things that are not there or not the
    viewer's.
    """
    _FINDERS[room] = finder


def find(reference: Reference, viewer: InspectionViewer) -> ReferenceTarget | None:
    """The target of the reference in the viewer's inspection.

    None if there is no such thing and if the viewer may not see it, so that the two cannot be told apart.
    """
    finder = _FINDERS.get(reference.room)
    return finder(reference, viewer) if finder else None

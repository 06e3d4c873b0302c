"""Other rooms that hold child-level data, so that erasing a child or an inspection erases it there too.

A room on a floor above registers once, in the `ready()` of its app.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.models import Child
from inspections.models import Inspection

Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Holder:
    """What a room does when child-level data is erased. Each is called in the transaction of the erasure.

    needed         ids of children that must not be erased as no longer on any list, because the room still needs them
    busy           why nothing can be erased at the moment, as a sentence; empty if it can
    held           how much child-level data the room holds, by the word for it ("audits")
    of_child       what the room holds about one child, as sentences for whoever is about to erase the child
    erase_all      erases everything child-level of the inspection, and what refers to its children; returns how much
    erase_child    erases everything about one child, and what refers to the child; returns how much
    """

    needed: Callable[[Inspection], QuerySet]
    busy: Callable[[Inspection], str]
    held: Callable[[Inspection], dict[str, int]]
    of_child: Callable[[Child], list[str]]
    erase_all: Callable[[Inspection, datetime], Counts]
    erase_child: Callable[[Child, datetime], Counts]


_HOLDERS: list[Holder] = []


def register(holder: Holder) -> None:
    """Register a room that holds child-level data."""
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)


def holders() -> tuple[Holder, ...]:
    """The registered rooms."""
    return tuple(_HOLDERS)

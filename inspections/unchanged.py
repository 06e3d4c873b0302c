"""What was worked out from an inspection, kept in this process for as long as nothing has changed that it follows from.

Every action moves the version of its inspection or council on, in its own transaction. So whoever reads the version
first and the rows afterwards may keep what follows from the rows under that version: whatever was committed in between
is newer than the version says, never older, and whoever comes after it reads the next version.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import connection

from inspections.models import Inspection, library

#: What a process keeps at most, of all inspections together; what was not looked at for longest goes first.
MOST_BYTES = 32 * 1024 * 1024
#: One thing larger than this is not kept: it would push out the pages of everybody else.
LARGEST = MOST_BYTES // 4

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """An inspection as it was when somebody looked: what is worked out from it is right while all of this is the same.

    `opened_at` tells it from another one of the same number in a database that was made anew; `files` are those of
    frameworks and plans.
    """

    database: tuple[object, ...]
    inspection: int
    opened_at: datetime
    version: int
    council: tuple[int, int]
    files: Hashable
    today: date


def seen(inspection: Inspection, *, today: date) -> Seen | None:
    """The inspection, just read from the database with its council, as a key; None inside of a transaction.

    What is read inside of one may be taken back, and somebody else may commit another change under the same number.
    """
    if _is_in_a_transaction():
        return None
    where = connection.settings_dict
    return Seen(
        database=(where["NAME"], where["HOST"], where["PORT"]),
        inspection=inspection.pk,
        opened_at=inspection.opened_at,
        version=inspection.version,
        council=(inspection.council_id, inspection.council.version),
        files=library().stamp(),
        today=today,
    )


def of_council(as_seen: Seen) -> Seen:
    """The key for what no change of the inspection itself touches, but only one of its council, its people or posts."""
    return replace(as_seen, version=0)


def kept(
    as_seen: Seen | None,
    what: Hashable,
    work: Callable[[], T],
    *,
    size: Callable[[T], int],
    given: Hashable = None,
) -> T:
    """What `work()` answers, or answered before for the same inspection as seen and the same `given`.

    `what` names it: of each, only the latest is kept. `size` says about how many bytes it takes. Whoever gets it
    shares it and must not change it. Without `as_seen`, and inside of a transaction, nothing is kept or looked up.
    """
    if as_seen is None or _is_in_a_transaction():
        return work()
    place = (as_seen.database, as_seen.inspection, what)
    found = _STORE.look_up(place, (as_seen, given))
    if found is not None:
        return cast(T, found.answer)
    answer = work()
    _STORE.put(place, _Kept((as_seen, given), answer, size(answer)))
    return answer


def kept_each(
    as_seen: Seen | None,
    what: Hashable,
    given: Mapping[K, Hashable],
    work: Callable[[Collection[K]], Mapping[K, T]],
    *,
    size: Callable[[T], int],
) -> dict[K, T]:
    """As `kept`, for many things at once: `work` is asked for those alone whose `given` is another than it was."""
    if as_seen is None or _is_in_a_transaction():
        return dict(work(given.keys()))
    places = {key: (as_seen.database, as_seen.inspection, (what, key)) for key in given}
    there = {key: _STORE.look_up(places[key], (as_seen, word)) for key, word in given.items()}
    found = {key: cast(T, row.answer) for key, row in there.items() if row is not None}
    if len(found) < len(given):
        for key, answer in work(given.keys() - found.keys()).items():
            _STORE.put(places[key], _Kept((as_seen, given[key]), answer, size(answer)))
            found[key] = answer
    return found


def forget() -> None:
    """Nothing is kept any more."""
    _STORE.clear()


def _is_in_a_transaction() -> bool:
    return connection.in_atomic_block


@dataclass(frozen=True, slots=True)
class _Kept:
    under: Hashable
    answer: Any
    size: int


class _Store:
    """So many bytes of answers, the latest of each place."""

    def __init__(self, most: int, largest: int) -> None:
        self._most, self._largest = most, largest
        self._rows: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0

    def look_up(self, place: Hashable, under: Hashable) -> _Kept | None:
        with self._lock:
            row = self._rows.get(place)
            if row is None or row.under != under:
                return None
            self._rows.move_to_end(place)
            return row

    def put(self, place: Hashable, row: _Kept) -> None:
        with self._lock:
            self._drop(place)
            if row.size > self._largest:
                return
            self._rows[place] = row
            self.bytes += row.size
            while self.bytes > self._most:
                self._drop(next(iter(self._rows)))

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
            self.bytes = 0

    def __len__(self) -> int:
        return len(self._rows)

    def _drop(self, place: Hashable) -> None:
        row = self._rows.pop(place, None)
        if row is not None:
            self.bytes -= row.size


_STORE = _Store(MOST_BYTES, LARGEST)

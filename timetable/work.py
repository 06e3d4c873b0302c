"""My work: what one person owes, over all their posts and roles, in order of the day it is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role
from inspections.duty import Duty


@dataclass(frozen=True, slots=True)
class Work:
    """owed: not done, most urgent first; late: how many of them are late; done: what is done, latest first."""

    owed: tuple[Duty, ...]
    late: int
    done: tuple[Duty, ...]


def my_work(duties: Sequence[Duty], *, posts: Iterable[int], roles: Iterable[Role], now: datetime) -> Work:
    """Those of the duties that somebody with these posts (ids) and roles owes."""
    posts, roles = frozenset(posts), frozenset(roles)
    mine = [duty for duty in duties if duty.is_of(posts, roles)]
    owed = sorted((duty for duty in mine if not duty.done), key=_by_day)
    done = [duty for duty in mine if duty.done]
    done.sort(key=lambda duty: duty.done_at.timestamp() if duty.done_at else 0.0, reverse=True)
    return Work(owed=tuple(owed), late=sum(duty.is_late(now) for duty in owed), done=tuple(done))


def _by_day(duty: Duty) -> tuple[bool, float, int]:
    # Before notification nothing has a date; the day on which it would be due orders it just as well.
    return (duty.due is None, duty.due.timestamp() if duty.due else 0.0, duty.due_day or 10_000)

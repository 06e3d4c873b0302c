"""My work: what one person owes, over all their posts and roles, in order of the day it is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Role
from accounts.permissions import Permission, roles_with
from database.prepared import Prepared
from inspections.duty import Duty
from inspections.models import Inspection, InspectionKind, library

#: Inspections that were not withdrawn, in councils where the person has a role with duties, each once.
_OTHERS = Prepared(
    lambda user, inspection: (
        Inspection.objects.filter(
            council__memberships__user=user, council__memberships__role__in=roles_with(Permission.READ_OWN_WORK)
        )
        .filter(withdrawn_at=None)
        .exclude(pk=inspection)
        .order_by("title", "slug")
        .values_list("slug", "title", "kind", "council__name", "notified_on", "framework_key")
        .distinct()
    ),
    takes=(int, int),
)


@dataclass(frozen=True, slots=True)
class OtherInspection:
    """Another inspection on which the person may have work."""

    slug: str
    title: str
    kind: str
    council: str

    @property
    def is_rehearsal(self) -> bool:
        return self.kind == InspectionKind.REHEARSAL


def other_inspections(user: int, inspection: Inspection, *, today: date) -> list[OtherInspection]:
    """The other inspections in the person's councils that are running or being prepared.

    A person's duties are computed for one inspection at a time, in a constant number of queries. So each inspection has
    its own list, and this says where the others are.
    """
    rows = _OTHERS(user, inspection.pk)
    return [OtherInspection(*facts) for *facts, notified, key in rows if not _is_long_over(notified, key, today)]


def _is_long_over(notified: date | None, framework: str, today: date) -> bool:
    # An inspection counts as over when twice as many days have passed since the call as it has working days.
    return notified is not None and notified + timedelta(days=2 * library().framework(framework).last_day) < today


@dataclass(frozen=True, slots=True)
class MyWork:
    """owed: not done, most urgent first; late: how many of them are late; done: what is done, latest first."""

    owed: tuple[Duty, ...]
    late: int
    done: tuple[Duty, ...]


def my_work(
    duties: Sequence[Duty], *, person: int, posts: Iterable[int], roles: Iterable[Role], now: datetime
) -> MyWork:
    """The duties that this person (id), who holds these posts (ids) and has these roles, owes."""
    posts, roles = frozenset(posts), frozenset(roles)
    mine = [duty for duty in duties if duty.is_of(person, posts, roles)]
    owed = sorted((duty for duty in mine if not duty.done), key=_by_day)
    done = [duty for duty in mine if duty.done]
    done.sort(key=lambda duty: duty.done_at.timestamp() if duty.done_at else 0.0, reverse=True)
    return MyWork(owed=tuple(owed), late=sum(duty.is_late(now) for duty in owed), done=tuple(done))


def _by_day(duty: Duty) -> tuple[bool, float, int]:
    # Before notification nothing has a date; the day on which it would be due gives the same order.
    return (duty.due is None, duty.due.timestamp() if duty.due else 0.0, duty.due_day or 10_000)

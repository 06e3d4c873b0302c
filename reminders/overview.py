"""What the dashboard shows about an inspection's reminders: when the group meets, who can be told, who is not
reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from database.prepared import PreparedTogether, columns, instance
from inspections.snapshot import Snapshot
from reminders.ledger import UnreachablePerson, latest_trouble, unreachable_in
from reminders.models import CouncilSettings
from reminders.records.reading import members_of, people_in
from reminders.rules.arrangements import Arrangement, arrangement
from reminders.rules.people import People

_READ = PreparedTogether(
    lambda council, inspection: CouncilSettings.objects.filter(council=council).values_list(*columns(CouncilSettings)),
    lambda council, inspection: members_of([council]),
    lambda council, inspection: latest_trouble(inspection),
    takes=(int, int),
)


@dataclass(frozen=True, slots=True)
class Overview:
    arrangement: Arrangement
    people: People
    unreachable: Sequence[UnreachablePerson]


def overview_of(snapshot: Snapshot) -> Overview:
    """An overview of the reminders of an inspection."""
    inspection = snapshot.inspection
    settings, members, trouble = _READ(inspection.council_id, inspection.pk)
    return Overview(
        arrangement=arrangement(snapshot.plan, instance(CouncilSettings, settings[0]) if settings else None),
        people=people_in(members, [inspection.council_id])[inspection.council_id],
        unreachable=unreachable_in(trouble),
    )

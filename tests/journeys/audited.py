"""What the journeys of audits begin with, and the audits that nobody in them types.

Run as `python -m tests.journeys.audited SLUG` in the environment of the served project, it writes and submits every
audit of the inspection that is still open, each by its auditor, through the actions that their clicks reach.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.actions import add_person  # noqa: E402
from accounts.models import Council, Role, User  # noqa: E402
from audits.assigning.actions import assign_several  # noqa: E402
from audits.models import Assignment  # noqa: E402
from audits.selecting.actions import select_cases  # noqa: E402
from audits.writing.actions import save_answers, submit_audit  # noqa: E402
from inspections.models import Inspection  # noqa: E402
from tests.factories.audited import ANSWERS  # noqa: E402
from tests.factories.case_lists import IN_NEED, import_lists, record  # noqa: E402

#: The children on the list from which the inspectors choose.
IDENTIFIERS = tuple(f"AS{number:03}" for number in range(1, 13))


def make_auditor(council: Council, name: str, now: datetime) -> User:
    """One more auditor, called "<name> Example"."""
    email = f"{name.lower()}@{council.slug}.example.org"
    return add_person(
        council=council,
        email=email,
        full_name=f"{name} Example",
        roles=[Role.AUDITOR],
        telephone="01632 960789",
        by=None,
        now=now,
    )


def fill(inspection: Inspection, now: datetime) -> dict[str, User]:
    """Children to choose from, and two more auditors beside the first: a second one and a moderator."""
    import_lists(inspection, {IN_NEED: {identifier: record() for identifier in IDENTIFIERS}}, now=now)
    return {
        "second-auditor": make_auditor(inspection.council, "Aled", now),
        "moderator": make_auditor(inspection.council, "Moira", now),
    }


def give_one_case(inspection: Inspection, people: Mapping[Role, User], now: datetime) -> None:
    """One case is selected, and the first auditor audits it."""
    officer = people[Role.CASE_OFFICER]
    select_cases(inspection=inspection, selection="initial", identifiers=IDENTIFIERS[:1], by=officer, now=now)
    assign_several(inspection=inspection, chosen={1: people[Role.AUDITOR]}, by=officer, now=now)


def submit_the_rest(inspection: Inspection, now: datetime) -> None:
    """Every audit that is still open is written and submitted by its auditor."""
    parts = Assignment.objects.filter(
        audit__case__inspection=inspection, audit__submitted_at=None, part=Assignment.Part.AUDITOR, ended_at=None
    )
    for part in parts.select_related("audit__case__inspection", "user"):
        save_answers(audit=part.audit, answers=ANSWERS, seen={}, by=part.user, now=now)
        submit_audit(audit=part.audit, by=part.user, now=now)


if __name__ == "__main__":
    submit_the_rest(Inspection.objects.get(slug=sys.argv[1]), timezone.now())

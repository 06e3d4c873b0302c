"""How acts on audits stand on the record, which coordinators and group members read.

They may know the state of each numbered case, and not who audits it. The list of audits says when a case is submitted,
so what somebody with a part in an audit did is recorded without the case, and they are not shown.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from audits.models import Audit
from inspections.audit import record

SUBJECT = "Audits of cases"


def record_on_case(audit: Audit, *, by: User | None, verb: str, now: datetime) -> None:
    """Record what a case officer did on a case, with its number; call it inside the action's transaction."""
    record(audit.case.inspection, by=by, verb=verb, subject=audit.case.title, now=now)


def record_of_auditor(audit: Audit, *, by: User | None, verb: str, now: datetime) -> None:
    """Record what somebody with a part in an audit did, without the case, and without showing who it was."""
    record(audit.case.inspection, by=by, verb=verb, subject=SUBJECT, now=now, hides_person=True)

"""What makes ready for each action on exports, for the test that goes through all actions of the house."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from cases.exports import actions
from cases.models import CaseExport, CaseExportFile
from tests.factories.applied_cases import apply_lists
from tests.factories.people import NOW, at

MOMENT = at("2011-04-20 09:00")


def _lists(s: Any) -> None:
    apply_lists(s.inspection, {s.inspection.framework.case_lists[0].key: {"F1": {}}})


def _request(s: Any) -> Callable[[], object]:
    _lists(s)
    return lambda: actions.request_export(**s.here)


def ready_export(inspection: Any, stored_name: str = "0" * 32) -> CaseExport:
    """An export that is ready, with a file of which no bytes are there."""
    export = CaseExport.objects.create(
        inspection=inspection, number=1, state="ready", requested_at=NOW, made_at=NOW, free_at=NOW
    )
    CaseExportFile.objects.create(
        export=export,
        kind="workbook",
        name="case-lists.xlsx",
        made_at=NOW,
        stored_name=stored_name,
        size=9,
        sha256="0" * 64,
    )
    return export


def _encrypt(s: Any) -> Callable[[], object]:
    export = ready_export(s.inspection)
    return lambda: actions.record_encrypted(export=export, name="lists.zip", size=9, sha256="0" * 64, **s.who)


def _send(s: Any) -> Callable[[], object]:
    export = ready_export(s.inspection)
    facts: dict[str, Any] = {"sent_at": MOMENT, "recipient": "Lead inspector", "how": "By email", "once": uuid.uuid4()}
    return lambda: actions.record_sent(export=export, files=export.files.all(), **facts, **s.who)


EXPORTS = {
    "cases.exports.actions.request_export": _request,
    "cases.exports.actions.record_encrypted": _encrypt,
    "cases.exports.actions.record_sent": _send,
}

"""What makes ready for each action on exports of audits, for the test that goes through all actions of the house."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from audits.exports import actions
from tests.factories.audited import make_export, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at

MOMENT = at("2011-04-20 09:00")


def _request(s: Any) -> Callable[[], object]:
    submit(make_selected_case(s.inspection))
    return lambda: actions.request_export(selection="initial", **s.here)


def _hand_over(s: Any) -> Callable[[], object]:
    export = make_export(s.inspection, "initial", [1])
    facts: dict[str, Any] = {"recipient": "Lead inspector", "how": "In person", "once": uuid.uuid4()}
    return lambda: actions.record_handed_over(export=export, handed_over_at=MOMENT, is_partial=False, **facts, **s.who)


EXPORTS = {
    "audits.exports.actions.request_export": _request,
    "audits.exports.actions.record_handed_over": _hand_over,
}

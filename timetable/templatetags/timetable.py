"""`{% load timetable %}`: how urgent a duty is and where it is worked on."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from govuk import components
from inspections.duty import Duty
from inspections.standing import Standing
from timetable import rows

register = template.Library()

register.simple_tag(rows.day_rows)
register.simple_tag(rows.task_items)
register.simple_tag(rows.duty_rows)

_VERBS = {"document": "Upload", "focus-group": "Arrange"}


@register.simple_tag
def duty_verb(duty: Duty) -> str:
    """What one does about the duty, for its button."""
    return _VERBS.get(duty.kind, "Record as done")


@register.simple_tag
def duty_action(duty: Duty) -> str:
    """Where one does it: a document's page opens at the first part in which something is missing."""
    return duty.act_url or duty.url


@register.simple_tag
def duty_tag(duty: Duty, standing: Standing) -> SafeString:
    """How urgent the duty is: late, due today, or how its own room says that it stands."""
    if duty.is_late(standing.now):
        return components.tag("late")
    if duty.due is not None and localdate(duty.due) == standing.today:
        return components.tag("due today")
    return components.tag(duty.state)

"""`{% load timetable %}`: how urgent a duty is and where it is worked on."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from accounts.addresses import address_of
from govuk import components
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.standing import Standing
from timetable.countdown import Task

register = template.Library()

_LISTS = {"document": "documents:list", "focus-group": "focusgroups:list"}


@register.simple_tag
def task_address(inspection: Inspection, task: Task) -> str:
    """The page on which the task's duties are met: its own, or the list where there are several."""
    first = task.duties[0]
    return address_of(_LISTS[first.kind], inspection.slug) if first.kind in _LISTS else first.url


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

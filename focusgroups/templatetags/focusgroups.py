"""`{% load focusgroups %}`: the preparation of a group as small marks."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from focusgroups.state import GroupState
from govuk import charts

register = template.Library()


@register.simple_tag
def preparation(state: GroupState) -> SafeString:
    """The marks of the group's preparation, with words beside each."""
    return charts.marks((mark.label, mark.done) for mark in state.preparation)

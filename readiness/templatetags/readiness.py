"""`{% load readiness %}`: the rows and tiles of the dashboard."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from govuk import components, pictures
from inspections.duty import Duty
from readiness.dashboard import Problem, Tile

register = template.Library()

_WORDS = {"soon": "due soon"}


@register.simple_tag
def dashboard_tile(tile: Tile) -> SafeString:
    """One number of the dashboard with its bar and legend."""
    picture = pictures.stacked_bar(tile.parts, True, tile.label)
    return pictures.tile("", tile.done, tile.label, tile.total, tile.address, picture, tile.tone)


@register.simple_tag
def problem_tag(problem: Problem) -> SafeString:
    """What is wrong, as a tag."""
    return components.tag(_WORDS.get(problem.kind, problem.kind))


@register.simple_tag
def duty_owners(duty: Duty) -> SafeString:
    """The posts that owe it with their holders; a vacancy and a missing owner say so."""
    if duty.is_unowned:
        return components.tag("tbc")
    if duty.role is not None:
        return format_html("{}", duty.role.label)
    rows = (
        (owner.name, format_html(" {}", components.tag("vacant")) if owner.is_vacant else f": {owner.holder_name}")
        for owner in duty.owners
    )
    return format_html_join("", "<div>{}{}</div>", rows)

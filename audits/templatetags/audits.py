"""Tags of the list of audits."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString

from audits.listing import OwnCaseRow
from audits.state import CaseState
from govuk.addresses import address_of
from govuk.markup import build

register = template.Library()

#: What a person does next on a case of theirs: the page, and the words of the link.
_STEPS = {
    "write": ("audits:case", "Write the audit"),
    "read": ("audits:case", "Read the audit"),
    "contribute": ("audits:contribution", "Write the contribution"),
    "read contribution": ("audits:contribution", "Read the contribution"),
    "grade": ("audits:moderate", "Grade it"),
    "agree": ("audits:moderate", "Agree a grade"),
    "moderated": ("audits:moderate", "See both grades"),
}
_LINK = '<a class="govuk-link" href="{}">{}<span class="govuk-visually-hidden">: case {}</span></a>'


@register.simple_tag
def late_by(case: CaseState, now: datetime) -> bool:
    """Whether the audit of the case is late at a moment."""
    return case.is_late(now)


@register.simple_tag
def own_step(row: OwnCaseRow, slug: str) -> SafeString | str:
    """The link to what a person does next on one of their cases."""
    if row.next == "wait":
        return "Wait until the audit is submitted"
    if row.next not in _STEPS:
        return "Nothing more"
    name, words = _STEPS[row.next]
    try:
        return build(_LINK, address_of(name, slug, row.case.number), words, row.case.number)
    except NoReverseMatch:
        return words

"""`{% load govuk %}`: the house's components as tags and filters. govuk/README.md has an example of each."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.utils.safestring import SafeString

from govuk import charts, components, dates, paging, rendering

register = template.Library()

for _name in ("long_date", "short_date", "day_month", "weekday_date", "clock_time", "long_datetime", "file_size"):
    register.filter(_name, getattr(dates, _name))

register.simple_tag(components.tag, name="govuk_tag")
register.simple_tag(components.task, name="govuk_task")
register.simple_tag(components.summary_list, name="govuk_summary_list")
register.simple_tag(components.notification, name="govuk_notification")
register.simple_tag(rendering.error_summary, name="govuk_error_summary")
register.simple_tag(charts.stacked_bar, name="govuk_bar")
register.simple_tag(charts.meter, name="govuk_meter")
register.simple_tag(charts.progress, name="govuk_progress")
register.simple_tag(charts.marks, name="govuk_marks")
register.simple_tag(charts.sparkline, name="govuk_sparkline")
register.simple_tag(charts.day_strip, name="govuk_day_strip")

register.simple_block_tag(components.inset, name="govuk_inset", end_name="endgovuk_inset")
register.simple_block_tag(components.warning, name="govuk_warning", end_name="endgovuk_warning")
register.simple_block_tag(components.details, name="govuk_details", end_name="endgovuk_details")
register.simple_block_tag(components.empty, name="govuk_empty", end_name="endgovuk_empty")
register.simple_block_tag(charts.tile, name="govuk_tile", end_name="endgovuk_tile")


@register.simple_tag
def govuk_field(bound: BoundField) -> SafeString:
    """One form field with label, hint, error and input."""
    return rendering.field(bound)


@register.simple_tag
def govuk_form_summary(form: Any) -> SafeString | str:
    """The error summary of a form for which the page has not shown one (the base template shows that of `form`)."""
    if getattr(form, "govuk_summary_shown", False):
        return ""
    return rendering.error_summary(form)


@register.simple_tag(takes_context=True)
def govuk_messages(context: Context) -> SafeString:
    """The results of the last action, as banners."""
    return components.notifications(context.get("messages") or ())


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request is not None else QueryDict()


@register.simple_tag(takes_context=True)
def govuk_pagination(context: Context, page: Any, param: str = "page", label: str = "Pages") -> SafeString:
    """Links to the other pages of a list, keeping the rest of the address."""
    return paging.pagination(page, _query(context), param, label)


@register.simple_tag(takes_context=True)
def govuk_query(context: Context, **changes: Any) -> str:
    """This page's query with some keys changed: `{% govuk_query page=None state="late" %}`."""
    return paging.query_with(_query(context), **changes)

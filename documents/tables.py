"""The register of documents as a table that can be sorted and becomes cards on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString, mark_safe

from documents.state import DocumentState
from govuk.addresses import address_of
from govuk.components import tag
from govuk.dates import long_date
from govuk.markup import build, build_all, table_rows

MOST_LINES = 3


class RegisterTable(tables.Table):
    """Rows are `DocumentState`s; `slug` is the inspection's; `tickable` are keys of those that the person can tick for
    approval.
    """

    title = tables.Column(verbose_name="Document", order_by="document__number", accessor="document__title")
    state = tables.Column(verbose_name="State", accessor="state", order_by="rank")
    missing = tables.Column(verbose_name="What is missing", orderable=False, accessor="missing", empty_values=())
    turns_on = tables.Column(verbose_name="Fresh until", accessor="turns_on", order_by="turns_rank", empty_values=())
    owners = tables.Column(verbose_name="Owner", orderable=False, accessor="owners", empty_values=())
    changed_at = tables.Column(verbose_name="Last change", accessor="changed_at", empty_values=())

    tick = tables.Column(verbose_name="Approve", orderable=False, empty_values=())

    class Meta:
        order_by_field = "sort"
        caption = ""

    def __init__(
        self, data: list[DocumentState], *, slug: str, tickable: frozenset[str] = frozenset(), **kwargs: Any
    ) -> None:
        self.slug = slug
        self.tickable = tickable
        # An empty column would only take up room.
        empty = {"tick": not tickable, "turns_on": not any(row.turns_on for row in data)}
        # The check boxes are only for the screen: on paper their column would be empty.
        attrs = {"class": "house-table--ticks"} if tickable else {}
        super().__init__(data, exclude=[name for name, is_empty in empty.items() if is_empty], attrs=attrs, **kwargs)

    @property
    def body(self) -> SafeString:
        """The rows with all their cells, the same as those that the template would ask for one by one."""
        columns = [(column.header, getattr(self, f"render_{column.name}")) for column in self.columns]
        return table_rows(
            [header for header, _ in columns],
            ([render(row.record) for _, render in columns] for row in self.paginated_rows),
        )

    def render_title(self, record: DocumentState) -> SafeString:
        href = address_of("documents:document", self.slug, record.document.key)
        return build(
            '<span class="house-number">{}</span> <a class="govuk-link" href="{}">{}</a>',
            f"{record.document.number}.",
            href,
            record.document.title,
        )

    def render_state(self, record: DocumentState) -> SafeString:
        stale = build(" {}", tag("stale")) if record.is_stale else ""
        if not stale and record.is_turning:
            stale = build(" {}", tag("turning"))
        return build("{}{}", tag(record.state), stale)

    def render_missing(self, record: DocumentState) -> SafeString:
        if not record.missing:
            return mark_safe("Nothing")
        lines = [(line,) for line in record.missing[:MOST_LINES]]
        if len(record.missing) > MOST_LINES:
            lines.append((f"and {len(record.missing) - MOST_LINES} more",))
        return build_all("<div>{}</div>", lines)

    def render_turns_on(self, record: DocumentState) -> str:
        """The last day on which nothing more is needed."""
        return long_date(record.turns_on - timedelta(days=1)) if record.turns_on else ""

    def render_owners(self, record: DocumentState) -> SafeString:
        if not record.owners:
            return tag("tbc")
        return build_all(
            "<div>{}{}</div>",
            (
                (owner.name, build(" {}", tag("vacant")) if owner.is_vacant else f": {owner.holder_name}")
                for owner in record.owners
            ),
        )

    def render_tick(self, record: DocumentState) -> SafeString:
        if record.document.key not in self.tickable:
            return mark_safe("")
        return build(
            '<div class="govuk-checkboxes govuk-checkboxes--small house-tick"><div class="govuk-checkboxes__item">'
            '<input class="govuk-checkboxes__input" type="checkbox" name="document" id="tick-{}" value="{}:{}">'
            '<label class="govuk-label govuk-checkboxes__label" for="tick-{}">'
            '<span class="govuk-visually-hidden">Approve document {}</span></label></div></div>',
            record.document.key,
            record.document.key,
            record.contents,
            record.document.key,
            record.document.number,
        )

    def render_changed_at(self, record: DocumentState) -> str:
        if record.changed_at is None:
            return "Never"
        return f"{long_date(record.changed_at)}{f', {record.changed_by}' if record.changed_by else ''}"

"""Search the log of readings by person, by child or for refused attempts, for a page or a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Min, Q, QuerySet

from accounts.models import User
from cases.models import Access, CaseImport, Child, ListRow
from cases.reading import fold_identifier
from govuk.dates import long_datetime
from inspections.models import Inspection

What = Access.What
HEADINGS = ("When", "Who", "Email address", "What", "List", "More", "Refused")
#: Readings that may be of many children at once. Each child on the list counts as read.
OF_LISTS = (
    What.LIST,
    What.SEARCH,
    What.EXPORT,
    What.SURVEY,
    What.SELECTION,
    What.SAMPLE,
    What.AUDIT,
    What.AUDIT_EXPORT,
)
OF_FILES = (What.IMPORT, What.FAULTS, What.MARKED_COPY, What.SOURCE_FILE)


def child_called(inspection: Inspection, identifier: str) -> Child | None:
    """The child with this identifier, compared without case and surrounding spaces."""
    return Child.objects.filter(inspection=inspection, folded=fold_identifier(identifier)).first()


def people_in(inspection: Inspection) -> QuerySet[User]:
    """Everyone named in the log, ordered by name."""
    named = Access.objects.filter(inspection=inspection).exclude(by=None).values("by").distinct()
    return User.objects.filter(pk__in=named).order_by("full_name", "pk")


def entries(
    inspection: Inspection, *, person: User | None = None, child: Child | None = None, refused: bool | None = None
) -> QuerySet[Access]:
    """The log's entries, newest first: for one person, for one child, only refused ones or only the others.

    For a child these include readings of a list while the child was on it, and of files that may have held the child.
    """
    found = Access.objects.filter(inspection=inspection).select_related("by")
    if person is not None:
        found = found.filter(by=person)
    if refused is not None:
        found = found.filter(was_refused=refused)
    if child is not None:
        found = found.filter(Q(child=child.key) | Q(_of_lists_with(child), was_refused=False))
    return found


def _of_lists_with(child: Child) -> Q:
    """Readings of lists and files that included the child.

    A list is read as it is at that moment. A reading without a list, or of a file, may include the child at any time
    after the child's first import, so it counts: better one too many than one left out. The files of an import that was
    never applied may have included the child before that.
    """
    spans = ListRow.objects.filter(child=child).annotate(
        begun=F("since__applied_at"), asked=F("since__requested_at"), ended=F("until__applied_at")
    )
    found = Q(pk__in=[])
    first_applied = first_asked = None
    for list_key, begun, asked, ended in spans.values_list("list", "begun", "asked", "ended"):
        on_it = Q(what__in=OF_LISTS, list=list_key, child="", at__gte=begun)
        found |= on_it & Q(at__lt=ended) if ended else on_it
        first_applied = min(filter(None, (first_applied, begun)))
        first_asked = min(filter(None, (first_asked, asked)))
    if first_applied:
        found |= Q(what__in=OF_LISTS, list="", child="", at__gte=first_applied)
    if first_asked:
        never_applied = CaseImport.objects.filter(inspection=child.inspection_id).exclude(
            state=CaseImport.State.APPLIED
        )
        earliest = never_applied.aggregate(at=Min("requested_at"))["at"]
        first_asked = min(filter(None, (first_asked, earliest)))
        found |= Q(what__in=OF_FILES, child="", at__gte=first_asked)
    return found


def titles_of(inspection: Inspection) -> dict[str, str]:
    """The short title of each list, by its key."""
    return {each.key: each.short for each in inspection.framework.case_lists}


def table_of(inspection: Inspection, found: QuerySet[Access]) -> Iterator[tuple[Any, ...]]:
    """The entries as rows of a spreadsheet, headings first. They contain no identifiers and no keys."""
    titles = titles_of(inspection)
    yield HEADINGS
    for row in found.iterator():
        yield (
            long_datetime(row.at),
            row.by.full_name if row.by else "A command on the server",
            row.by.email if row.by else "",
            row.get_what_display(),
            titles.get(row.list, ""),
            row.detail,
            "Yes" if row.was_refused else "",
        )

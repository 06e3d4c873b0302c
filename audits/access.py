"""Who sees which case: case officers every one, others only those in which they have a part at present."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.permissions import Permission
from audits.models import Assignment, Audit, SelectedCase
from audits.moderating.blindness import is_hidden
from cases.models import Access
from cases.privacy.log import log
from cases.views.pages import case_page
from inspections.access import InspectionViewer

Part = Assignment.Part


@dataclass(frozen=True)
class CaseViewer:
    """A selected case as one person sees it.

    audit  None if the framework has no audits of this selection
    part   the person's part in the audit at present; None for a case officer without one
    """

    viewer: InspectionViewer
    case: SelectedCase
    audit: Audit | None
    part: Assignment | None

    @property
    def is_officer(self) -> bool:
        return self.viewer.may(Permission.READ_ALL_AUDITS)

    @property
    def is_auditor(self) -> bool:
        """Whether the person writes this audit."""
        return self.part is not None and self.part.part == Part.AUDITOR

    @property
    def is_contributor(self) -> bool:
        return self.part is not None and self.part.part == Part.CONTRIBUTOR

    @property
    def is_moderator(self) -> bool:
        return self.part is not None and self.part.part == Part.MODERATOR

    @cached_property
    def is_blind(self) -> bool:
        """Whether the first grade must be hidden, because the person moderates the audit and has not graded it yet.

        This holds whatever other roles the person has.
        """
        return self.audit is not None and is_hidden(self.audit, self.viewer.user.pk)

    @property
    def may_write(self) -> bool:
        """Whether the person may change the answers and files now: its auditor, until it is submitted."""
        return self.is_auditor and self.is_open and self.audit is not None and self.audit.submitted_at is None

    @property
    def is_open(self) -> bool:
        """Whether anything about the audit can still be changed."""
        return self.audit is not None and self.case.child is not None and not self.viewer.inspection.is_withdrawn

    @property
    def may_have_pdf(self) -> bool:
        """Whether the audit is one that the person may have as a PDF: a case officer always, its auditor once it is
        submitted.
        """
        if self.audit is None or self.case.child is None:
            return False
        return self.is_officer or (self.is_auditor and self.audit.submitted_at is not None)

    @property
    def reads_answers(self) -> bool:
        """Whether the person may read what the auditor wrote. A contributor sees the child and their own text only."""
        return self.is_officer or self.is_auditor or self.is_moderator


class NotTheirs(Http404):
    """A view of a case raises it for what the person has no right to. They get a 404, and the attempt is logged."""


View = Callable[Concatenate[HttpRequest, CaseViewer, ...], HttpResponseBase]


def audit_page(
    what: Access.What, permission: Permission = Permission.READ_OWN_AUDITS
) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Decorator for a page of one selected case, named by `number` in the address, for people with the permission.

    The view is called with the request and a `CaseViewer`. Everybody else gets 404, as if there were no such case, and
    the attempt is logged; so is one for which the view raises `NotTheirs`. The view logs what it shows.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @case_page(Permission.READ_OWN_AUDITS, what)
        @wraps(view)
        def page(
            request: HttpRequest, viewer: InspectionViewer, number: int, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            case = (
                SelectedCase.objects.filter(inspection=viewer.inspection, number=number, removed_at=None)
                .select_related("child")
                .first()
            )
            if case is None:
                raise Http404
            seen = seen_by(viewer, case)
            try:
                if seen is None or not viewer.may(permission):
                    raise NotTheirs
                return view(request, seen, *args, **kwargs)
            except NotTheirs:
                note_refused(viewer, case, what)
                raise

        return page

    return decorate


def note_refused(viewer: InspectionViewer, case: SelectedCase, what: Access.What) -> None:
    """Log that the person tried to read or change something of the case that they must not."""
    key = case.child.key if case.child else ""
    log(
        viewer.inspection,
        by=viewer.user,
        what=what,
        now=viewer.now,
        child=key,
        detail=case.title,
        was_refused=True,
    )


def seen_by(viewer: InspectionViewer, case: SelectedCase) -> CaseViewer | None:
    """The case as the person sees it; None if they do not. A part counts only as long as the person is an auditor."""
    case.inspection = viewer.inspection
    audit = Audit.objects.filter(case=case).first()
    part = None
    if audit is not None:
        audit.case = case
        if viewer.may(Permission.WRITE_OWN_AUDITS):
            part = Assignment.objects.filter(audit=audit, user=viewer.user, ended_at=None).first()
    if part is None and not viewer.may(Permission.READ_ALL_AUDITS):
        return None
    return CaseViewer(viewer=viewer, case=case, audit=audit, part=part)

"""Pages with child-level data. Anyone who may not see one gets a 404, and the attempt is logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from cases.models import Access, Child
from cases.privacy.log import log
from inspections.access import View, inspection_page, viewer_of_inspection
from inspections.models import Inspection


def case_page(permission: Permission, what: Access.What) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """`inspection_page` for pages that show children. An attempt without the permission is logged.

    The same goes for somebody of another council, if the inspection exists. They get the same 404 as anyone else. The
    view itself logs what it shows (`cases.privacy.log.log`), because only the view knows that. From the address, the
    log uses `list` (key of a list) and `key` (key of a child).
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        allowed = inspection_page(permission)(view)

        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return allowed(request, slug, *args, **kwargs)
            except Http404:
                # The same exception is raised if a child or list does not exist.
                if not hasattr(request, "viewer"):
                    _log_refused(request.user, slug, what, kwargs)
                raise

        return page

    return decorate


def _log_refused(user: object, slug: str, what: Access.What, named: Mapping[str, Any]) -> None:
    if not isinstance(user, User):
        return
    viewer = viewer_of_inspection(user, slug)
    inspection = viewer.inspection if viewer else Inspection.objects.filter(slug=slug).first()
    if inspection is None:
        return
    key = str(named.get("key", ""))
    # Only keys are logged: anything else typed into the address could be a child's name.
    is_child = bool(key) and Child.objects.filter(inspection=inspection, key=key).exists()
    is_list = any(each.key == named.get("list") for each in inspection.framework.case_lists)
    log(
        inspection,
        by=user,
        what=what,
        now=timezone.now(),
        list=str(named["list"]) if is_list else "",
        child=key if is_child else "",
        was_refused=True,
    )

"""Somebody who asks for a child-level page that is not theirs gets 404 as everywhere, and the attempt is logged."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.models import Role, User
from accounts.permissions import Permission
from cases.models import Access, Child
from cases.privacy.log import log
from cases.views.pages import case_page
from inspections.models import Inspection
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db


@case_page(Permission.READ_CASES, Access.What.CHILD)
def a_page(request, viewer, key="", list="") -> HttpResponse:
    if key == "gone":
        raise Http404
    return HttpResponse("a child")


def ask(user: User, slug: str, **named: str) -> int:
    request = RequestFactory().get("/anything/")
    request.user = user
    try:
        return a_page(request, slug, **named).status_code
    except Http404:
        return 404


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def test_who_may_is_answered_and_the_page_logs_for_itself(inspection) -> None:
    officer = make_person(inspection.council, Role.CASE_OFFICER)
    assert ask(officer, inspection.slug) == 200
    assert ask(officer, inspection.slug, key="gone") == 404
    assert not Access.objects.exists()


def test_who_may_not_is_logged_with_the_child_and_the_list_aimed_at(inspection) -> None:
    member = make_person(inspection.council, Role.MEMBER)
    child = Child.objects.create(inspection=inspection, identifier="AB 1", folded="ab 1")
    list_key = inspection.framework.case_lists[0].key
    assert ask(member, inspection.slug, key=child.key, list=list_key) == 404
    row = Access.objects.get()
    assert (row.by, row.was_refused, row.child, row.list, row.what) == (
        member, True, child.key, list_key, Access.What.CHILD,
    )  # fmt: skip


def test_somebody_of_another_council_is_logged_on_the_inspection_aimed_at(inspection) -> None:
    stranger = make_person(make_council("Elsewhere"), Role.CASE_OFFICER)
    assert ask(stranger, inspection.slug) == 404
    row = Access.objects.get()
    assert (row.inspection, row.by, row.was_refused) == (inspection, stranger, True)


def test_an_inspection_that_does_not_exist_leaves_nothing(inspection) -> None:
    assert ask(make_person(inspection.council, Role.OWNER), "no-such-inspection") == 404
    assert not Access.objects.exists()


def test_words_typed_into_the_address_are_not_kept(inspection) -> None:
    other = make_inspection(inspection.council)
    theirs = Child.objects.create(inspection=other, identifier="AB 2", folded="ab 2")
    for named in ({"key": "jane-fictional", "list": "jane-fictional"}, {"key": theirs.key}):
        ask(make_person(inspection.council, Role.OWNER), inspection.slug, **named)
    assert [(row.child, row.list) for row in Access.objects.all()] == [("", ""), ("", "")]


def test_what_was_read_is_written_down(inspection) -> None:
    officer = make_person(inspection.council, Role.CASE_OFFICER)
    row = log(inspection, by=officer, what=Access.What.EXPORT, now=NOW, detail="Export 3")
    row.refresh_from_db()
    assert (row.by, row.at, row.detail, row.was_refused) == (officer, NOW, "Export 3", False)

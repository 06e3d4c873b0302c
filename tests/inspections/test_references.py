"""Things of any room are cited by a text, and found, named and opened by each viewer's own rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role, User
from contact import requests_actions
from documents.evidence import actions, moving
from evidencepack.models import Pack, PackState
from inspections.access import InspectionViewer, viewer_of_inspection
from inspections.models import Inspection
from inspections.references import Reference, ReferenceTarget, TargetState, find
from tests.factories.contact import ask
from tests.factories.documents import add, received
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def coordinator(inspection) -> User:
    return make_person(inspection.council, Role.COORDINATOR)


def viewer(user: User, inspection: Inspection) -> InspectionViewer:
    found = viewer_of_inspection(user, inspection.slug)
    assert found is not None
    return found


def seen(text: str, user: User, inspection: Inspection) -> ReferenceTarget | None:
    return find(Reference.parse(text), viewer(user, inspection))


def state(text: str, user: User, inspection: Inspection) -> TargetState:
    found = seen(text, user, inspection)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("documents:17", Reference("documents", "17")),
        ("documents:17@3", Reference("documents", "17", version=3)),
        ("documents:17#12", Reference("documents", "17", page=12)),
        ("documents:17@3#12", Reference("documents", "17", version=3, page=12)),
        ("focusgroups:safeguarding-12", Reference("focusgroups", "safeguarding-12")),
    ],
)
def test_reference_is_a_text_and_back(text, reference) -> None:
    assert (str(reference), Reference.parse(text)) == (text, reference)


@pytest.mark.parametrize("text", ["", "documents", "documents:", ":17", "documents:17@0", "documents:17#", "a:b c"])
def test_other_text_is_no_reference(text) -> None:
    with pytest.raises(ValueError, match="is no reference; one looks like documents:17@3#12"):
        Reference.parse(text)


def test_file_is_named_and_opened_at_its_page(inspection, coordinator) -> None:
    version = add(inspection, "10", "reports", name="reports.pdf").version
    address = reverse("documents:preview", args=[inspection.slug, version.pk])
    file = f"documents:{version.file_id}"
    assert seen(file, coordinator, inspection) == ReferenceTarget("reports.pdf", address, TargetState.CURRENT)
    cited = ReferenceTarget("reports.pdf, version 1, page 2", f"{address}#page-2", TargetState.CURRENT)
    assert seen(f"{file}@1#2", coordinator, inspection) == cited


def test_version_is_superseded_when_the_file_is_replaced_and_current_when_it_is_restored(
    inspection, coordinator
) -> None:
    first = add(inspection, "10", "reports").version
    cited, second = f"documents:{first.file_id}@1", f"documents:{first.file_id}@2"
    actions.replace_file(file=first.file, received=received(), as_at=None, by=None, now=NOW)
    assert (state(cited, coordinator, inspection), state(second, coordinator, inspection)) == (
        TargetState.SUPERSEDED,
        TargetState.CURRENT,
    )
    assert state(f"documents:{first.file_id}", coordinator, inspection) == TargetState.CURRENT
    actions.restore_version(version=first, by=None, now=NOW)
    assert (state(cited, coordinator, inspection), state(second, coordinator, inspection)) == (
        TargetState.CURRENT,
        TargetState.SUPERSEDED,
    )


def test_link_stays_right_when_the_file_is_moved_and_when_it_is_removed(inspection, coordinator, client) -> None:
    version = add(inspection, "10", "reports").version
    cited = f"documents:{version.file_id}@1"
    moving.move_file(file=version.file, document="3", part="plan", by=None, now=NOW)
    found = seen(cited, coordinator, inspection)
    assert found == ReferenceTarget(
        "minutes.pdf, version 1", reverse("documents:preview", args=[inspection.slug, version.pk]), TargetState.CURRENT
    )
    client.force_login(coordinator)
    assert client.get(found.url).status_code == 200
    actions.remove_file(file=version.file, by=None, now=NOW)
    assert state(cited, coordinator, inspection) == TargetState.GONE


def test_file_that_no_longer_counts_is_out_of_date(inspection, coordinator) -> None:
    days = [date(2010, 10, 1), date(2010, 11, 1), date(2010, 12, 1), *(date(2011, month, 1) for month in (1, 2, 3, 4))]
    files = [add(inspection, "1", "minutes", as_at=day).version.file_id for day in days]
    with time_machine.travel(at("2011-04-20 09:00"), tick=False):
        found = [state(f"documents:{file}", coordinator, inspection) for file in files]
    assert found == [TargetState.OUT_OF_DATE, *[TargetState.CURRENT] * 6]


def test_file_that_names_children_does_not_exist_for_who_may_not_open_it(inspection, coordinator) -> None:
    version = add(inspection, "10", "reports", names_children=True).version
    cited = f"documents:{version.file_id}"
    assert state(cited, coordinator, inspection) == TargetState.CURRENT
    assert seen(cited, make_person(inspection.council, Role.MEMBER), inspection) is None


@pytest.mark.parametrize("text", ["documents:999999", "documents:minutes", "nowhere:1", "evidencepack:7", "contact:7"])
def test_what_is_not_there_is_not_found(text, inspection, coordinator) -> None:
    assert seen(text, coordinator, inspection) is None


def test_thing_of_another_inspection_is_not_found(inspection, coordinator) -> None:
    file = add(make_inspection(inspection.council), "10", "reports").version.file_id
    assert seen(f"documents:{file}", coordinator, inspection) is None
    mine = add(inspection, "10", "reports").version.file_id
    assert seen(f"documents:{mine}@2", coordinator, inspection) is None


def _pack(inspection: Inspection, number: int, **facts) -> Pack:
    facts = {"state": PackState.READY, "finished_at": NOW, "pdf_sha256": "0" * 64, "zip_sha256": "0" * 64, **facts}
    return Pack.objects.create(inspection=inspection, number=number, requested_at=NOW, free_at=NOW, **facts)


def test_pack_is_superseded_by_a_later_whole_one_alone(inspection, coordinator) -> None:
    first = _pack(inspection, 1)
    _pack(inspection, 2, supplements=first)
    address = reverse("evidencepack:pack", args=[inspection.slug, 1])
    assert seen("evidencepack:1#4", coordinator, inspection) == ReferenceTarget(
        "Pack 1, page 4", address, TargetState.CURRENT
    )
    _pack(inspection, 3, state=PackState.QUEUED, finished_at=None)
    assert seen("evidencepack:3", coordinator, inspection) is None
    Pack.objects.filter(number=3).update(state=PackState.READY, finished_at=NOW)
    assert state("evidencepack:1", coordinator, inspection) == TargetState.SUPERSEDED
    assert seen("evidencepack:1", make_person(inspection.council, Role.OWNER), inspection) is None


def test_focus_group_is_found_by_who_sees_all_groups_or_owns_it(inspection, coordinator) -> None:
    group, other = inspection.framework.focus_groups[:2]
    owner = make_person(inspection.council, Role.OWNER)
    make_ownership(inspection, f"focus-group:{group.key}", make_post(inspection.council, "Head of Testing", owner))
    found = ReferenceTarget(
        group.title, reverse("focusgroups:group", args=[inspection.slug, group.key]), TargetState.CURRENT
    )
    assert [seen(f"focusgroups:{group.key}", user, inspection) for user in (coordinator, owner)] == [found, found]
    assert seen(f"focusgroups:{other.key}", owner, inspection) is None


def test_request_is_named_without_its_words_and_gone_when_it_is_withdrawn(inspection, coordinator) -> None:
    owner = make_person(inspection.council, Role.OWNER)
    asked = ask(inspection, due=NOW + timedelta(days=1), now=NOW, posts=[make_post(inspection.council, "Head", owner)])
    address = reverse("contact:request", args=[inspection.slug, 1])
    found = ReferenceTarget("Inspectors’ request 1: figures or a list", address, TargetState.CURRENT)
    assert [seen("contact:1", user, inspection) for user in (coordinator, owner)] == [found, found]
    assert seen("contact:1", make_person(inspection.council, Role.OWNER), inspection) is None
    requests_actions.withdraw_request(request=asked, reason="Not needed", by=coordinator, now=NOW)
    assert state("contact:1", coordinator, inspection) == TargetState.GONE

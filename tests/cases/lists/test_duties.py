"""What is owed on case lists: the sending of all of them, and each of them here and settled."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from cases.contradictions import explain
from cases.duties import LIST, SENDING, duties
from cases.models import Contradiction
from inspections.snapshot import snapshot_of
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, PROTECTION, UNALLOCATED, import_lists, record, send
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import sign_in, texts

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")
DUE = at("2011-04-21 17:00")
ALL = {IN_NEED: {"A1": record()}, PROTECTION: {}, LOOKED_AFTER: {"B1": record(placement="U4")}, UNALLOCATED: {}}


def owed(inspection):
    (found,) = (duty for duty in duties(snapshot_of(inspection, now=NOW)) if duty.kind is SENDING)
    return found


def by_list(inspection):
    return {duty.key: duty for duty in duties(snapshot_of(inspection, now=NOW)) if duty.kind is LIST}


def test_sending_is_owed_by_the_case_officers_until_the_plan_names_a_post(inspection) -> None:
    duty = owed(inspection)
    assert (duty.key, duty.role, duty.owners, duty.done) == ("step:case-list", Role.CASE_OFFICER, (), False)
    assert (duty.due, duty.due_day) == (DUE, 4)
    make_ownership(inspection, "step:case-list", make_post(inspection.council, "Head of Lists"))
    duty = owed(inspection)
    assert ([owner.name for owner in duty.owners], duty.role) == (["Head of Lists"], None)


def test_missing_words_name_the_lists_that_are_not_here(inspection) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record()}, UNALLOCATED: {}})
    assert owed(inspection).missing == (
        "Child protection: not imported, nor stated to be empty.",
        "Looked after: not imported, nor stated to be empty.",
        "No export of all lists is recorded as sent.",
    )


def test_sending_is_done_when_an_export_of_all_lists_is_recorded_as_sent(inspection, officer) -> None:
    import_lists(inspection, ALL)
    send(inspection, IN_NEED, LOOKED_AFTER, now=NOW)
    assert not owed(inspection).done
    sent = send(inspection, now=NOW)
    duty = owed(inspection)
    assert (duty.done, duty.done_at, duty.missing) == (True, sent.sent_at, ())
    # What was sent stays sent, whatever is imported or sent afterwards.
    import_lists(inspection, {IN_NEED: {"A2": record()}})
    send(inspection, IN_NEED, now=at("2011-05-20 09:00"))
    assert owed(inspection).done_at == sent.sent_at


def test_each_list_is_a_duty_with_the_number_of_its_contradictions(inspection, officer) -> None:
    import_lists(inspection, ALL | {IN_NEED: {"A1": record(legal_status="C2"), "A2": record(legal_status="C1")}})
    found = by_list(inspection)
    assert list(found) == [f"case-list:{each.key}" for each in inspection.framework.case_lists]
    need = found[f"case-list:{IN_NEED}"]
    assert (need.state, need.done, need.role) == ("contradicted", False, Role.CASE_OFFICER)
    assert need.missing == ("2 contradictions are still open.",)
    assert (need.due, need.title) == (DUE, "Case list: Child in need")
    assert all(found[f"case-list:{key}"].done for key in (PROTECTION, LOOKED_AFTER, UNALLOCATED))
    explain(contradiction=Contradiction.objects.order_by("pk")[0], note="So it is.", by=officer, now=NOW)
    assert by_list(inspection)[need.key].missing == ("1 contradiction is still open.",)


def test_contradiction_found_after_the_sending_is_not_late(inspection) -> None:
    import_lists(inspection, ALL)
    send(inspection, now=NOW)
    import_lists(inspection, {IN_NEED: {"A1": record(legal_status="C2")}})
    need = by_list(inspection)[f"case-list:{IN_NEED}"]
    assert (need.done, need.due) == (False, None)
    assert not need.is_late(at("2011-06-01 09:00"))


def test_before_the_call_nothing_has_a_date(inspection) -> None:
    waiting = make_inspection(inspection.council)
    assert by_list(waiting) == {}
    import_lists(waiting, {IN_NEED: {"A1": record()}})
    assert [duty.due for duty in by_list(waiting).values()] == [None] * 4
    assert owed(waiting).due is None


def test_framework_without_such_steps_owes_neither_lists_nor_surveys(inspection) -> None:
    tiny = make_inspection(make_council(), framework="slac-2009", notified=date(2011, 4, 18))
    snapshot = snapshot_of(tiny, now=NOW)
    assert duties(snapshot)
    bare = snapshot.__class__(**{**snapshot.__dict__, "framework": _without_steps(snapshot.framework)})
    assert duties(bare) == []


def _without_steps(framework):
    from dataclasses import replace

    return replace(
        framework, steps=tuple(step for step in framework.steps if step.duty not in {"case-lists", "surveys"})
    )


def test_lists_are_work_of_the_case_officer_and_a_tile_of_the_dashboard(inspection, officer, at_officer) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record()}, PROTECTION: {}})
    work = texts(at_officer.get(reverse("timetable:my-work", args=[inspection.slug])), "//main//h2")
    step = inspection.framework.step("case-list").title
    assert {step, "Case list: Looked after", "Case list: Unallocated or awaiting transfer"} <= set(work)
    assert "Case list: Child in need" not in work
    coordinator = sign_in(make_person(inspection.council, Role.COORDINATOR))
    tiles = texts(coordinator.get(reverse("dashboard", args=[inspection.slug])), "//ul[@class='house-tiles']/li")
    assert [tile for tile in tiles if "Case lists" in tile] == ["2 of 4 Case lists ready 2 ready 2 not imported"]


def test_nobody_records_the_sending_by_hand(inspection) -> None:
    office = sign_in(make_person(inspection.council, Role.DCS_OFFICE))
    page = reverse("timetable:record", args=[inspection.slug, "case-list"])
    assert office.get(page).status_code == 404
    assert office.post(page, {"note": ""}).status_code == 404


@pytest.mark.parametrize("number", [1, 40])
def test_duties_take_one_query(inspection, number, django_assert_num_queries) -> None:
    for day in range(3):
        import_lists(inspection, {IN_NEED: {f"A{n}": record(gender=str(day)) for n in range(number)}, PROTECTION: {}})
        send(inspection)
    snapshot = snapshot_of(inspection, now=NOW)
    with django_assert_num_queries(1):
        assert len(duties(snapshot)) == 8

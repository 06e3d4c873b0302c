"""Contradictions are found by the framework's rules at each import, and keep what was said of them while they stand."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Event
from cases.contradictions import explain, reopen
from cases.models import Contradiction
from refusals import Refused
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, PROTECTION, UNALLOCATED, child_of, import_lists, record
from tests.factories.people import at
from tests.reading import main, rows, success

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = at("2011-04-20 09:00")
LATER = at("2011-04-21 09:00")
CAPTION = "Each contradiction with its child, what the lists say, and its state"


def standing(inspection) -> set[tuple[str, str, str]]:
    """Identifier, rule and list of each contradiction that is not settled."""
    found = Contradiction.objects.filter(inspection=inspection).exclude(state="settled")
    return set(found.values_list("child__identifier", "rule", "list"))


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        # A care status on a child who is not looked after; that list has to be here to say so.
        ({IN_NEED: record(legal_status="C2"), LOOKED_AFTER: None}, {("care-status-looked-after", IN_NEED)}),
        ({PROTECTION: record(legal_status="V2"), LOOKED_AFTER: None}, {("care-status-looked-after", PROTECTION)}),
        (
            {IN_NEED: record(legal_status="group:care-order"), LOOKED_AFTER: None},
            {("care-status-looked-after", IN_NEED)},
        ),
        ({IN_NEED: record(legal_status="V3"), LOOKED_AFTER: None}, set()),
        ({IN_NEED: record(legal_status="group:section-20"), LOOKED_AFTER: None}, set()),
        ({IN_NEED: record(legal_status="C2")}, set()),
        ({IN_NEED: record(legal_status="C2"), LOOKED_AFTER: record(legal_status="C2")}, set()),
        # A placement of a child who is not looked after, where the two came with different imports.
        ({IN_NEED: record(placement="U4"), LOOKED_AFTER: None}, {("placement-looked-after", IN_NEED)}),
        # Both plans: on both lists, or by what one row says.
        ({IN_NEED: record(), PROTECTION: record()}, {("plans-at-once", IN_NEED)}),
        (
            {IN_NEED: record(child_in_need_plan="yes", child_protection_plan="yes")},
            {("plans-at-once", IN_NEED)},
        ),
        (
            {
                UNALLOCATED: record(child_in_need_plan="yes"),
                PROTECTION: record(child_protection_plan="yes"),
                IN_NEED: None,
            },
            {("plans-at-once", PROTECTION), ("plan-on-need-list", UNALLOCATED)},
        ),
        # A plan of a child who is not on its list.
        ({IN_NEED: record(child_protection_plan="yes"), PROTECTION: None}, {("plan-on-protection-list", IN_NEED)}),
        ({IN_NEED: record(child_protection_plan="no"), PROTECTION: None}, set()),
        # Different things of one child.
        ({IN_NEED: record(), LOOKED_AFTER: record(date_of_birth="2004-02-03")}, {("one-birth", IN_NEED)}),
        ({IN_NEED: record(), LOOKED_AFTER: record(gender="1")}, {("one-description", IN_NEED)}),
        ({LOOKED_AFTER: record(), UNALLOCATED: record(ethnicity="BAFR")}, {("one-description", LOOKED_AFTER)}),
        ({IN_NEED: record(), LOOKED_AFTER: record(ethnicity="group:white", gender="")}, set()),
        (
            {IN_NEED: record(ethnicity="group:white"), LOOKED_AFTER: record(ethnicity="group:asian")},
            {("one-description", IN_NEED)},
        ),
        ({IN_NEED: record(), LOOKED_AFTER: record(placement="U4"), UNALLOCATED: record()}, set()),
    ],
)
def test_contradiction_is_found(inspection, lists, expected) -> None:
    import_lists(inspection, {key: {"A1": values} if values else {} for key, values in lists.items()})
    assert {(rule, case_list) for _, rule, case_list in standing(inspection)} == expected


def test_it_does_not_matter_which_list_came_first(inspection) -> None:
    import_lists(inspection, {LOOKED_AFTER: {"A1": record(), "A2": record()}})
    import_lists(inspection, {IN_NEED: {"A1": record(gender="1"), "A2": record()}}, now=NOW)
    assert standing(inspection) == {("A1", "one-description", IN_NEED)}


def test_import_settles_what_it_has_no_more_and_leaves_what_was_said_of_the_rest(inspection, officer) -> None:
    import_lists(
        inspection, {IN_NEED: {"A1": record(legal_status="C2"), "A2": record(legal_status="C1")}, LOOKED_AFTER: {}}
    )
    for row in Contradiction.objects.all():
        assert explain(contradiction=row, note="The order was made today.", by=officer, now=NOW)
    import_lists(inspection, {IN_NEED: {"A1": record(), "A2": record(legal_status="E1")}}, now=LATER)
    first, second = Contradiction.objects.order_by("pk")
    assert (first.state, first.settled_in.number, first.note) == ("settled", 2, "The order was made today.")
    assert (second.state, second.settled_in, second.noted_by) == ("explained", None, officer)


def test_what_was_settled_and_comes_back_is_open(inspection, officer) -> None:
    wrong, right = {"A1": record(legal_status="C2")}, {"A1": record()}
    for values, day in ((wrong, 1), (right, 2), (wrong, 3)):
        import_lists(
            inspection, {IN_NEED: values, LOOKED_AFTER: {}}, on=date(2011, 4, day), now=at(f"2011-04-0{day} 09:00")
        )
    assert list(Contradiction.objects.order_by("pk").values_list("state", flat=True)) == ["settled", "open"]


def test_explaining_and_taking_back_are_done_once_and_never_name_the_child(inspection, officer) -> None:
    import_lists(inspection, {IN_NEED: {"Smith": record(legal_status="C2")}, LOOKED_AFTER: {}})
    row = Contradiction.objects.get()
    assert explain(contradiction=row, note="Discharged in Smith’s case.", by=officer, now=NOW)
    assert not explain(contradiction=row, note="Discharged in Smith’s case.", by=officer, now=LATER)
    assert reopen(contradiction=row, by=officer, now=LATER)
    assert not reopen(contradiction=row, by=officer, now=LATER)
    row.refresh_from_db()
    assert (row.state, row.note) == ("open", "")
    events = Event.objects.filter(inspection=inspection.slug).order_by("pk")
    assert [(event.verb, event.subject, event.detail) for event in events] == [
        ("contradiction explained", "Child in need", {}),
        ("contradiction opened again", "Child in need", {}),
    ]


def test_settled_contradiction_cannot_be_explained_and_a_reason_is_needed(inspection, officer) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record(legal_status="C2")}, LOOKED_AFTER: {}})
    row = Contradiction.objects.get()
    with pytest.raises(Refused, match="Say why"):
        explain(contradiction=row, note="  ", by=officer, now=NOW)
    import_lists(inspection, {IN_NEED: {}}, now=LATER)
    for act in (
        lambda: explain(contradiction=row, note="So it is.", by=officer, now=LATER),
        lambda: reopen(contradiction=row, by=officer, now=LATER),
    ):
        with pytest.raises(Refused, match="settled"):
            act()


# The pages


def test_page_lists_them_child_by_child_with_what_the_lists_say(at_officer, inspection) -> None:
    import_lists(
        inspection,
        {IN_NEED: {"A1": record(), "A2": record(legal_status="C2")}, LOOKED_AFTER: {"A1": record(gender="1")}},
    )
    page = at_officer.get(reverse("cases:contradictions", args=[inspection.slug]))
    assert "2 contradictions are open." in main(page)
    second, first = rows(page, CAPTION)
    rules = {rule.key: rule.text for rule in inspection.framework.case_rules}
    assert first == [
        "A1",
        "Child in need",
        f"Rule not met: {rules['one-description']} Gender: Female (Child in need), Male (Looked after)",
        "Open",
    ]
    assert second[:2] == ["A2", "Child in need"]
    assert second[2].startswith(f"Rule not met: {rules['care-status-looked-after']}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A2"}),
        ("state=explained", {"A1"}),
        ("state=settled", set()),
        ("state=all", {"A1", "A2"}),
        ("state=tea", {"A2"}),
        ("list=looked-after", set()),
        ("rule=care-status-looked-after&state=all", {"A1", "A2"}),
        ("rule=one-birth&state=all", set()),
    ],
)
def test_page_is_narrowed(at_officer, inspection, officer, query, found) -> None:
    import_lists(
        inspection, {IN_NEED: {"A1": record(legal_status="C2"), "A2": record(legal_status="C1")}, LOOKED_AFTER: {}}
    )
    explained = Contradiction.objects.get(child=child_of(inspection, "A1"))
    explain(contradiction=explained, note="So it is.", by=officer, now=NOW)
    page = at_officer.get(f"{reverse('cases:contradictions', args=[inspection.slug])}?{query}")
    assert {row[0] for row in (rows(page, CAPTION) if found else [])} == found
    assert found or "No contradiction matches" in main(page)


def test_contradiction_is_explained_and_opened_again_on_the_childs_page(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record(legal_status="C2")}, LOOKED_AFTER: {}})
    row = Contradiction.objects.get()
    parts = [inspection.slug, row.child.key, row.pk]
    empty = at_officer.post(reverse("cases:explain", args=parts), {"note": ""})
    assert (empty.status_code, "Say why it is right as it is." in main(empty)) == (422, True)
    done = at_officer.post(reverse("cases:explain", args=parts), {"note": "It ends on Friday."}, follow=True)
    assert success(done) == ["Explained. It is no longer counted as open."]
    assert "It ends on Friday. 20 April 2011 at 9am, Casey Officer" in main(done)
    back = at_officer.post(reverse("cases:reopen", args=parts), follow=True)
    assert success(back) == ["The explanation is taken back. The contradiction is open again."]
    assert "It ends on Friday." not in main(back)

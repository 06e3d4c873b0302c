"""4. The coordinator sees where it will break, approves one document and returns another with a reason."""

import pytest

pytestmark = pytest.mark.journey

# Documents with nothing in them, and the set that was to be sent on day 2.
LATE = 10 + 1
PLAN = (
    "Children and Young People's Plan and the latest review of Children and Young People's Plan, including any "
    "updates to the plan"
)
GROUPS = "Lists of existing groups of service users and their parents/carers"
REASON = "The review of the plan is the one before the latest."


def test_the_coordinator_looks_at_the_dashboard(visitor):
    cora = visitor("review", "coordinator")
    when_she_signs_in(cora)
    then_the_dashboard_says_how_much_is_ready(cora)
    and_what_is_late_with_its_owner_and_since_when(cora)
    and_what_has_no_owner(cora)
    when_she_approves_a_document(cora)
    then_it_is_approved_by_her(cora)
    when_she_returns_another_without_a_reason(cora)
    then_she_is_asked_for_one(cora)
    when_she_gives_the_reason(cora)
    then_the_document_says_what_has_to_be_put_right(cora)
    and_the_dashboard_has_changed(cora)


def when_she_signs_in(cora):
    cora.signs_in()


def then_the_dashboard_says_how_much_is_ready(cora):
    cora.sees_heading(f"Day 3 of 40: {LATE} things are late")
    assert tiles(cora) == {
        "Core documents ready": ("3 of 13", "1 approved 2 submitted 10 missing"),
        "Safeguarding: focus groups ready": ("0 of 18", "17 nobody named 1 owner tbc"),
        "Looked after children: focus groups ready": ("0 of 19", "16 nobody named 3 owner tbc"),
        "Other deadlines met": ("0 of 7", "7 to do"),
        "Surveys passed on": ("0 of 3", "3 to do"),
    }
    cora.meets_no_barrier("journey-dashboard")


def and_what_is_late_with_its_owner_and_since_when(cora):
    rows = cora.reads("table tbody tr")
    assert sum(row.startswith("Late ") for row in rows) == LATE
    assert rows[0] == (
        "Late Minutes of the last six Local Safeguarding Children Board meetings All six are missing. "
        "Chair – OSCB: Owen Example Business Manager, OSCB: Owen Example Late since 15 April 2011 at 5pm"
    )


def and_what_has_no_owner(cora):
    tbc = [row for row in cora.reads("table tbody tr") if row.startswith("Owner tbc ")]
    assert len(tbc) == 4
    cora.sees_heading("Owners still to be found")


def when_she_approves_a_document(cora):
    cora.opens("Documents")
    cora.sees("3 of 13 documents are ready")
    cora.follows(GROUPS)
    cora.sees("Everything is in and waits for approval.")
    cora.presses("Approve")


def then_it_is_approved_by_her(cora):
    cora.is_told("Document 4 approved. A new version will need a new approval.")
    cora.sees("Everything is in, and approved by Cora Example on 18 April 2011.")
    cora.meets_no_barrier("journey-document-approved")


def when_she_returns_another_without_a_reason(cora):
    cora.opens("Documents")
    cora.follows(PLAN)
    cora.unfolds("Return it to its owner")
    cora.presses("Return")


def then_she_is_asked_for_one(cora):
    cora.is_refused("Say what has to be put right, so that the owner knows what to do")
    cora.meets_no_barrier("journey-return-refused")


def when_she_gives_the_reason(cora):
    cora.fills("What has to be put right", REASON)
    cora.presses("Return")


def then_the_document_says_what_has_to_be_put_right(cora):
    cora.is_told("Document 3 returned to Strategic Lead, Performance.")
    cora.sees_heading("What has to be put right")
    cora.sees(REASON, "Returned by Cora Example on 18 April 2011.")
    cora.meets_no_barrier("journey-document-returned")


def and_the_dashboard_has_changed(cora):
    cora.opens("Dashboard")
    cora.sees_heading(f"Day 3 of 40: {LATE + 1} things are late")
    assert tiles(cora)["Core documents ready"] == ("2 of 13", "2 approved 1 returned 10 missing")
    cora.meets_no_barrier("journey-dashboard-after")


def tiles(cora) -> dict[str, tuple[str, str]]:
    """The dashboard's numbers and the legends of their pictures, by label."""
    labels, numbers = cora.reads(".house-tile__label"), cora.reads(".house-tile__number")
    legends = cora.reads(".house-tile .house-legend")
    return dict(zip(labels, zip(numbers, legends, strict=True), strict=True))

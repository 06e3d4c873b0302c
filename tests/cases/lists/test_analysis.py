"""The analysis: whole for those who see children, with small numbers hidden for all others."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.lists.analysis import HIDDEN, breakdowns, kept_counts
from cases.state import cases_state
from cases.value_labels import value_labels_of
from frameworks import Library
from inspections.snapshot import snapshot_of
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, import_lists, record
from tests.factories.people import at
from tests.reading import main, rows

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")
WORDS = value_labels_of(Library().framework("slac-2009"))
CODES = [code.code for code in WORDS.coded["ethnicity"].recogniser.code_set.codes]


def children(**numbers: int) -> dict[str, dict[str, str]]:
    """So many children of each ethnicity."""
    return {f"{code}-{n}": record(ethnicity=code) for code, number in numbers.items() for n in range(number)}


def table(client, inspection, caption: str, case_list: str = IN_NEED) -> dict[str, list[str]]:
    page = client.get(reverse("cases:analysis", args=[inspection.slug, case_list]))
    return {row[0]: row[1:] for row in rows(page, caption)}


def test_case_officers_see_every_number_beside_that_of_the_import_before(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: children(WBRI=9, BAFR=4)}, on=date(2011, 3, 1))
    import_lists(inspection, {IN_NEED: children(WBRI=12, BAFR=3, AIND=1)}, now=NOW)
    assert table(at_officer, inspection, "Ethnicity") == {
        "White": ["12 of 16", "9"],
        "Black or Black British": ["3 of 16", "4"],
        "Asian or Asian British": ["1 of 16", "0"],
    }


def test_others_see_no_small_number_nor_what_gives_it_away(at_coordinator, inspection) -> None:
    import_lists(inspection, {IN_NEED: children(WBRI=12, BAFR=3, AIND=7)})
    assert table(at_coordinator, inspection, "Ethnicity") == {
        "White": ["12 of 22"],
        "Black or Black British": [HIDDEN],
        "Asian or Asian British": [HIDDEN],
    }
    import_lists(inspection, {IN_NEED: children(WBRI=3)}, now=NOW)
    page = at_coordinator.get(reverse("cases:analysis", args=[inspection.slug, IN_NEED]))
    assert "Ethnicity Too few to be shown." in main(page)
    assert "White" not in main(page)


def test_total_of_a_list_is_never_hidden(at_coordinator, inspection) -> None:
    import_lists(inspection, {IN_NEED: children(WBRI=2)})
    page = at_coordinator.get(reverse("cases:analysis", args=[inspection.slug, IN_NEED]))
    assert "2 on the list." in main(page)


def test_list_is_broken_down_by_its_own_fields(at_officer, inspection) -> None:
    import_lists(inspection, {LOOKED_AFTER: {"A1": record(placement="U4", date_of_birth="2011-01-01")}})
    assert table(at_officer, inspection, "Placement", LOOKED_AFTER) == {"Foster placement": ["1 of 1"]}
    assert table(at_officer, inspection, "Age", LOOKED_AFTER) == {"Under 1": ["1 of 1"]}
    assert table(at_officer, inspection, "Time since referral", LOOKED_AFTER) == {"1 to 2 years": ["1 of 1"]}


def test_analysis_outlives_the_children(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: children(WBRI=9)})
    inspection.case_rows.all().delete()
    inspection.children.all().delete()
    assert table(at_officer, inspection, "Ethnicity") == {"White": ["9 of 9"]}


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=60))
def test_page_hides_what_the_rule_hides_whatever_is_on_the_list(codes) -> None:
    """The numbers that are shown, with those that are not, could be any of several; here: no shown one is small."""
    from cases.lists.analysis import _breakdown
    from cases.state import ImportedList, ListState

    case_list = WORDS.framework.case_list(IN_NEED)
    last = ImportedList(len(codes), 1, 1, "files", date(2011, 3, 31), NOW, None)
    counted: dict[str, int] = {}
    for code in codes:
        group = WORDS.coded["ethnicity"].group_of(code)
        counted[group] = counted.get(group, 0) + 1
    kept = {(1, IN_NEED, "ethnicity"): counted}
    state = ListState(case_list, last, None, 0, 0)
    shown = _breakdown(WORDS.fields["ethnicity"], state, last, kept, WORDS, is_whole=False)
    assert not {part.count for part in shown.parts} & {1, 2, 3, 4}
    hidden = [counted.get(part.key, 0) for part in shown.parts if part.count is None]
    assert not hidden or len(hidden) > 1


def test_counts_of_both_imports_take_one_query(inspection, django_assert_num_queries) -> None:
    import_lists(inspection, {IN_NEED: children(WBRI=9)})
    import_lists(inspection, {IN_NEED: children(WBRI=9, BAFR=1)}, now=NOW)
    state = cases_state(snapshot_of(inspection, now=NOW)).of(IN_NEED)
    with django_assert_num_queries(1):
        breakdowns(state, kept_counts([state.last, state.before]), WORDS, is_whole=True)

"""The counts that an import keeps are those of the lists as it left them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from cases.lists.bands import age_band, time_band
from cases.lists.counting import count_lists
from cases.models import CaseImport, ImportCount
from cases.value_labels import value_labels_of
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, ON, UNALLOCATED, import_lists, record
from tests.factories.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def counts(case_import: CaseImport, case_list: str, field: str = "") -> dict[str, int]:
    found = ImportCount.objects.filter(case_import=case_import, list=case_list, field=field)
    return dict(found.values_list("value", "count"))


def test_each_group_of_each_field_is_counted(inspection) -> None:
    children = {
        "A1": record(date_of_birth="2010-09-01", ethnicity="group:white", gender="1", placement="U4"),
        "A2": record(date_of_birth="1995-03-31", ethnicity="WIRI", legal_status="C2", placement="U6"),
        "A3": record(date_of_birth="", unborn="yes", ethnicity="", gender="", referral_date="2011-03-01"),
        "A4": record(date_of_birth="2011-05-01", ethnicity="BAFR", placement="P1", referral_date=""),
        "A5": record(date_of_birth="", placement="group:supported-lodgings", legal_status=""),
    }
    done = import_lists(inspection, {LOOKED_AFTER: children})
    assert counts(done, LOOKED_AFTER) == {"": 5}
    assert counts(done, LOOKED_AFTER, "date-of-birth") == {"unborn": 2, "under-1": 1, "16-and-17": 1, "": 1}
    assert counts(done, LOOKED_AFTER, "ethnicity") == {"white": 3, "black": 1, "": 1}
    assert counts(done, LOOKED_AFTER, "gender") == {"1": 1, "2": 3, "": 1}
    assert counts(done, LOOKED_AFTER, "legal-status") == {"not-looked-after": 3, "care-order": 1, "": 1}
    assert counts(done, LOOKED_AFTER, "placement") == {"foster": 2, "parents": 1, "supported-lodgings": 1, "": 1}
    assert counts(done, LOOKED_AFTER, "referral-date") == {"1-to-2-years": 3, "under-3-months": 1, "": 1}
    assert counts(done, LOOKED_AFTER, "disability") == {}


def test_groups_add_up_to_the_total_and_are_those_of_the_words(inspection) -> None:
    values = [
        record(date_of_birth=f"{1993 + number % 18}-0{1 + number % 9}-15", gender=str(number % 2 + 1))
        for number in range(40)
    ]
    done = import_lists(inspection, {UNALLOCATED: {f"C{n}": each for n, each in enumerate(values)}})
    labels = value_labels_of(inspection.framework)
    for field in labels.counted_on(UNALLOCATED):
        found = counts(done, UNALLOCATED, field.key)
        assert sum(found.values()) == 40
        assert set(found) <= {group.key for group in labels.groups_of(field)}
    ages = Counter(age_band(date.fromisoformat(each["date-of-birth"]), ON) for each in values)
    assert counts(done, UNALLOCATED, "date-of-birth") == ages
    times = Counter(time_band(date.fromisoformat(each["referral-date"]), ON) for each in values)
    assert counts(done, UNALLOCATED, "referral-date") == times


def test_import_counts_the_lists_that_it_holds_and_no_other(inspection) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record()}})
    later = import_lists(inspection, {LOOKED_AFTER: {"B1": record(placement="U4"), "B2": record(placement="U4")}})
    assert set(ImportCount.objects.filter(case_import=later).values_list("list", flat=True)) == {LOOKED_AFTER}
    assert counts(later, LOOKED_AFTER) == {"": 2}


def test_empty_list_has_a_total_of_none(inspection) -> None:
    done = import_lists(inspection, {UNALLOCATED: {}})
    assert counts(done, UNALLOCATED) == {"": 0}


def test_counting_again_leaves_the_same(inspection) -> None:
    done = import_lists(inspection, {IN_NEED: {"A1": record(), "A2": record(gender="1")}})
    before = sorted(ImportCount.objects.values_list("list", "field", "value", "count"))
    count_lists(done)
    assert sorted(ImportCount.objects.values_list("list", "field", "value", "count")) == before


def test_list_without_an_as_at_day_is_as_at_the_day_of_its_import(inspection) -> None:
    done = import_lists(inspection, {IN_NEED: {"A1": record(date_of_birth="2010-04-01")}}, on=None, now=NOW)
    assert counts(done, IN_NEED, "date-of-birth") == {"1-to-4": 1}


def test_counting_takes_as_many_queries_for_many_as_for_one(inspection, django_assert_num_queries) -> None:
    case_import = import_lists(inspection, {IN_NEED: {f"A{n}": record(gender=str(n % 2)) for n in range(30)}})
    with django_assert_num_queries(6):
        count_lists(CaseImport.objects.select_related("inspection").get(pk=case_import.pk))

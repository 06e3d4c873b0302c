"""Ofsted's child-level template: its lists 6 to 9, folded to each child's row that is current on the as-at day."""

from __future__ import annotations

from typing import Any

import pytest

from frameworks import load_framework
from tests.cases.reading.files import read
from tests.frameworks.files import ANNEX_A
from tests.spreadsheets.sheets import csv_of, xlsx_of

START = ["Child Unique ID", "{gender}", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
DISABILITY = "Does the Child have a Disability"
TEAM = ["Allocated Team", "Allocated Worker"]
CONTACTS = [*START, "Date of Contact", "Contact Source"]
NEED = [
    *START, DISABILITY, "CIN Start Date", "Primary Need Code", "Date Child Was Last Seen", "CIN Closure Date",
    "Reason for Closure", "Case Status", *TEAM,
]  # fmt: skip
PROTECTION = [
    *START, DISABILITY, "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse",
    "Date of the Last Statutory Visit", "Was the Child Seen Alone?", "Date of latest review conference",
    "Child Protection Plan End Date", "Number of Previous Child Protection Plans", *TEAM,
]  # fmt: skip
CARE = [
    *START, DISABILITY, "Date Started to be Looked After", "Child's Category of Need", "Child's Legal Status",
    "Date of Latest Statutory Review", "Date Ceased to be Looked After", "Reason Ceased to be Looked After",
    "Placement Type", "Placement Provider", "Placement postcode", *TEAM,
]  # fmt: skip
LEAVING = [*START, DISABILITY, *TEAM, "Eligibility Category", "LA in Touch", "Type of Accommodation", "Activity Status"]


def sheet(headings: list[str], *rows: dict[str, Any], gender: str = "Gender") -> list[list[Any]]:
    headings = [gender if each == "{gender}" else each for each in headings]
    common = {gender: "b) Female", "Ethnicity": "a) WBRI", "Date of Birth": "04/03/2000", DISABILITY: "b) No"}
    common |= {"Allocated Worker": "A Worker"}
    return [headings, *([{**common, **row}.get(each, "") for each in headings] for row in rows)]


def child(number: str, **cells: str) -> dict[str, str]:
    return {"Child Unique ID": number, **cells}


def template(gender: str = "Gender") -> dict[str, list[list[Any]]]:
    started, ceased, placed, status = (
        "Date Started to be Looked After", "Date Ceased to be Looked After", "Placement Type", "Child's Legal Status",
    )  # fmt: skip
    plan, ended, earlier = (
        "Child Protection Plan Start Date", "Child Protection Plan End Date",
        "Number of Previous Child Protection Plans",
    )  # fmt: skip
    return {
        "List_1": sheet(CONTACTS, child("9", **{"Date of Contact": "01/11/2009"}), gender=gender),
        "List_6": sheet(
            NEED,
            child("1", **{"CIN Start Date": "01/02/2009"}),
            child("2", **{"CIN Start Date": "01/02/2008", "CIN Closure Date": "30/11/2009"}),
            child("2", **{"CIN Start Date": "01/02/2009", "Allocated Worker": ""}),
            child("3", **{"CIN Start Date": "01/02/2009", "CIN Closure Date": "01/03/2009"}),
            gender=gender,
        ),
        "List_7": sheet(
            PROTECTION,
            child("4", **{plan: "01/02/2009", earlier: "2"}),
            child("5", **{plan: "01/02/2007", ended: "01/02/2008", earlier: "0"}),
            child("5", **{plan: "01/02/2009", earlier: "0"}),
            gender=gender,
        ),
        "List_8": sheet(
            CARE,
            child("6", **{started: "01/02/2009", placed: "U4", status: "C2"}),
            child("7", **{started: "01/02/2005", ceased: "01/10/2009", status: "C2"}),
            gender=gender,
        ),
        "List_9": sheet(
            LEAVING,
            child("6", **{"Eligibility Category": "a) Eligible"}),
            child("7", **{"Eligibility Category": "c) Former relevant", "Date of Birth": "04/03/1991"}),
            gender=gender,
        ),
    }


@pytest.mark.parametrize("gender", ["Gender", "Sex"])
def test_each_list_has_its_current_children(gender) -> None:
    found = read(("Annex A.xlsx", xlsx_of(**template(gender))))
    assert found.errors() == []
    assert [(each.list, each.identifier, each.sheet, each.row) for each in found.records] == [
        ("child-in-need", "1", "List 6", 2),
        ("child-in-need", "2", "List 6", 4),
        ("child-protection", "4", "List 7", 2),
        ("child-protection", "5", "List 7", 4),
        ("looked-after", "6", "List 8", 2),
        ("looked-after", "7", "List 9", 3),
        ("unallocated", "2", "List 6", 4),
    ]
    assert found.reading.lists == {"child-in-need": 2, "child-protection": 2, "looked-after": 2, "unallocated": 1}
    # ended: two of list 6, one of list 7, one of list 8; the young person of list 9 who is still looked after
    assert found.reading.ended == 5


def test_what_the_template_says_of_a_child() -> None:
    found = read(("Annex A.xlsx", xlsx_of(**template())))
    assert found.of("4") == {
        "gender": "2",
        "ethnicity": "WBRI",
        "date-of-birth": "2000-03-04",
        "disability": found.of("4")["disability"],
        "child-protection-plan": "yes",
        "previous-child-protection-plan": "yes",
    }
    assert found.of("5")["previous-child-protection-plan"] == "no"
    assert (found.of("6")["placement"], found.of("6")["legal-status"]) == ("U4", "C2")
    assert found.of("7")["care-leaver"] == "yes"


def test_a_start_date_is_no_initial_referral_and_the_field_is_named_as_lacking() -> None:
    found = read(("Annex A.xlsx", xlsx_of(List_6=template()["List_6"])))
    assert ("column-lacking", None, "Date of initial referral") in found.warnings()
    assert all("referral-date" not in each.values for each in found.records)
    headed = [[*row, "01/01/2009"] for row in template()["List_6"]]
    headed[0][-1] = "Date of initial referral"
    again = read(("Annex A.xlsx", xlsx_of(List_6=headed)))
    assert again.of("1")["referral-date"] == "2009-01-01"


def test_a_file_of_one_list_is_recognised_by_its_headings() -> None:
    rows = [[str(cell) for cell in row] for row in template()["List_7"]]
    found = read(("export.csv", csv_of(*rows)))
    assert [each.list for each in found.records] == ["child-protection", "child-protection"]
    stated = read(("export.csv", csv_of(*rows)), source="annex-a")
    assert [each.identifier for each in stated.records] == ["4", "5"]


def test_two_rows_that_are_current_alike_are_a_duplicate() -> None:
    rows = template()["List_6"]
    found = read(("Annex A.xlsx", xlsx_of(List_6=[*rows, rows[1]])))
    assert found.errors() == [("identifier-twice", 6, "Child Unique ID")]


def test_an_end_that_cannot_be_read_is_an_error_at_its_cell() -> None:
    rows = template()["List_6"]
    rows[1][NEED.index("CIN Closure Date")] = "soon"
    found = read(("Annex A.xlsx", xlsx_of(List_6=rows)))
    assert found.errors() == [("date-unreadable", 2, "CIN Closure Date")]


def test_an_ended_row_is_no_fault_whatever_is_in_it() -> None:
    rows = template()["List_6"]
    rows[4][NEED.index("Ethnicity")] = "Martian"
    rows[4][NEED.index("Date of Birth")] = ""
    assert read(("Annex A.xlsx", xlsx_of(List_6=rows))).errors() == []


def test_lists_of_the_template_that_the_framework_does_not_ask_for_are_passed() -> None:
    found = read(("Annex A.xlsx", xlsx_of(List_1=template()["List_1"])))
    assert [f.kind for f in found.faults] == ["no-row"]


def test_another_framework_says_which_parts_are_its_lists() -> None:
    found = read(("Annex A.xlsx", xlsx_of(**template())), framework=load_framework(ANNEX_A))
    assert set(found.reading.lists) == {"in-need", "in-care"}
    assert found.of("2", "in-need")["in-need-since"] == "2009-02-01"

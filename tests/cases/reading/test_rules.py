"""Every rule of the case lists with a file that breaks just it: found at its row and column, and nothing else said."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cases.reading.files import COLUMN, ROWS, changed, read_rows


def test_the_good_file_has_no_fault() -> None:
    found = read_rows(ROWS)
    assert found.faults == []
    assert found.reading.accepted
    assert found.reading.lists == {"child-in-need": 1, "child-protection": 1, "looked-after": 3, "unallocated": 1}
    assert found.reading.rows == 5
    assert [(each.identifier, each.list, each.row) for each in found.records] == [
        ("1001", "child-in-need", 2),
        ("1002", "child-protection", 3),
        ("1003", "looked-after", 4),
        ("1004", "looked-after", 5),
        ("1004", "unallocated", 5),
        ("1005", "looked-after", 6),
    ]


ONE_FAULT = [
    # Identifiers
    (4, {"Child_ID": ""}, "error", "identifier-missing", "Child ID"),
    (4, {"Child_ID": "#N/A"}, "error", "identifier-missing", "Child ID"),
    (6, {"Child_ID": " 1003 "}, "error", "identifier-twice", "Child ID"),
    (6, {"Child_ID": "01003"}, "warning", "noughts", "Child ID"),
    (6, {"Child_ID": "Smith, John"}, "warning", "names", "Child ID"),
    # Dates
    (2, {"DOB": "31/02/2000"}, "error", "date-impossible", "DOB"),
    (2, {"DOB": "soon"}, "error", "date-unreadable", "DOB"),
    (2, {"DOB": "04/03/00"}, "error", "date-two-figure-year", "DOB"),
    (2, {"DOB": "03/14/2000"}, "error", "date-month-first", "DOB"),
    (2, {"DOB": "04/03/2000 14:35"}, "error", "date-with-time", "DOB"),
    (2, {"Referral_date": "04/12/2009"}, "error", "date-future", "Referral date"),
    (2, {"Referral_date": "02/12/2009"}, "warning", "date-after-as-at", "Referral date"),
    (5, {"Date_left_care": "in May"}, "error", "date-unreadable", "Date left care"),
    # Births
    (2, {"DOB": ""}, "error", "birth-needed", "DOB"),
    (2, {"DOB": "#REF!"}, "error", "birth-needed", "DOB"),
    (2, {"DOB": "10/12/2009", "Referral_date": "02/11/2009"}, "error", "birth-expected", "DOB"),
    (2, {"DOB": "30/11/2011"}, "error", "birth-expected", "DOB"),
    (2, {"Referral_date": "03/03/1999"}, "error", "referral-after-birth", "Referral date"),
    (2, {"Referral_date": "29/05/1999"}, "warning", "referral-after-birth", "Referral date"),
    # Ages: 18 on 30 November 2009 and 25 on that day are too old, a day younger is not
    (2, {"DOB": "30/11/1991"}, "warning", "under-18", "DOB"),
    (3, {"DOB": "30/11/1991"}, "warning", "under-18", "DOB"),
    (5, {"DOB": "30/11/1984"}, "warning", "under-25", "DOB"),
    # Codes
    (2, {"Gender": "Q"}, "error", "not-a-code", "Gender"),
    (2, {"Ethnicity": "Martian"}, "error", "not-a-code", "Ethnicity"),
    (4, {"Legal_status": "C9"}, "error", "not-a-code", "Legal status"),
    (4, {"Placement_type": "Fostering"}, "error", "not-a-code", "Placement type"),
    (2, {"Disability": "Bad knees"}, "warning", "kept-as-text", "Disability"),
    # Placements
    (4, {"Placement_type": ""}, "error", "placement-needed", "Placement type"),
    (4, {"Placement_type": "#N/A"}, "error", "placement-needed", "Placement type"),
    (4, {"Placement_type": "Other"}, "error", "other-placement-said", "Other placement"),
    (2, {"Placement_type": "U4"}, "error", "placement-looked-after", "Placement type"),
    # Plans
    (3, {"CIN_plan": "Yes"}, "warning", "both-plans", "CIN plan"),
    # Yes and no
    (2, {"Previous_CP_plan": "maybe"}, "error", "not-yes-or-no", "Previous CP plan"),
    (2, {"CIN_plan": "maybe"}, "error", "not-yes-or-no", "CIN plan"),
    (2, {"CIN_plan": "No"}, "error", "on-no-list", "CP plan"),
    (2, {"CIN_plan": ""}, "error", "on-no-list", "CP plan"),
    # Blank cells and errors of Excel
    (2, {"Ethnicity": ""}, "warning", "blank", "Ethnicity"),
    (2, {"Gender": ""}, "warning", "blank", "Gender"),
    (2, {"Referral_date": ""}, "warning", "blank", "Referral date"),
    (2, {"Disability": ""}, "warning", "blank", "Disability"),
    (4, {"Legal_status": ""}, "warning", "blank", "Legal status"),
    (2, {"Previous_CP_plan": ""}, "warning", "blank", "Previous CP plan"),
    (2, {"Ethnicity": "#N/A"}, "warning", "error-word", "Ethnicity"),
    (5, {"Date_left_care": "#REF!"}, "warning", "error-word", "Date left care"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cells", "level", "kind", "column"), ONE_FAULT)
def test_one_fault_is_found_at_its_cell_and_nothing_else(row, cells, level, kind, column) -> None:
    found = read_rows(changed(row, **cells))
    assert [(f.level, f.kind, f.row, f.column, f.place) for f in found.faults] == [
        (level, kind, row, column, COLUMN[column])
    ]
    assert found.reading.accepted is (level == "warning")
    fault = found.faults[0]
    assert fault.message.endswith(".")
    assert fault.file == "cases.csv"


NO_FAULT = [
    # The youngest and the oldest that pass
    (2, {"DOB": "01/12/1991"}),
    (5, {"DOB": "01/12/1984"}),
    # Unborn: by a column, by a word where a date or the gender would be, by an expected date
    (2, {"DOB": "", "Unborn": "Yes"}),
    (2, {"DOB": "Unborn", "Unborn": ""}),
    (2, {"DOB": "", "Unborn": "", "EDD": "01/03/2010", "Referral_date": "01/10/2009"}),
    # A care leaver needs no placement, however it is said
    (4, {"Placement_type": "", "Care_leaver": "Former relevant"}),
    (4, {"Placement_type": "", "Date_left_care": "30/11/2009"}),
    (4, {"Placement_type": "Care leaver", "Care_leaver": ""}),
    (4, {"Legal_status": "Care leaver", "Placement_type": "", "Care_leaver": ""}),
    # What explains itself
    (4, {"Placement_type": "H5"}),
    (4, {"Placement_type": "Other", "Other_placement": "Hostel"}),
    (4, {"Placement_type": "Z1", "Other_placement": "Hostel"}),
    # Dates in all their forms
    *((2, {"DOB": each}) for each in (
        "4/3/2000", "04-03-2000", "04.03.2000", "2000-03-04", "2000-03-04 00:00:00", "2000-03-04T00:00:00",
        "04/03/2000 00:00", "4-Mar-2000", "4 March 2000", "04-MAR-2000", "Saturday, 4 March 2000", "4th March 2000",
        "36589", "20000304", "04/03/2000 12:00:00 AM",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("row", "cells"), NO_FAULT)
def test_what_is_right_has_no_error(row, cells) -> None:
    found = read_rows(changed(row, **cells))
    assert found.errors() == []


@pytest.mark.parametrize(("row", "cells"), [(row, cells) for row, cells in NO_FAULT if list(cells) == ["DOB"]][2:])
def test_a_date_in_another_form_is_the_same_day(row, cells) -> None:
    if cells["DOB"] != "Unborn":
        assert read_rows(changed(row, **cells)).of("1001")["date-of-birth"] == "2000-03-04"


def test_a_birth_expected_within_280_days_is_a_warning_and_later_an_error() -> None:
    for born, level in (("06/09/2010", "warning"), ("07/09/2010", "error")):
        found = read_rows(changed(2, DOB=born, Unborn="Yes", Referral_date="30/11/2009"))
        assert [(f.level, f.kind, f.row, f.column) for f in found.faults if f.column == "DOB"] == [
            (level, "birth-expected", 2, "DOB")
        ]


def test_a_birth_between_the_as_at_day_and_today_is_a_warning() -> None:
    found = read_rows(changed(2, DOB="02/12/2009", Unborn="", Referral_date="01/12/2009"))
    assert ("birth-expected", 2, "DOB") in found.warnings()
    assert found.errors() == []


def test_nothing_follows_from_a_cell_that_is_at_fault() -> None:
    # The birth is wrong: the referral before it, the age and the day to come are not said again.
    found = read_rows(changed(2, DOB="30/11/2030"))
    assert found.errors() == [("birth-expected", 2, "DOB")]
    found = read_rows(changed(4, Care_leaver="maybe", Placement_type=""))
    assert found.errors() == [("not-yes-or-no", 4, "Care leaver")]


def test_one_child_with_two_births_in_two_lists_is_an_error_at_the_second() -> None:
    found = read_rows([*ROWS, {**ROWS[2], "Child ID": "1001", "DOB": "05/03/2000"}])
    assert found.errors() == [("one-birth", 7, "DOB")]
    assert "row 2" in found.faults[0].message


def test_a_child_on_both_lists_of_plans_is_a_warning() -> None:
    found = read_rows([*ROWS, {**ROWS[1], "Child ID": "1001", "DOB": "04/03/2000"}])
    assert [f.kind for f in found.faults] == ["both-plans"]
    assert (found.faults[0].level, found.faults[0].row) == ("warning", 7)


def test_the_third_row_of_an_identifier_names_the_first_too() -> None:
    rows = [*ROWS, {**ROWS[0]}, {**ROWS[0], "Child ID": "1001"}]
    found = read_rows(rows)
    assert found.errors() == [("identifier-twice", 7, "Child ID"), ("identifier-twice", 8, "Child ID")]
    assert all("row 2" in fault.message for fault in found.faults)


def test_case_does_not_tell_identifiers_apart() -> None:
    rows = [{**ROWS[0], "Child ID": "Ab1"}, {**ROWS[0], "Child ID": "aB1 "}]
    assert read_rows(rows).errors() == [("identifier-twice", 3, "Child ID")]


def test_a_placement_is_right_for_a_child_whom_another_row_puts_on_the_list() -> None:
    rows = [{**ROWS[0], "Placement type": "U4"}, {**ROWS[2], "Child ID": "1001", "DOB": "04/03/2000"}]
    assert read_rows(rows).errors() == []


def test_the_age_on_a_birthday_of_29_february() -> None:
    rows = [{**ROWS[0], "DOB": "29/02/1992"}]
    day_before, day = date(2010, 2, 28), date(2010, 3, 1)
    assert read_rows(rows, on=day_before, today=day).warnings() == []
    assert read_rows(rows, on=day, today=day).warnings() == [("under-18", 2, "DOB")]


def test_a_date_that_is_month_first_condemns_only_itself_and_the_column_says_so() -> None:
    found = read_rows(changed(2, DOB="03/14/2000"))
    columns = {column.heading: column for column in found.reading.columns}
    assert (columns["DOB"].good, columns["DOB"].bad, columns["DOB"].bad_samples) == (4, 1, ("03/14/2000",))
    assert "month first" in columns["DOB"].note
    assert columns["Referral date"].note == ""
    assert found.of("1002")["date-of-birth"] == "2004-02-29"

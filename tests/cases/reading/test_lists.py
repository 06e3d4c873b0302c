"""Which list a row is on, which columns are read, and which files are none of these at all."""

from __future__ import annotations

from typing import Any

import pytest

from cases.reading import CaseListReader, fold_heading
from cases.recognisers import recognisers_of
from frameworks import load_framework
from tests.cases.reading.files import FRAMEWORK, HEADINGS, ON, ROWS, Read, changed, read, read_rows, table
from tests.frameworks.files import ANNEX_A
from tests.spreadsheets.sheets import csv_of, xlsx_of

PLAIN = tuple(
    each for each in HEADINGS if each not in ("Looked after", "Care leaver", "Unallocated", "Allocated worker")
)
CIN = [{**ROWS[0], "Child ID": "1"}, {**ROWS[0], "Child ID": "2"}]


# Which list: what is stated, the sheet's name, the file's name, flags, columns that one list alone has


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("CIN.csv", "child-in-need"),
        ("child_in_need_2009-11-30.csv", "child-in-need"),
        ("Oxfordshire - Children in Need list v2.csv", "child-in-need"),
        ("ChildProtectionPlans.csv", "child-protection"),
        ("CPP list (final).csv", "child-protection"),
        ("export LAC and care leavers 301109.csv", "looked-after"),
        ("list 4 unallocated.csv", "unallocated"),
        ("Unallocated or awaiting transfer.csv", "unallocated"),
    ],
)
def test_the_name_of_a_file_names_its_list(name, on) -> None:
    row = {**ROWS[2]} if on in ("looked-after", "unallocated") else {**ROWS[0]}
    found = read_rows([row], name=name, headings=PLAIN)
    assert list(found.reading.lists) == [on]
    assert [each.list for each in found.records] == [on]


def test_a_name_that_names_two_lists_names_none() -> None:
    found = read_rows(ROWS, name="CIN and CP and LAC.csv")
    assert set(found.reading.lists) == {"child-in-need", "child-protection", "looked-after", "unallocated"}


def test_a_stated_list_goes_before_names_and_flags() -> None:
    for named in (
        "child-protection",
        "CP plan",
        "2",
        "All children and young people currently subject to child protection plans",
    ):
        found = read_rows([ROWS[1]], name="CIN.csv", list_key=named)
        assert found.reading.lists == {"child-protection": 1}


def test_a_list_or_a_source_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no case list"):
        CaseListReader([], FRAMEWORK, on=ON, today=ON, list_key="adopters")
    with pytest.raises(ValueError, match="There is no source"):
        CaseListReader([], FRAMEWORK, on=ON, today=ON, source="census")


def test_sheets_name_their_lists() -> None:
    book = xlsx_of(
        Cover=[["Case lists of Oxfordshire"], ["made by A Person"]],
        CIN=table([ROWS[0]], PLAIN),
        CP=table([ROWS[1]], PLAIN),
        Looked_after=table([ROWS[2]], PLAIN),
        Unallocated=[list(PLAIN)],
    )
    found = read(("lists.xlsx", book))
    assert found.errors() == []
    assert found.reading.lists == {"child-in-need": 1, "child-protection": 1, "looked-after": 1, "unallocated": 0}
    assert [(f.kind, f.sheet, f.row) for f in found.faults] == [("headings-unknown", "Cover", None)]


def test_an_analysis_beside_the_lists_is_passed_over_with_a_warning() -> None:
    analysis: list[list[Any]] = [["Gender", "Ethnicity", "Count"], ["Male", "White", 3]]
    found = read(("lists.xlsx", xlsx_of(CIN=table([ROWS[0]], PLAIN), Analysis=analysis)))
    assert [(f.level, f.kind, f.sheet) for f in found.faults] == [("warning", "no-identifiers", "Analysis")]
    assert found.reading.unmapped == []
    named = read(("lists.xlsx", xlsx_of(CIN=table([ROWS[0]], PLAIN), CP=analysis)))
    assert named.errors() == [("no-identifiers", None, None)]


def test_a_column_that_one_list_alone_has_tells_the_list() -> None:
    headings = [each for each in PLAIN if each not in ("CP plan", "CIN plan", "Previous CP plan")]
    found = read_rows([ROWS[2]], headings=headings)
    assert found.errors() == []
    assert [each.list for each in found.records] == ["looked-after"]


def test_a_placement_says_who_is_looked_after_where_no_flag_does() -> None:
    headings = [each for each in HEADINGS if each != "Looked after"]
    rows = changed(4, CIN_plan="Yes")
    found = read_rows(rows, headings=headings)
    assert found.faults == []
    assert found.lists_of("1003") == ["child-in-need", "looked-after"]
    assert found.lists_of("1001") == ["child-in-need"]
    # Where a flag says that the child is not looked after, the placement is what is wrong.
    found = read_rows(changed(4, CIN_plan="Yes", Looked_after="No"))
    assert found.errors() == [("placement-looked-after", 4, "Placement type")]


def test_a_list_that_nothing_tells_is_refused() -> None:
    headings = ["Child ID", "DOB", "Gender", "Ethnicity"]
    found = read_rows(ROWS, headings=headings)
    assert [(f.kind, f.row, f.column) for f in found.faults] == [("list-unknown", None, None)]


def test_an_empty_worker_means_unallocated_where_others_have_one() -> None:
    headings = [each for each in HEADINGS if each != "Unallocated"]
    found = read_rows(changed(3, Allocated_worker=""), headings=headings)
    assert found.faults == []
    assert found.reading.lists["unallocated"] == 1
    assert found.of("1002", "unallocated")["unallocated"] == "yes"
    assert "allocated-worker" not in found.of("1002", "unallocated")
    alone = changed(2, Allocated_worker="", CIN_plan="No")
    assert read_rows(alone, headings=headings).lists_of("1001") == ["unallocated"]


def test_a_column_of_workers_that_is_empty_means_nothing() -> None:
    headings = [each for each in HEADINGS if each != "Unallocated"]
    found = read_rows([{**row, "Allocated worker": ""} for row in ROWS], headings=headings)
    assert found.faults == []
    assert "unallocated" not in found.reading.lists
    found = read_rows([{**row, "Allocated worker": "", "CIN plan": "No"} for row in ROWS], headings=headings)
    assert found.errors() == [("on-no-list", 2, "CP plan")]


def test_a_list_of_its_own_goes_before_empty_workers() -> None:
    headings = [each for each in HEADINGS if each != "Unallocated"]
    files = [
        ("all.csv", csv_of(*table(changed(3, Allocated_worker=""), headings))),
        ("unallocated.csv", csv_of(*table([ROWS[0]], PLAIN))),
    ]
    found = read(*files)
    assert [each.identifier for each in found.records if each.list == "unallocated"] == ["1001"]


def test_no_beside_the_list_that_a_row_is_on_is_said() -> None:
    found = read_rows([ROWS[1]], name="CIN.csv", headings=PLAIN)
    assert ("flag-says-no", 2, "CIN plan") in found.warnings()


# Columns


def test_a_column_that_is_lacking_is_named() -> None:
    found = read_rows(ROWS, headings=[each for each in HEADINGS if each != "Ethnicity"])
    assert [(f.level, f.kind, f.row, f.column) for f in found.faults] == [
        ("warning", "column-lacking", None, "Ethnicity")
    ]


def test_a_needed_column_that_is_lacking_is_one_error() -> None:
    found = read_rows(CIN, name="CIN.csv", headings=["Child ID", "Gender", "Team"])
    assert found.errors() == [("birth-needed", None, "Date of birth")]
    (unmapped,) = found.reading.unmapped
    assert unmapped.lacking == ("date-of-birth",)
    assert unmapped.headings == ("Child ID", "Gender", "Team")
    assert unmapped.samples[1] == ("Male", "Male")


def test_nobody_is_asked_to_map_headings_that_are_all_known() -> None:
    found = read_rows(CIN, name="CIN.csv", headings=["Child ID", "Gender", "Ethnicity"])
    assert found.reading.unmapped == []
    content = csv_of(*table(CIN, ["Child ID", "Gender", "Team"]))
    found = read(("CIN.csv", content), headings={fold_heading("Team"): ""})
    assert found.errors() == [("birth-needed", None, "Date of birth")]
    assert found.reading.unmapped == []


def test_a_file_without_identifiers_asks_to_be_mapped_and_is_read_once_it_is() -> None:
    headings = ["Kid", *HEADINGS[1:]]
    rows = [{**row, "Kid": row["Child ID"]} for row in ROWS]
    found = read_rows(rows, headings=headings)
    assert [(f.kind, f.row) for f in found.faults] == [("no-identifiers", None)]
    (unmapped,) = found.reading.unmapped
    assert (unmapped.row, unmapped.headings[0], unmapped.samples[0]) == (1, "Kid", ("1001", "1002", "1003"))
    assert unmapped.lacking == ("identifier",)
    assert unmapped.known["DOB"] == "date-of-birth"
    mapped = {fold_heading("Kid"): "identifier"}
    again = read(("cases.csv", csv_of(*table(rows, headings))), headings=mapped)
    assert again.faults == []
    assert len(again.records) == 6


def test_a_heading_that_was_mapped_to_nothing_is_not_read() -> None:
    found = read(("cases.csv", csv_of(*table(ROWS))), headings={fold_heading("Disability"): ""})
    assert [f.kind for f in found.faults] == ["column-lacking"]
    assert next(c for c in found.reading.columns if c.heading == "Disability").field is None


def test_headings_twice() -> None:
    rows = table(ROWS)
    same = [[*row, row[2]] for row in rows]
    assert [f.kind for f in read(("cases.csv", csv_of(*same))).faults] == ["heading-twice"]
    other = [[*row, row[2]] for row in rows]
    other[0][-1] = "Date of birth"
    found = read(("cases.csv", csv_of(*other)))
    assert [(f.level, f.kind, f.column) for f in found.faults] == [("warning", "column-not-read", "Date of birth")]


def test_columns_count_good_empty_and_bad() -> None:
    found = read_rows(changed(2, Ethnicity="Martian", DOB=""))
    columns = {column.heading: column for column in found.reading.columns}
    assert [column.heading for column in found.reading.columns] == list(HEADINGS)
    ethnicity, born, child = columns["Ethnicity"], columns["DOB"], columns["Child ID"]
    assert (ethnicity.field, ethnicity.good, ethnicity.empty, ethnicity.bad) == ("ethnicity", 4, 0, 1)
    assert ethnicity.bad_samples == ("Martian",)
    assert ethnicity.samples == ("A1 White British", "ABAN", "BCRB")
    assert (born.good, born.empty, born.bad) == (4, 0, 1)
    assert (child.field, child.good, child.samples) == ("identifier", 5, ("1001", "1002", "1003"))


def test_what_the_framework_calls_its_fields_is_recognised_and_labels_read_back() -> None:
    labels = {field.key: field.label for field in FRAMEWORK.case_fields}
    found = read_rows(ROWS)
    for on in FRAMEWORK.case_lists:
        fields = [field for field in FRAMEWORK.fields_of(on.key) if field.kind != "identifier"]
        records = [each for each in found.records if each.list == on.key]
        rows = [[labels["identifier"], *(field.label for field in fields)]]
        rows += [[each.identifier, *(_shown(found, field, each.values) for field in fields)] for each in records]
        again = read((f"{on.short}.csv", csv_of(*rows)))
        assert again.errors() == []
        assert [each.values for each in again.records if each.list == on.key] == [each.values for each in records]


@pytest.mark.parametrize("field", [each for each in FRAMEWORK.case_fields if each.codes], ids=lambda each: each.key)
def test_every_value_of_every_code_set_reads_back_as_its_label(field) -> None:
    recogniser = recognisers_of(FRAMEWORK)[field.key]
    groups = [f"group:{each.key}" for each in FRAMEWORK.categories_of(field) or recogniser.code_set.groups]
    stored = [*(code.code for code in recogniser.code_set.codes), *groups]
    rows = [
        {**ROWS[2], "Child ID": str(number), field.label: recogniser.label_of(each), "Other placement": "said"}
        for number, each in enumerate(stored)
    ]
    headings = [*(each for each in PLAIN if each not in field.headings), field.label]
    headings = [each for each in headings if fold_heading(each) not in map(fold_heading, field.headings)]
    found = read_rows(rows, name="LAC.csv", headings=[*dict.fromkeys([*headings, field.label])])
    assert found.errors() == []
    assert [each.values.get(field.key) for each in found.records] == stored


def _shown(found, field, values) -> str:
    value = values.get(field.key, "")
    recogniser = found.reading._recognisers.get(field.key)
    return recogniser.label_of(value) if recogniser and value else value


# A column for each item of a field, ticked


TICKED = [each.label for each in FRAMEWORK.placements]


def ticked(**cells: str) -> Read:
    headings = [*(each for each in PLAIN if each not in ("Placement type", "Other placement")), *TICKED]
    row = {**ROWS[2], **dict.fromkeys(TICKED, ""), **dict.fromkeys(cells, "")}
    named = {each.key: each.label for each in FRAMEWORK.placements}
    row |= {named[key.replace("_", "-")]: value for key, value in cells.items()}
    return read_rows([row], name="LAC.csv", headings=headings)


def test_a_tick_in_the_column_of_an_item_is_that_item() -> None:
    assert ticked(foster="Yes").of("1003")["placement"] == "group:foster"
    assert ticked(childrens_home="X", foster="No").of("1003")["placement"] == "group:childrens-home"
    found = ticked(other="Living on a narrowboat")
    assert found.faults == []
    assert found.of("1003")["placement"] == "group:other"
    assert found.of("1003")["placement-other"] == "Living on a narrowboat"


def test_no_tick_two_ticks_and_what_is_no_tick_are_errors() -> None:
    first, foster = TICKED[0], "Foster placement"
    assert ticked().errors() == [("placement-needed", 2, first)]
    assert ticked(parents="Yes", foster="Yes").errors() == [("ticked-twice", 2, foster)]
    assert ticked(foster="maybe").errors() == [("not-yes-or-no", 2, foster)]


# Files that are something else


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([["Document", "Owner", "Due"], ["Minutes", "Chair", "today"]], "headings-unknown"),
        (
            [
                ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
                ["1", "1", "04/03/2000", "WBRI", "", "", ""],
            ],
            "other-return",
        ),
        (
            [["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"], ["1", "", "", "C2", "N1", "U4", "", ""]],
            "other-return",
        ),
        ([["LAchildID", "UPN", "PersonBirthDate", "GenderCurrent"], ["1", "", "2000-03-04", "1"]], "other-return"),
        ([list(HEADINGS)], "no-row"),
        ([["x"]], "headings-unknown"),
    ],
)
def test_a_file_that_is_no_case_list_is_refused(rows, kind) -> None:
    found = read(("a.csv", csv_of(*rows)))
    assert [(f.level, f.kind, f.row, f.column) for f in found.faults] == [("error", kind, None, None)]
    assert not found.reading.accepted
    assert found.records == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"\x00\x01", b'"', b"\n\n\n"])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.ods", "a.pdf", "a"])
def test_a_file_that_cannot_be_used_is_one_error_without_a_row(name, content) -> None:
    found = read((name, content))
    assert [(f.level, f.row, f.column) for f in found.faults] == [("error", None, None)]


def test_headings_alone_are_accepted_where_the_list_may_be_empty() -> None:
    found = read(("unallocated.csv", csv_of(HEADINGS)), allow_empty=True)
    assert found.reading.accepted
    assert found.reading.lists == {"unallocated": 0}


def test_a_return_that_is_named_and_not_read_is_refused_in_words() -> None:
    found = read(("a.csv", csv_of(*table(ROWS))), source="ssda903")
    assert [f.kind for f in found.faults] == ["other-return"]
    assert "SSDA903" in found.faults[0].message


# Another framework: a list is a file and no code


def test_lists_of_another_framework_are_read() -> None:
    framework = load_framework(ANNEX_A)
    book = xlsx_of(
        Children_in_need=[
            ["Child ID", "Gender", "Ethnicity", "Date of birth", "Age", "CIN start date"],
            ["C1", "Male", "WBRI", "04/03/2000", 9, "01/02/2009"],
        ],
        In_care=[
            [
                "Child ID",
                "Sex",
                "Ethnicity",
                "Date of birth",
                "Age",
                "Date started to be looked after",
                "Placement type",
            ],
            ["C2", "Female", "WBRI", "04/03/2000", "nine", "01/02/2009", "U4"],
        ],
        Adopters=[
            ["Individual adopter identifier", "Date application received", "Date approved", "Children approved for"],
            ["A1", "01/02/2009", "31/01/2009", 2],
            ["A2", "01/02/2009", "01/03/2009", 1],
        ],
    )
    found = read(("lists.xlsx", book), framework=framework, source="own")
    assert found.reading.lists == {"in-need": 1, "in-care": 1, "adopters": 2}
    assert found.errors() == [("not-a-number", 2, "Age"), ("approved-after-applied", 2, "Date approved")]
    assert found.of("A2") == {"applied": "2009-02-01", "approved": "2009-03-01", "siblings": "1"}
    assert found.of("C1")["sex"] == "1"

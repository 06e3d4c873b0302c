"""What is exported imports again as what it was: workbook and CSV, whatever the cells hold."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.exports.csv_files import CsvZip
from cases.exports.tables import ListSheet
from cases.exports.workbook import ExportWorkbook, sheet_name
from cases.reading import CaseListReader, SourceFile
from cases.value_labels import value_labels_of
from frameworks import load_framework
from tests.factories.people import NOW

ON = date(2011, 3, 31)
FRAMEWORK = load_framework(Path("frameworks/data/slac-2009.toml"))
WORDS = value_labels_of(FRAMEWORK)
WORKBOOK = "case-lists.xlsx"

identifiers = st.text("ABCxyz0123456789-/=+@'", min_size=1, max_size=12).filter(
    lambda text: text.strip("'") and text.lower() not in {"#n/a"} and any(sign.isalnum() for sign in text)
)
#: Text as it is kept: tidy, on one line; some of it would be a formula, or an error, to a spreadsheet.
texts = st.one_of(
    st.sampled_from(
        [
            '=HYPERLINK("http://example.org","x")',
            "+44 1632",
            "@SUM(A1)",
            "-5",
            "'=1+1",
            "''=1",
            "'quoted'",
            "0012",
            "1e5",
        ]
    ),
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFF, categories=("L", "N", "P", "S")), min_size=1, max_size=30
    ),
)


def stored(field, on: str):
    """A strategy for what is kept of a field of a list; None for a blank cell."""
    if field.role == "birth":
        return st.dates(date(1996, 1, 1), date(2008, 12, 31)).map(date.isoformat)
    if field.kind == "date":
        return st.none() | st.dates(date(2009, 1, 1), ON - timedelta(days=1)).map(date.isoformat)
    if field.kind == "yes-no":
        if field.puts_on:
            return st.just("yes" if field.puts_on == on else None)
        return st.just(None) if field.role == "unborn" else st.sampled_from([None, "yes", "no"])
    if field.kind == "code":
        recogniser = WORDS.coded[field.key].recogniser
        codes = recogniser.code_set
        single = st.sampled_from([code.code for code in codes.codes])
        if not codes.several:
            return single if field.role == "placement" else st.none() | single
        several = st.lists(single, min_size=1, max_size=3, unique=True).map(";".join)
        # "None" beside another disability says two things: no file makes that.
        return st.none() | several.filter(lambda kept: recogniser.recognise(recogniser.label_of(kept)).value == kept)
    return st.none() | texts


@st.composite
def lists(draw):
    """Of each list of the framework some rows, by identifier."""
    found = {}
    for case_list in FRAMEWORK.case_lists:
        fields = [each for each in FRAMEWORK.fields_of(case_list.key) if each.kind != "identifier"]
        row = st.fixed_dictionaries({each.key: stored(each, case_list.key) for each in fields})
        rows = draw(st.dictionaries(identifiers, row, min_size=1, max_size=4))
        for values in rows.values():
            # An import has taken the label of a placement that Annex 4 has no item for as the text that it asks for.
            if WORDS.coded["placement"].group_of(values.get("placement") or "") == "other":
                values["placement-other"] = values.get("placement-other") or "A boat"
        folded = {
            key.casefold(): {name: value for name, value in values.items() if value} for key, values in rows.items()
        }
        found[case_list.key] = folded
    return found


def written(rows_by_list, folder: Path) -> list[SourceFile]:
    """The lists as an export writes them: the workbook, and the CSV files."""
    book, packed = ExportWorkbook(folder), io.BytesIO()
    with CsvZip(packed, NOW) as zipped:
        for case_list in FRAMEWORK.case_lists:
            sheet = ListSheet(WORDS, case_list, ON)
            facts = [
                (key, values, day(values, "date-of-birth"), day(values, "referral-date"))
                for key, values in rows_by_list[case_list.key].items()
            ]
            rows = list(sheet.rows(facts))
            csv_list = zipped.open(f"{case_list.key}.csv", sheet.headings)
            for row in rows:
                csv_list.write(row)
            csv_list.close()
            book.add_list(sheet_name(case_list), sheet.headings, rows)
            book.add_analysis(case_list, sheet.analysis())
    book.save(folder / WORKBOOK, [["Case lists"], ["List", "Children"], ["A list", 3]])
    files = [SourceFile(WORKBOOK, lambda: (folder / WORKBOOK).open("rb"))]
    with zipfile.ZipFile(packed) as zipped:
        for name in zipped.namelist():
            files.append(SourceFile(name, partial(io.BytesIO, zipped.read(name))))
    return files


def day(values, key: str) -> date | None:
    return date.fromisoformat(values[key]) if key in values else None


def read(files) -> tuple[dict, list]:
    faults: list = []
    reading = CaseListReader(files, FRAMEWORK, on=ON, today=ON, report=faults.append)
    found: dict = {}
    for record in reading.records():
        found.setdefault(record.list, {})[record.identifier] = record.values
    return found, [fault for fault in faults if fault.level == "error" or fault.kind == "headings-unknown"]


@settings(max_examples=25, deadline=None)
@given(rows_by_list=lists())
def test_export_then_import_changes_nothing(rows_by_list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workbook, *csv_files = written(rows_by_list, Path(folder))
        for files in ([workbook], csv_files):
            found, errors = read(files)
            assert found == rows_by_list, errors

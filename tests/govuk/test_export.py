import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from govuk.export import csv_bytes, neutralise, rows_response, table_response, xlsx_bytes
from tests.govuk.gallery import ROWS, DocumentTable


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1+1", "' =1+1"),
        ("＝1+1", "'＝1+1"),
        ("\x00=1+1", "'=1+1"),
        ("-5", "-5"),
        ("+44", "+44"),
        ("-1.5%", "-1.5%"),
        ("Minutes", "Minutes"),
        ("", ""),
        (-5, -5),
        (None, None),
        (date(2011, 4, 18), date(2011, 4, 18)),
    ],
)
def test_formula_is_neutralised_and_all_else_left(value, safe):
    assert neutralise(value) == safe


@given(st.text())
def test_no_text_starts_a_formula_once_neutralised(text):
    made = neutralise(text)
    assert made[:1] not in set("=@＝＋－＠\t\r\n")
    assert made[:1] not in {"+", "-"} or made[1:].replace(".", "").replace(",", "").rstrip("%").isdigit()


def test_csv_is_read_back_with_its_letters():
    rows = [["Name", "Day"], ["Zoë, O’Brien", date(2011, 4, 18)], ["=1+1", datetime(2011, 4, 18, 16, tzinfo=UTC)]]
    body = csv_bytes(rows)
    assert body[:3] == b"\xef\xbb\xbf"
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))) == [
        ["Name", "Day"],
        ["Zoë, O’Brien", "2011-04-18"],
        ["'=1+1", "2011-04-18 17:00:00"],
    ]


def test_xlsx_holds_values_and_no_formula():
    rows = [["Name", "Number"], ["=1+1", 3], ["a\x01b", datetime(2011, 4, 18, 16, tzinfo=UTC)], [["x"], None]]
    sheet = load_workbook(io.BytesIO(xlsx_bytes(rows, "Documents: all/late"))).active
    assert sheet.title == "Documents  all late"
    assert [cell.data_type for cell in sheet[2]] == ["s", "n"]
    assert list(sheet.values) == [
        ("Name", "Number"),
        ("'=1+1", 3),
        ("ab", datetime(2011, 4, 18, 17)),
        ("['x']", None),
    ]


def test_table_is_downloaded_whole_and_under_a_plain_name():
    response = table_response(DocumentTable(ROWS), "csv", 'Documents "late"/\r\nx')
    assert response["Content-Disposition"] == 'attachment; filename="Documents-late-x.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert lines[0] == ["Title", "Owner", "State", "What is there", "Number"]
    assert len(lines) == 31
    assert lines[3][2:] == ["Late", "3 of 6 parts", "3"]


def test_unknown_format_is_refused():
    with pytest.raises(ValueError, match="'pdf' is not one of csv, xlsx"):
        rows_response([], "pdf", "x")

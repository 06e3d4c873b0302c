"""The marked copy: the rows as they were, each faulty cell marked with what would be right."""

from __future__ import annotations

import io

import openpyxl
import pytest

from cases.imports.marking import write_marked_copy
from cases.models import ImportFault
from tests.factories.cases import case_file, csv_of, read, row

pytestmark = pytest.mark.django_db


def test_faulty_cells_are_marked_where_they_stand(inspection):
    content = csv_of([row("A1"), row("=A2", Gender="Sideways")])
    refused = read(inspection, case_file(content))
    target = io.BytesIO()
    write_marked_copy(refused, refused.files.get(), target)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert (sheet["A2"].value, sheet["A3"].value, sheet["A3"].data_type) == ("A1", "=A2", "s")
    fault = ImportFault.objects.get(level="error")
    assert sheet["D3"].comment.text == fault.message
    assert sheet["D2"].comment is None


def test_there_is_none_without_the_bytes(inspection):
    refused = read(inspection, case_file(csv_of([row("A1", Gender="Sideways")])))
    refused.files.update(stored_name=None)
    with pytest.raises(FileNotFoundError):
        write_marked_copy(refused, refused.files.get(), io.BytesIO())

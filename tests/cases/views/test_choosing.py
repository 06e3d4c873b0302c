"""Choosing files: imported, or only checked and then nothing of them is anywhere."""

from __future__ import annotations

import io
import uuid
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from cases.imports import worker
from cases.models import Access, CaseImport, ImportFault, ImportFile
from tests.factories.cases import csv_of, row
from tests.reading import main, texts, title

pytestmark = pytest.mark.django_db
GOOD = csv_of([row("F2001"), row("F2002")])
FAULTY = csv_of([row("F2001"), row("F2002", Date_of_birth="31/02/2004"), row("F2003", Gender="Blue"), row("F2001")])


@pytest.fixture
def address(inspection) -> str:
    return reverse("cases:new-import", args=[inspection.slug])


def chosen(*files: tuple[str, bytes], do: str = "import", **said: str) -> dict:
    """What the form sends with these files and this button."""
    uploads = [SimpleUploadedFile(name, content, "text/csv") for name, content in files]
    return {"chosen": uploads, "do": do, "once": str(uuid.uuid4()), **said}


def errors(response) -> list[str]:
    return texts(response, "//ul[contains(@class, 'govuk-error-summary__list')]/li")


def lede(response) -> str:
    return texts(response, "//p[@class='house-lede']")[0]


# --- Imported ---


def test_a_file_with_faults_is_refused_whole_and_every_fault_shown(client, address, inspection) -> None:
    answer = client.post(address, chosen(("Child in need.csv", FAULTY)))
    made = CaseImport.objects.get()
    here = reverse("cases:import", args=[inspection.slug, made.number])
    assert answer["Location"] == here
    worker.work(made.pk)
    shown = client.get(here)
    assert lede(shown) == "Nothing was imported. 3 errors in 3 kinds."
    rows = texts(shown, "//section[starts-with(@aria-labelledby, 'error-')]//tbody/tr")
    assert sorted(each.partition(" Th")[0] for each in rows) == [
        "Row 3 Date of birth 31/02/2004",
        "Row 4 Gender Blue",
        "Row 5 Child ID F2001",
    ]
    copy = client.get(reverse("cases:marked-copy", args=[inspection.slug, made.number, made.files.get().pk]))
    sheet = load_workbook(io.BytesIO(b"".join(copy))).active
    assert sheet["C3"].comment.text.startswith("There is no such day.")


def test_a_good_file_is_checked_and_applied(client, address, inspection) -> None:
    client.post(address, chosen(("Child in need.csv", GOOD), on_day="31", on_month="3", on_year="2011"))
    made = CaseImport.objects.get()
    worker.work(made.pk)
    here = reverse("cases:import", args=[inspection.slug, made.number])
    assert lede(client.get(here)) == "Nothing has changed yet. Applying this import changes the lists: 2 added."
    client.post(reverse("cases:apply-import", args=[inspection.slug, made.number]))
    worker.work(made.pk)
    assert lede(client.get(here)) == "Applied: 2 added."


def test_the_same_form_sent_twice_is_one_import(client, address) -> None:
    once = str(uuid.uuid4())
    for _ in range(2):
        answer = client.post(address, chosen(("Child in need.csv", GOOD), once=once))
        assert answer.status_code == 302
    assert CaseImport.objects.count() == 1
    assert ImportFile.objects.count() == 1


@pytest.mark.parametrize("do", ["import", "check", "marked-copy"])
@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose one file or several"),
        ([("scan.pdf", b"%PDF-1.4")], "scan.pdf was not taken: it must be a CSV file (.csv), an Excel workbook"),
        ([("Child in need.csv", b"")], "Child in need.csv was not taken: it is empty"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_beside_its_field(client, address, do, files, words) -> None:
    answer = client.post(address, chosen(*files, do=do))
    assert answer.status_code == 422
    (error,) = errors(answer)
    assert error.startswith(words)
    assert not CaseImport.objects.exists()


def test_a_day_to_come_is_no_as_at_day(client, address) -> None:
    answer = client.post(address, chosen(("Child in need.csv", GOOD), on_day="31", on_month="3", on_year="2999"))
    assert errors(answer)[0].startswith("The day that the lists are as at must be")


def test_a_list_that_there_is_not_is_refused(client, address) -> None:
    answer = client.post(address, chosen(("Child in need.csv", GOOD), list_key="no-such"))
    assert errors(answer) == ["Choose a list, or let the files say it"]


# --- Only checked ---


def rows_of_all_tables() -> dict[str, int]:
    """How many rows every table has, the log of readings and the session apart."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model is not Access and model._meta.managed and model._meta.app_label != "sessions"
    }


def test_a_check_answers_with_every_kind_and_keeps_nothing(client, address, uploads: Path, caplog) -> None:
    before = rows_of_all_tables()
    answer = client.post(address, chosen(("Child in need.csv", FAULTY), do="check"))
    assert lede(answer) == ("3 errors in 3 kinds. The files cannot be imported as they are. The files were not kept.")
    assert "31/02/2004" in main(answer)
    assert "Blue" in main(answer)
    assert "F2001" not in title(answer)
    assert rows_of_all_tables() == before
    assert [path for path in uploads.rglob("*") if path.is_file()] == []
    assert "F2001" not in caplog.text


def test_a_good_check_says_what_would_change(client, address) -> None:
    answer = client.post(address, chosen(("Child in need.csv", GOOD), do="check"))
    assert lede(answer) == (
        "2 rows read, and there are no errors. It would change the lists: 2 added. The files were not kept."
    )
    assert texts(answer, "//form//button[@value='import']") == ["Import"]


def test_a_marked_copy_is_to_be_had_without_anything_kept(client, address, uploads: Path) -> None:
    answer = client.post(address, chosen(("Child in need.csv", FAULTY), do="marked-copy"))
    assert answer["Content-Disposition"] == 'attachment; filename="Child in need marked.xlsx"'
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet["D4"].value == "Blue"
    assert sheet["D4"].comment.text.startswith("This is no value of")
    assert not ImportFault.objects.exists()
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_marked_copies_of_several_files_come_together(client, address) -> None:
    files = [("Child in need.csv", FAULTY), ("Child protection.csv", GOOD)]
    answer = client.post(address, chosen(*files, do="marked-copy"))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        assert archive.namelist() == ["1 Child in need marked.xlsx", "2 Child protection marked.xlsx"]
        sheet = load_workbook(archive.open("1 Child in need marked.xlsx")).active
    assert sheet["C3"].comment


def test_a_file_that_cannot_be_read_has_no_marked_copy(client, address) -> None:
    answer = client.post(address, chosen(("Child in need.xlsx", b"no workbook"), do="marked-copy"))
    assert answer.status_code == 422
    assert "is not an Excel workbook" in errors(answer)[0]


def test_a_check_is_on_the_log(client, address, inspection, officer) -> None:
    client.post(address, chosen(("Child in need.csv", GOOD), do="check"))
    row = Access.objects.get()
    assert (row.inspection, row.by, row.what, row.detail) == (inspection, officer, "check", "")

"""Files with macros are accepted with a flag that everybody sees: on the page, in the register, in the manifest."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from documents.pack import contents
from evidencepack.material import Material, rows
from files.inside.looking import MACROS
from inspections.snapshot import snapshot_of
from tests.documents import making
from tests.factories.documents import add
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection():
    inspection = make_inspection(make_council("Fictionshire"))
    workbook = making.office("xlsx", {"xl/vbaProject.bin": b"macros"})
    add(inspection, "10", "reports", content=workbook, name="figures.xlsm")
    add(inspection, "10", "reports", name="plain.pdf")
    return inspection


def test_a_file_with_macros_is_flagged_on_the_page_and_in_the_register(client, inspection):
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    page = client.get(reverse("documents:document", args=[inspection.slug, "10"])).content.decode()
    assert (page.count("Macros</strong>"), page.count(MACROS)) == (1, 1)
    register = client.get(reverse("documents:export", args=[inspection.slug, "csv"])).content.decode("utf-8-sig")
    lines = [line.split(",") for line in register.splitlines()]
    assert {line[0]: line[lines[0].index("With macros")] for line in lines}.get("10") == "1"


def test_a_file_with_macros_is_flagged_in_the_manifest(inspection):
    snapshot = snapshot_of(inspection, now=NOW)
    made_from = Material(snapshot=snapshot, documents=contents(snapshot), groups=(), steps=())
    items = [row.item for row in rows(made_from, children=False) if row.file_id]
    assert [(item.name, item.remark) for item in items] == [("figures.xlsm", MACROS), ("plain.pdf", "")]

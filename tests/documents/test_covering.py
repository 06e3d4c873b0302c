"""What a part has to cover: items that no file covers are missing by name, and a file says what it covers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event, Role, User
from documents.evidence import actions
from documents.evidence.carrying import bring_forward
from documents.evidence.moving import move_file
from documents.models import File, Version
from documents.pack import contents
from documents.reviews import actions as reviewing
from documents.state import PartState, states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.documents import add, complete, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = pytest.mark.django_db
ALL = "Safeguarding, child protection and looked after children are missing."
AGENCIES = ("primary-care-trust", "police", "hospitals", "vcs-consortium")


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council(), plan="oxfordshire")


@pytest.fixture
def cora(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Cora Sample")


def part(inspection: Inspection, key: str = "performance", document: str = "6") -> PartState:
    return states(snapshot_of(inspection, now=NOW))[document].part(key)


def page(inspection: Inspection, name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=[inspection.slug, *args])


def pdf(name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(), "application/pdf")


# --- State ------------------------------------------------------------------------------------------------------------


def test_what_no_file_covers_is_missing_in_words(inspection) -> None:
    add(inspection, "6", "performance", covers=["safeguarding", "child-protection"])
    found = states(snapshot_of(inspection, now=NOW))["6"]
    assert (found.state, found.part("performance").state) == ("partial", "partial")
    assert found.missing == (
        "Performance information: looked after children is missing.",
        "Quality assurance information: nothing has been added yet.",
        "Case-related audit evidence: nothing has been added yet.",
    )


def test_files_cover_together_what_is_asked(inspection) -> None:
    add(inspection, "6", "performance", covers=["safeguarding", "child-protection"])
    add(inspection, "6", "performance", covers=["looked-after"])
    found = part(inspection)
    assert (found.missing, found.state, found.remarks) == ("", "done", ())


def test_a_file_that_does_not_say_what_it_covers_covers_nothing_and_is_asked(inspection) -> None:
    add(inspection, "6", "performance", covers=[])
    found = part(inspection)
    assert (found.missing, found.remarks) == (ALL, ("One file does not say what it covers.",))


def test_agencies_of_the_plan_are_named_as_it_writes_them(inspection) -> None:
    add(inspection, "13", "council")
    add(inspection, "13", "partner-agencies", covers=AGENCIES[1:])
    found = states(snapshot_of(inspection, now=NOW))["13"]
    assert found.missing == ("Organisation chart of each partner agency: Primary Care Trust is missing.",)
    add(inspection, "13", "partner-agencies", covers=AGENCIES[:1])
    assert states(snapshot_of(inspection, now=NOW))["13"].state == "submitted"


def test_a_part_whose_list_the_plan_has_not_is_in_with_a_file_and_says_so() -> None:
    inspection = make_inspection(make_council())
    add(inspection, "13", "partner-agencies")
    found = part(inspection, "partner-agencies", "13")
    assert (found.missing, found.remarks) == (
        "",
        ("The council’s plan does not list them yet, so it cannot be told whether each is here.",),
    )


# --- Actions ----------------------------------------------------------------------------------------------------------


def describe(version: Version, covers: list[str], by: User | None = None) -> bool:
    facts: dict[str, Any] = {"names_children": False, "as_at": None, "by": by, "now": NOW}
    return actions.describe_file(file=version.file, label=version.file.label, covers=covers, **facts)


def test_what_a_file_covers_is_corrected_as_a_new_version_on_the_record(inspection, cora) -> None:
    first = add(inspection, "6", "performance", covers=[]).version
    assert describe(first, ["looked-after", "safeguarding"], by=cora) is True
    current = first.file.versions.get(number=2)
    assert (current.covers, current.note, current.sha256) == (
        "safeguarding looked-after",
        "What it covers said",
        first.sha256,
    )
    event = Event.objects.filter(inspection=inspection.slug).latest("pk")
    assert (event.verb, event.by) == ("file described", cora)
    assert event.detail["covers"] == ["safeguarding", "looked-after"]
    assert event.detail["changed"] == ["what it covers"]
    assert describe(first, ["safeguarding", "looked-after"]) is False
    assert describe(first, ["safeguarding"]) is True
    assert first.file.versions.get(number=3).note == "What it covers corrected"


def test_who_approved_a_document_did_not_approve_that_its_files_cover_less(inspection) -> None:
    complete(inspection, "6")
    found = states(snapshot_of(inspection, now=NOW))["6"]
    reviewing.approve(inspection=inspection, document="6", contents=found.contents, by=None, now=NOW)
    version = Version.objects.filter(file__part="performance").get()
    describe(version, ["safeguarding"])
    describe(version, ["safeguarding", "child-protection", "looked-after"])
    assert states(snapshot_of(inspection, now=NOW))["6"].state == "submitted"


@pytest.mark.parametrize("covers", [["police"], ["safeguarding", "x"], [""]])
def test_what_the_part_does_not_ask_for_is_refused(inspection, covers) -> None:
    with pytest.raises(Refused) as refused:
        add(inspection, "6", "performance", covers=covers)
    assert (refused.value.message, refused.value.field) == ("Choose what the file covers from the list.", "covers")
    assert File.objects.count() == 0


def test_the_same_file_added_for_something_else_is_refused_and_changes_nothing(inspection) -> None:
    body = pdf_bytes()
    add(inspection, "6", "performance", content=body, covers=["safeguarding"])
    with pytest.raises(Refused) as refused:
        add(inspection, "6", "performance", content=body, covers=["looked-after"])
    assert refused.value.message == (
        "This file is here already. If it covers something else, change that there; nothing was added."
    )
    assert add(inspection, "6", "performance", content=body, covers=[]).is_new is False
    assert add(inspection, "6", "performance", content=body, covers=["safeguarding"]).is_new is False
    assert Version.objects.get().covers == "safeguarding"


def test_a_new_version_covers_what_the_one_before_did_unless_it_is_said(inspection) -> None:
    file = add(inspection, "6", "performance", covers=["safeguarding"]).version.file
    given: dict[str, Any] = {"file": file, "as_at": None, "by": None, "now": NOW}
    assert actions.replace_file(received=received(), **given).version.covers == "safeguarding"
    body = pdf_bytes()
    said = actions.replace_file(received=received(body), covers=["looked-after"], **given)
    assert said.version.covers == "looked-after"
    assert actions.replace_file(received=received(body), covers=["looked-after"], **given).is_new is False
    assert actions.replace_file(received=received(body), covers=["safeguarding"], **given).version.number == 4
    first = file.versions.get(number=1)
    restored = actions.restore_version(version=first, by=None, now=NOW)
    assert (restored.is_new, restored.version.covers) == (True, "safeguarding")


def test_a_moved_file_covers_what_the_other_part_asks_for_too(inspection) -> None:
    file = add(inspection, "6", "performance", covers=["safeguarding"]).version.file
    move_file(file=file, document="6", part="quality-assurance", by=None, now=NOW)
    assert part(inspection, "quality-assurance").missing == "Child protection and looked after children are missing."
    move_file(file=file, document="13", part="partner-agencies", by=None, now=NOW)
    assert file.versions.latest("number").covers == ""


def test_version_restored_after_a_move_covers_what_the_part_asks_for_too(inspection) -> None:
    first = add(inspection, "6", "performance", covers=["safeguarding"]).version
    move_file(file=first.file, document="10", part="reports", by=None, now=NOW)
    actions.replace_file(file=first.file, received=received(), as_at=None, by=None, now=NOW)
    assert actions.restore_version(version=first, by=None, now=NOW).version.covers == ""


def test_what_files_cover_is_brought_forward(inspection) -> None:
    add(inspection, "6", "performance", covers=["safeguarding", "looked-after"])
    later = make_inspection(inspection.council, plan="oxfordshire")
    bring_forward(inspection=later, source=inspection, by=None, now=NOW)
    assert part(later).missing == "Child protection is missing."


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_pack_is_told_what_each_file_covers_and_what_none_does(inspection) -> None:
    add(inspection, "6", "performance", covers=["safeguarding", "child-protection"])
    snapshot = snapshot_of(inspection, now=NOW)
    found = next(row for row in contents(snapshot) if row.document.key == "6").parts[0]
    assert ([file.covers for file in found.files], found.uncovered) == (
        ["safeguarding and child protection"],
        ("looked after children",),
    )


def test_upload_form_asks_what_the_files_cover(inspection, cora) -> None:
    client = sign_in(cora)
    address = page(inspection, "upload", "6", "performance")
    shown = client.get(address)
    assert reading.texts(shown, "//fieldset[.//input[@name='covers']]//label") == [
        "Safeguarding",
        "Child protection",
        "Looked after children",
    ]
    data = {"row0-file": pdf(), "covers": ["safeguarding", "child-protection"]}
    assert client.post(address, data).status_code == 302
    assert Version.objects.get().covers == "safeguarding child-protection"
    response = client.post(address, {"row0-file": pdf(), "covers": ["police"]})
    assert (response.status_code, Version.objects.count()) == (422, 1)


def test_upload_form_of_any_other_part_does_not_ask(inspection, cora) -> None:
    client = sign_in(cora)
    shown = client.get(page(inspection, "upload", "10", "reports"))
    assert reading.texts(shown, "//input[@name='covers']") == []


def test_document_page_says_what_is_here_and_what_a_file_does_not_say(inspection, cora) -> None:
    add(inspection, "6", "performance", covers=["safeguarding"], name="Figures.pdf")
    silent = add(inspection, "6", "performance", covers=[], name="Scorecard.pdf").version.file
    client = sign_in(cora)
    shown = client.get(page(inspection, "document", "6"))
    rows = reading.texts(shown, "//section[@id='part-performance']//ul[@aria-label='What it has to cover']/li")
    assert rows == ["Here Safeguarding", "Missing Child protection", "Missing Looked after children"]
    files = reading.texts(shown, "//section[@id='part-performance']//tbody/tr/th")
    assert ["Covers safeguarding" in each for each in files] == [True, False]
    address = page(inspection, "describe", silent.pk)
    assert reading.texts(shown, f"//a[@href='{address}']")[0] == "Say what it covers : Scorecard.pdf"
    assert client.post(address, {"label": "Scorecard.pdf", "covers": ["looked-after"]}).status_code == 302
    assert silent.versions.latest("number").covers == "looked-after"
    assert reading.texts(client.get(address), "//input[@name='covers'][@checked]/following-sibling::label") == [
        "Looked after children"
    ]


@pytest.mark.database
def test_queries_of_the_document_page_do_not_grow_with_what_is_covered(inspection, cora) -> None:
    client, address = sign_in(cora), page(inspection, "document", "13")
    counts = []
    for agency in AGENCIES:
        add(inspection, "13", "partner-agencies", covers=[agency])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts == counts[:1] * len(AGENCIES)

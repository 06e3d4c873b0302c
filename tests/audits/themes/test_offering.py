"""Grades and themes become evidence of the document that takes them, with small numbers hidden."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import time_machine
from django.urls import reverse
from pypdfium2 import PdfDocument

from accounts.models import Role
from audits.themes.actions import earlier_paper, offer_themes
from audits.themes.paper import figures_for_all, paper, seal
from documents.evidence.actions import remove_file
from documents.models import File, Version
from documents.state import states
from files import storage
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.moderated import make_auditor, submitted_case
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ALL = ["safeguarding", "child-protection", "looked-after"]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture
def inspection():
    """Five audits that are good and name one theme, and two that are inadequate."""
    made = make_inspection(make_council())
    auditor = make_auditor(made, name="Audrey First")
    for grade, themes in [*[("good", "voice")] * 5, *[("inadequate", "planning")] * 2]:
        submitted_case(made, grade=grade, auditor=auditor, answers={"strength-themes": themes, "strengths": "Ann ran"})
    return made


def offer(inspection: Inspection, covers=ALL, seen: str | None = None, now=NOW):
    shown = seal(figures_for_all(inspection)) if seen is None else seen
    return offer_themes(inspection=inspection, covers=covers, seen=shown, by=None, now=now)


def words(content: bytes) -> str:
    pdf = PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def test_figures_become_a_file_of_the_part_that_takes_them(inspection) -> None:
    version = offer(inspection).version
    assert (version.file.document, version.file.part) == ("6", "audit-evidence")
    assert (version.original_name, version.detected_type) == (
        "Themes of case file audits 1 April 2011.pdf",
        "application/pdf",
    )
    assert version.covers == "safeguarding child-protection looked-after"
    state = states(snapshot_of(inspection, now=NOW))["6"]
    (part,) = (part for part in state.parts if part.part.key == "audit-evidence")
    assert (part.have, part.missing) == (1, "")


def test_paper_has_the_hidden_figures_and_no_child_and_no_auditor(inspection) -> None:
    said = words(paper(inspection, figures_for_all(inspection), now=NOW))
    assert "From 7 finished audits of case files." in said
    assert "Good Hidden" in said
    assert "Inadequate Hidden" in said
    assert "Outstanding 0" in said
    assert "Numbers from 1 to 4 are hidden" in said
    names = ["Audrey", "Ann ran", "Child-", *inspection.children.values_list("identifier", flat=True)]
    assert [name for name in names if name in said] == []


def test_paper_is_accessible_and_the_same_all_day_long(inspection) -> None:
    found = figures_for_all(inspection)
    morning = paper(inspection, found, now=at("2011-04-01 08:00"))
    assert morning == paper(inspection, found, now=at("2011-04-01 23:30"))
    assert morning != paper(inspection, found, now=at("2011-04-02 00:30"))
    pdf = pikepdf.open(io.BytesIO(morning))
    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.docinfo["/Title"] == "Themes of case file audits, 1 April 2011"


def test_same_figures_on_the_same_day_are_one_file(inspection) -> None:
    assert [offer(inspection).is_new, offer(inspection).is_new] == [True, False]
    assert File.objects.count() == 1
    assert offer(inspection, now=at("2011-04-02 09:00")).is_new is True


def test_figures_that_have_changed_are_not_added_unseen(inspection) -> None:
    before = seal(figures_for_all(inspection))
    submitted_case(inspection, grade="good")
    with pytest.raises(Refused, match="The figures have changed"):
        offer(inspection, seen=before)
    assert Version.objects.count() == 0


def test_what_the_audits_are_about_has_to_be_said(inspection) -> None:
    with pytest.raises(Refused) as refused:
        offer(inspection, covers=[])
    assert refused.value.field == "covers"
    with pytest.raises(Refused, match="from the list"):
        offer(inspection, covers=["weather"])


def test_nothing_is_added_while_every_number_would_be_hidden() -> None:
    few = make_inspection(make_council())
    for _ in range(4):
        submitted_case(few)
    with pytest.raises(Refused, match="Too few audits are finished"):
        offer(few)


def test_audits_that_await_their_moderator_are_not_in_it(inspection) -> None:
    before = figures_for_all(inspection)
    submitted_case(inspection, grade="outstanding", moderator=make_auditor(inspection))
    after = figures_for_all(inspection)
    assert (before.total, after.total, after.left_out) == (7, 7, 1)
    assert before.tables == after.tables


def test_withdrawn_inspection_takes_nothing(inspection) -> None:
    Inspection.objects.update(withdrawn_at=NOW, withdrawn_reason="Deferred")
    with pytest.raises(Refused, match="withdrawn"):
        offer(inspection)


# The page


def address(inspection: Inspection, name: str = "offer-themes") -> str:
    return reverse(f"audits:{name}", args=[inspection.slug])


def test_coordinator_looks_at_what_goes_in_and_adds_it(inspection) -> None:
    client = sign_in(make_person(inspection.council, Role.COORDINATOR))
    button = "Add to document 6 as audit evidence"
    assert button in reading.texts(client.get(address(inspection, "themes")), "//main//a")
    preview = client.get(address(inspection))
    assert [row[1] for row in reading.rows(preview, "Grades")] == ["0 of 7", "Hidden", "0 of 7", "Hidden"]
    (seen,) = reading.page(preview).xpath("//input[@name='seen']/@value")
    refused = client.post(address(inspection), {"seen": seen})
    assert (refused.status_code, File.objects.count()) == (422, 0)
    done = client.post(address(inspection), {"seen": seen, "covers": ["safeguarding"]}, follow=True)
    assert "The grades and themes of 7 audits were added." in reading.main(done)
    assert Version.objects.get().covers == "safeguarding"


def test_page_shows_changed_figures_before_it_adds_them(inspection) -> None:
    client = sign_in(make_person(inspection.council, Role.COORDINATOR))
    said = {"seen": "of before", "covers": ["safeguarding"]}
    changed = client.post(address(inspection), said)
    assert "The figures have changed in the meantime." in reading.main(changed)
    (seen,) = reading.page(changed).xpath("//input[@name='seen']/@value")
    assert client.post(address(inspection), {**said, "seen": seen}).status_code == 302


def test_page_with_too_few_audits_has_no_form() -> None:
    few = make_inspection(make_council())
    submitted_case(few)
    client = sign_in(make_person(few.council, Role.COORDINATOR))
    response = client.get(address(few))
    assert "Too few audits are finished" in reading.main(response)
    assert reading.texts(response, "//main//form") == []


def test_later_figures_replace_the_earlier_ones_unless_both_shall_count(inspection) -> None:
    person = make_person(inspection.council, Role.COORDINATOR)
    label = "//input[@name='replaces']/following-sibling::label"
    assert reading.texts(sign_in(person).get(address(inspection)), label) == []
    for day, ticked in (("1", {}), ("2", {"replaces": "on"}), ("3", {})):
        with time_machine.travel(at(f"2011-04-0{day} 10:00"), tick=False):
            client = sign_in(person)
            preview = client.get(address(inspection))
            said = {"seen": seal(figures_for_all(inspection)), "covers": ["safeguarding"], **ticked}
            client.post(address(inspection), said)
    assert reading.texts(preview, label) == ["Replace the one of 2 April 2011"]
    assert reading.page(preview).xpath("//input[@name='replaces']/@checked") != []
    kept = [
        (file.label, [version.uploaded_at.day for version in file.versions.order_by("number")])
        for file in File.objects.all()
    ]
    assert kept == [
        ("Themes of case file audits 2 April 2011.pdf", [1, 2]),
        ("Themes of case file audits 3 April 2011.pdf", [3]),
    ]


def test_earlier_one_that_was_removed_is_not_replaced(inspection) -> None:
    offer(inspection)
    earlier = earlier_paper(inspection)
    assert earlier is not None
    remove_file(file=earlier.file, by=None, now=NOW)
    assert earlier_paper(inspection) is None
    with pytest.raises(Refused, match="was removed in the meantime"):
        offer_themes(
            inspection=inspection,
            covers=ALL,
            seen=seal(figures_for_all(inspection)),
            by=None,
            now=at("2011-04-02 09:00"),
            replaces=earlier,
        )


@pytest.mark.parametrize(
    ("roles", "owns", "status"),
    [
        ({Role.COORDINATOR}, False, 200),
        ({Role.MEMBER}, False, 404),
        ({Role.MEMBER}, True, 200),
        ({Role.CASE_OFFICER}, False, 404),
        ({Role.CASE_OFFICER}, True, 200),
        ({Role.OWNER}, True, 404),
        ({Role.DCS_OFFICE}, False, 404),
    ],
    ids=str,
)
def test_whoever_fills_the_document_and_reads_the_themes_may_add_them(inspection, roles, owns, status) -> None:
    person = make_person(inspection.council, *roles)
    if owns:
        make_ownership(inspection, "document:6", make_post(inspection.council, holder=person))
    assert sign_in(person).get(address(inspection)).status_code == status


@time_machine.travel(at("2011-04-20 10:00"), tick=False)
def test_case_officer_adds_the_hidden_figures_too(inspection) -> None:
    person = make_person(inspection.council, Role.CASE_OFFICER, Role.COORDINATOR)
    client = sign_in(person)
    exact = client.get(address(inspection, "themes"))
    assert [row[1] for row in reading.rows(exact, "Grades")] == ["0 of 7", "5 of 7", "0 of 7", "2 of 7"]
    preview = client.get(address(inspection))
    assert [row[1] for row in reading.rows(preview, "Grades")] == ["0 of 7", "Hidden", "0 of 7", "Hidden"]
    (seen,) = reading.page(preview).xpath("//input[@name='seen']/@value")
    client.post(address(inspection), {"seen": seen, "covers": ALL})
    version = Version.objects.get()
    content = storage.path_of(version.stored_name).read_bytes()
    assert "Good Hidden" in words(content)
    assert version.uploaded_at.date() == date(2011, 4, 20)

"""The pages: what was dropped is received, sorted on one page, and added file by file."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from documents.models import File, Version
from documents.pack import contents
from documents.reviews.actions import state_nil_return
from inspections.actions import withdraw
from inspections.snapshot import snapshot_of
from intake import actions, unpacking
from intake.models import Archive, WaitingFile
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.intake import archive, folder_zip, wait
from tests.factories.people import NOW, make_inspection, make_ownership, make_person, make_post
from tests.reading import texts

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
ASKS = {"X-Requested-With": "fetch"}
SET = {
    "01 LSCB/LSCB minutes 2011-03-14.pdf": "1/minutes",
    "CYPP review 2011-02-01.pdf": "3/review",
    "07 CAF/CAF data.pdf": "7/data",
    "scan0001.pdf": "",
}


def page(inspection, name: str = "sort", *args) -> str:
    return reverse(f"intake:{name}", args=[inspection.slug, *args])


def pdf(name: str, body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes() if body is None else body, "application/pdf")


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def waiting(inspection) -> dict[str, WaitingFile]:
    return {file.path: file for file in WaitingFile.objects.filter(inspection=inspection)}


def sent(shown, action: str = "add", **changes: str) -> dict[str, str]:
    """What a browser would send from the page as it was shown, some fields changed ("0-to" is the first row's)."""
    data: dict[str, str] = {"action": action}
    for number, row in enumerate(shown.context["rows"]):
        day = row.choice.as_at
        fields = {
            "to": f"{row.choice.document}/{row.choice.part}" if not row.is_undecided else "",
            "as_at_day": str(day.day) if day else "",
            "as_at_month": str(day.month) if day else "",
            "as_at_year": str(day.year) if day else "",
        }
        fields |= {key.partition("-")[2]: value for key, value in changes.items() if key.startswith(f"{number}-")}
        data |= {f"f{row.file.pk}-{name}": value for name, value in fields.items()}
    return data


def errors(response) -> list[str]:
    """What the error summary says."""
    return texts(response, "//ul[contains(@class, 'govuk-error-summary__list')]/li")


def drop(inspection, by) -> None:
    for path in SET:
        wait(inspection, path, by=by)


# --- Receiving ---


def test_a_file_of_a_dropped_folder_waits_under_its_path(client, inspection, coordinator):
    data = {"file": pdf("minutes.pdf"), "path": "Evidence/01 LSCB/minutes.pdf"}
    response = client.post(page(inspection, "add-many"), data, **JSON)
    assert response.json() == {"added": 1, "already": False, "remark": "", "faults": []}
    assert [(file.path, file.arrived_by) for file in WaitingFile.objects.all()] == [
        ("Evidence/01 LSCB/minutes.pdf", coordinator)
    ]
    # It belongs to no document yet.
    assert File.objects.count() == 0
    assert [(event.verb, set(event.detail)) for event in Event.objects.filter(inspection=inspection.slug)] == [
        ("file received for sorting", {"waiting", "sha256"})
    ]


def test_a_form_takes_several_files_and_a_zip_and_leads_to_the_sorting(client, inspection):
    files = [pdf("CYPP.pdf"), pdf("IRO report.pdf"), SimpleUploadedFile("set.zip", folder_zip("a/QA report.pdf"))]
    response = client.post(page(inspection, "add-many"), {"file": files})
    assert (response.status_code, response.url) == (302, page(inspection))
    assert sorted(waiting(inspection)) == ["CYPP.pdf", "IRO report.pdf", "a/QA report.pdf"]


def test_what_cannot_be_taken_is_named_and_the_rest_waits(client, inspection):
    files = [pdf("CYPP.pdf"), pdf("virus.exe"), pdf("empty.pdf", b"")]
    response = client.post(page(inspection, "add-many"), {"file": files})
    assert response.status_code == 422
    assert errors(response) == [
        "virus.exe was not added: “.exe” files are not accepted. Use PDF, Word, Excel, PowerPoint, OpenDocument, RTF, "
        "CSV, text, PNG or JPEG.",
        "empty.pdf was not added: it is empty.",
    ]
    assert said(response) == ["1 file received. See below why the rest was not."]
    assert list(waiting(inspection)) == ["CYPP.pdf"]
    assert errors(client.post(page(inspection, "add-many"), {})) == ["Choose a file, several files or a ZIP"]


def test_a_file_sent_twice_waits_once(client, inspection):
    body = pdf_bytes()
    for _ in range(2):
        client.post(page(inspection, "add-many"), {"file": pdf("a.pdf", body), "path": "x/a.pdf"}, **JSON)
    assert list(waiting(inspection)) == ["x/a.pdf"]


def test_only_so_many_files_wait_for_one_person(client, inspection, coordinator, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    for name in ("a.pdf", "b.pdf"):
        wait(inspection, name, by=coordinator)
    response = client.post(page(inspection, "add-many"), {"file": pdf("c.pdf")}, **JSON)
    assert response.json()["faults"] == [
        "c.pdf was not taken: 2 files of yours wait to be sorted already. Add or leave out those first."
    ]
    assert WaitingFile.objects.count() == 2


def test_a_large_zip_is_unpacked_in_the_background_with_progress(client, inspection, coordinator, monkeypatch):
    monkeypatch.setattr(unpacking, "AT_ONCE_ENTRIES", 1)
    asked: list[int] = []
    monkeypatch.setattr("intake.tasks.ask", asked.append)
    data = {"file": SimpleUploadedFile("set.zip", folder_zip("CYPP.pdf", "IRO report.pdf"))}
    assert client.post(page(inspection, "add-many"), data).url == page(inspection)
    found = Archive.objects.get()
    assert (asked, waiting(inspection)) == ([found.pk], {})
    body = client.get(page(inspection)).content.decode()
    assert f'data-poll="{page(inspection, "progress", found.pk)}"' in body
    assert "Waiting for its turn" in body
    unpacking.unpack(found.pk, now=timezone.now)
    address = page(inspection, "progress", found.pk)
    assert client.get(address, headers=ASKS).content.decode().strip() == '<div data-poll-done="reload"></div>'
    assert client.get(address).url == page(inspection)
    assert len(client.get(page(inspection)).context["rows"]) == 2


def test_a_zip_that_is_not_unpacked_can_be_dismissed(client, inspection, coordinator):
    """Whether its worker has died or has not come yet: nobody is left with a line that never goes."""
    found = archive(inspection, folder_zip("a.pdf"), by=coordinator)
    address = page(inspection, "dismiss", found.pk)
    assert f'action="{address}"' in client.get(page(inspection)).content.decode()
    client.post(address)
    client.post(address)
    assert Archive.objects.count() == 0
    assert Event.objects.filter(verb="ZIP dismissed before it was unpacked").count() == 1


def test_what_a_zip_left_out_is_said_until_it_is_dismissed(client, inspection, coordinator):
    client.post(
        page(inspection, "add-many"), {"file": SimpleUploadedFile("set.zip", folder_zip("a/Thumbs.db", "CYPP.pdf"))}
    )
    body = " ".join(client.get(page(inspection)).content.decode().split())
    assert "1 of 2 in set.zip was left out" in body
    client.post(page(inspection, "dismiss", Archive.objects.get().pk))
    assert "set.zip" not in client.get(page(inspection)).content.decode()
    assert list(waiting(inspection)) == ["CYPP.pdf"]


# --- Sorting ---


def test_every_file_is_proposed_a_place_and_those_that_need_a_decision_come_first(client, inspection, coordinator):
    drop(inspection, coordinator)
    rows = client.get(page(inspection)).context["rows"]
    assert [(row.file.path, row.proposal.confidence.value) for row in rows] == [
        ("scan0001.pdf", "unknown"),
        ("01 LSCB/LSCB minutes 2011-03-14.pdf", "sure"),
        ("07 CAF/CAF data.pdf", "sure"),
        ("CYPP review 2011-02-01.pdf", "sure"),
    ]
    assert {row.file.path: row.form["to"].value().strip("/") for row in rows} == SET
    assert rows[1].choice.as_at == date(2011, 3, 14)


def test_what_is_confirmed_is_added_and_what_is_not_decided_stays_with_its_reason(client, inspection, coordinator):
    drop(inspection, coordinator)
    response = client.post(page(inspection), sent(client.get(page(inspection))))
    assert response.status_code == 422
    assert errors(response) == ["Choose where scan0001.pdf belongs, or leave it out"]
    assert said(response) == ["3 files added to 3 documents. 1 file still waits: see why below."]
    assert {(file.document, file.part, file.label) for file in File.objects.all()} == {
        ("1", "minutes", "LSCB minutes 2011-03-14.pdf"),
        ("3", "review", "CYPP review 2011-02-01.pdf"),
        ("7", "data", "CAF data.pdf"),
    }
    assert [version.as_at for version in Version.objects.filter(file__document="1")] == [date(2011, 3, 14)]
    assert list(waiting(inspection)) == ["scan0001.pdf"]


def test_what_is_left_out_is_gone_and_the_register_follows(client, inspection, coordinator, uploads):
    wait(inspection, "scan0001.pdf", by=coordinator)
    data = sent(client.get(page(inspection)), **{"0-leave_out": "on"})
    response = client.post(page(inspection), data)
    assert (response.status_code, response.url) == (302, reverse("documents:list", args=[inspection.slug]))
    assert said(response) == ["1 file left out."]
    assert (WaitingFile.objects.count(), File.objects.count()) == (0, 0)
    # Sent again, it does nothing.
    assert client.post(page(inspection), data).status_code == 302


def test_a_person_chooses_another_part_marks_names_and_corrects_the_date(client, inspection, coordinator):
    wait(inspection, "LSCB minutes 2011-03-14.pdf", by=coordinator)
    changes = {"0-to": "2/minutes", "0-as_at_day": "15", "0-names_children": "on"}
    client.post(page(inspection), sent(client.get(page(inspection)), **changes))
    version = Version.objects.select_related("file").get()
    assert (version.file.document, version.as_at, version.file.names_children) == ("2", date(2011, 3, 15), True)


def test_a_dated_part_asks_for_the_date_beside_the_field_and_edits_keep(client, inspection, coordinator):
    wait(inspection, "LSCB minutes.pdf", by=coordinator)
    wait(inspection, "scan0001.pdf", by=coordinator)
    shown = client.get(page(inspection))
    response = client.post(page(inspection), sent(shown, "save", **{"0-to": "7/data", "1-as_at_day": "31"}))
    assert errors(response) == ["Date of LSCB minutes.pdf must include a month and a year"]
    again = client.get(page(inspection)).context["rows"]
    assert {row.file.path: row.form["to"].value() for row in again} == {
        "scan0001.pdf": "7/data",
        "LSCB minutes.pdf": "1/minutes",
    }
    response = client.post(page(inspection), sent(client.get(page(inspection))))
    assert errors(response) == ["Enter the date of LSCB minutes.pdf: its part is dated"]
    assert said(response) == ["1 file added to 1 document. 1 file still waits: see why below."]


def test_what_a_document_refuses_stays_with_its_reason(client, inspection, coordinator):
    state_nil_return(inspection=inspection, document="9", part="summaries", reason="None", by=coordinator, now=NOW)
    wait(inspection, "Management review summary 2010-06-01.pdf", by=coordinator)
    response = client.post(page(inspection), sent(client.get(page(inspection))))
    assert errors(response) == [
        "There is a nil return for “Summaries of reviews conducted in the last two years”. Withdraw it first: a part "
        "cannot have files and a statement that there are none."
    ]
    assert "There is a nil return for" in client.get(page(inspection)).content.decode()


def test_the_same_bytes_are_recognised(client, inspection, coordinator):
    body = pdf_bytes()
    add(inspection, "7", "data", content=body, name="CAF.pdf")
    wait(inspection, "CAF data.pdf", by=coordinator, content=body)
    wait(inspection, "x/CAF data.pdf", by=coordinator, content=body)
    rows = client.get(page(inspection)).context["rows"]
    assert [(row.here, row.twin) for row in rows] == [("7", ""), ("7", "CAF data.pdf")]
    response = client.post(page(inspection), sent(client.get(page(inspection))))
    assert said(response) == ["2 files were there already."]
    assert (Version.objects.count(), WaitingFile.objects.count()) == (1, 0)


def test_two_who_add_the_same_file_at_once_have_one_effect(inspection, coordinator):
    file = wait(inspection, "CYPP.pdf", by=coordinator)
    choice = actions.Choice("3", "plan", None, False)
    assert actions.add(waiting=file, choice=choice, by=coordinator, now=NOW) is not None
    assert actions.add(waiting=file, choice=choice, by=coordinator, now=NOW) is None
    assert Version.objects.count() == 1


def test_bytes_that_vanished_are_said_and_lose_nothing_else(inspection, coordinator, uploads):
    file = wait(inspection, "CYPP.pdf", by=coordinator)
    (uploads / "waiting" / file.stored_name).unlink()
    with pytest.raises(actions.Refused, match="is not in the intake any more"):
        actions.add(waiting=file, choice=actions.Choice("3", "plan", None, False), by=coordinator, now=NOW)
    assert (File.objects.count(), WaitingFile.objects.get().refusal) == (
        0,
        "CYPP.pdf is not in the intake any more. Leave it out and drop it again.",
    )


# --- Whose ---


@pytest.fixture
def owner(inspection):
    person = make_person(inspection.council, Role.OWNER, name="Olive Owner")
    make_ownership(inspection, "document:7", make_post(inspection.council, "Head of CAF", person))
    return person


@pytest.fixture
def as_owner(owner):
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_owner_sorts_their_own_files_into_their_own_documents(as_owner, owner, inspection, coordinator):
    wait(inspection, "CYPP.pdf", by=owner)
    wait(inspection, "Secret.pdf", by=coordinator)
    shown = as_owner.get(page(inspection))
    (row,) = shown.context["rows"]
    assert (row.file.path, row.foreign, row.form["to"].value()) == ("CYPP.pdf", "3", "")
    assert row.options.count("<option") == 2
    assert "Secret" not in shown.content.decode()
    # A part that is not theirs is no choice of theirs, and nobody else's file is either.
    response = as_owner.post(page(inspection), sent(shown, **{"0-to": "3/plan"}))
    assert errors(response) == ["Choose where CYPP.pdf belongs from the list"]
    other = waiting(inspection)["Secret.pdf"]
    as_owner.post(page(inspection), {f"f{other.pk}-to": "7/data", f"f{other.pk}-leave_out": "on", "action": "add"})
    assert (File.objects.count(), WaitingFile.objects.count()) == (0, 2)


def test_a_coordinator_sees_whose_files_wait_and_may_sort_them(client, owner, inspection):
    wait(inspection, "CAF data.pdf", by=owner)
    shown = client.get(page(inspection))
    assert (shown.context["rows"], shown.context["others"]) == ([], [(owner.pk, "Olive Owner", 1)])
    theirs = f"{page(inspection)}?of={owner.pk}"
    response = client.post(theirs, sent(client.get(theirs)))
    assert said(response) == ["1 file added to 1 document."]
    assert File.objects.get().document == "7"


def test_somebody_without_a_document_has_no_such_page(inspection):
    stranger = Client()
    stranger.force_login(
        make_person(inspection.council, Role.OWNER), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert stranger.get(page(inspection)).status_code == 404
    register = stranger.get(reverse("documents:list", args=[inspection.slug]))
    assert "Add many files" not in register.content.decode()


def test_waiting_files_are_in_no_state_and_no_pack(inspection, coordinator):
    before = contents(snapshot_of(inspection, now=NOW))
    drop(inspection, coordinator)
    assert contents(snapshot_of(inspection, now=NOW)) == before


def test_a_withdrawn_inspection_takes_no_files(client, coordinator, inspection):
    withdrawn = make_inspection(inspection.council, notified=date(2011, 4, 1))
    withdraw(inspection=withdrawn, reason="Deferred", by=coordinator, now=NOW)
    assert client.get(page(withdrawn, "add-many")).status_code == 404
    with pytest.raises(actions.Refused):
        actions.take_in(inspection=withdrawn, received=received(), path="a.pdf", by=coordinator, now=NOW)
    assert WaitingFile.objects.count() == 0


def test_the_page_costs_the_same_with_one_file_and_with_thirty(
    client, inspection, coordinator, django_assert_num_queries
):
    wait(inspection, "CYPP.pdf", by=coordinator)
    with django_assert_num_queries(8):
        client.get(page(inspection))
    for number in range(29):
        wait(inspection, f"LSCB minutes {number}.pdf", by=coordinator)
    archive(inspection, folder_zip("a.pdf"), by=coordinator)
    with django_assert_num_queries(8):
        assert len(client.get(page(inspection)).context["rows"]) == 30


def test_the_same_bytes_in_a_document_of_others_are_not_told(inspection, coordinator):
    """An owner who has a file would otherwise learn where it stands, one that names children too."""
    owner = make_person(inspection.council, Role.OWNER, name="Olive Owner")
    make_ownership(inspection, "document:4", make_post(inspection.council, "Lead", holder=owner))
    body = pdf_bytes()
    add(inspection, "10", "reports", by=coordinator, content=body)
    here = {}
    for person in (owner, coordinator):
        wait(inspection, "minutes.pdf", by=person, content=body)
        signed_in = Client()
        signed_in.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        here[person] = [row.here for row in signed_in.get(page(inspection)).context["rows"]]
    assert here == {owner: [""], coordinator: ["10"]}


# --- What a file covers ---


def ticks(response) -> dict[str, bool]:
    """The ticks of the one row that asks what its file covers: label -> whether it is ticked."""
    boxes = "//fieldset[contains(@class, 'intake-covers')]//"
    ticked = texts(response, f"{boxes}input[@checked]/following-sibling::label")
    return {label: label in ticked for label in texts(response, f"{boxes}label")}


@pytest.mark.parametrize(
    ("path", "ticked"),
    [
        ("13 Org charts/Police structure chart.pdf", ["Police service"]),
        ("13 Org charts/PCT structure chart.pdf", ["Primary Care Trust"]),
        ("13 Org charts/Partner structure charts.pdf", []),
        ("06/Performance report LAC.pdf", ["Looked after children"]),
        ("06/Performance report child protection and safeguarding.pdf", ["Safeguarding", "Child protection"]),
    ],
)
def test_what_a_file_covers_is_proposed_by_its_name(client, coordinator, path, ticked):
    inspection = make_inspection(coordinator.memberships.get().council, plan="oxfordshire")
    wait(inspection, path, by=coordinator)
    assert [label for label, is_ticked in ticks(client.get(page(inspection))).items() if is_ticked] == ticked


def test_what_is_ticked_goes_with_the_file_and_not_to_a_part_that_does_not_ask(client, inspection, coordinator):
    for name in ("a/Performance report.pdf", "b/Performance report.pdf"):
        wait(inspection, name, by=coordinator)
    shown = client.get(page(inspection))
    data = sent(shown, **{"0-to": "6/quality-assurance", "1-to": "10/reports"})
    data |= {f"f{row.file.pk}-covers": ["safeguarding", "looked-after"] for row in shown.context["rows"]}
    assert client.post(page(inspection), data | {"action": "save"}).status_code == 302
    assert sorted(WaitingFile.objects.values_list("part", "covers")) == [
        ("quality-assurance", "safeguarding looked-after"),
        ("reports", ""),
    ]
    assert ticks(client.get(page(inspection))) == {
        "Safeguarding": True,
        "Child protection": False,
        "Looked after children": True,
    }
    assert client.post(page(inspection), data).status_code == 302
    assert sorted(Version.objects.values_list("file__part", "covers")) == [
        ("quality-assurance", "safeguarding looked-after"),
        ("reports", ""),
    ]

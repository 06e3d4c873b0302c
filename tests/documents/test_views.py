"""The pages: what they say, what they do, and that their number of queries is constant."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import give_post
from accounts.models import Role
from documents.evidence import actions
from documents.models import File, NilReturn, Review, Version
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.snapshot import snapshot_of
from tests.factories.documents import add, complete, make_version, pdf_bytes
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def coordinator(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Casey Coordinator")


@pytest.fixture
def client(coordinator):
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(inspection, name: str, *args) -> str:
    return reverse(f"documents:{name}", args=[inspection.slug, *args])


def pdf(name: str = "minutes.pdf", body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes() if body is None else body, "application/pdf")


def dated(row: int, day: date) -> dict[str, str]:
    return {
        f"row{row}-as_at_day": str(day.day),
        f"row{row}-as_at_month": str(day.month),
        f"row{row}-as_at_year": str(day.year),
    }


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def state(inspection, key):
    return states(snapshot_of(inspection, now=timezone.now()))[key]


# --- Uploading ---


def test_a_dated_file_is_added_and_the_banner_says_what_is_still_missing(client, inspection, coordinator):
    for number in range(4):
        add(inspection, "1", "minutes", as_at=TODAY - timedelta(days=30 * number + 40), now=timezone.now())
    day = TODAY - timedelta(days=9)
    address = page(inspection, "upload", "1", "minutes")
    response = client.post(address, {"row0-file": pdf("LSCB.pdf"), **dated(0, day)})
    assert (response.status_code, response.url) == (302, f"{page(inspection, 'document', '1')}#part-minutes")
    shown = f"{day.day} {day:%B} {day.year}"
    assert said(response) == [f"“LSCB.pdf”, dated {shown}, added. One of six is still missing."]
    version = Version.objects.latest("pk")
    assert (version.as_at, version.uploaded_by) == (day, coordinator)


def test_several_dated_files_are_added_at_once_each_with_its_own_date(client, inspection):
    days = [TODAY - timedelta(days=30 * number) for number in range(6)]
    data = {f"row{row}-file": pdf(f"{row}.pdf") for row in range(6)}
    for row, day in enumerate(days):
        data |= dated(row, day)
    response = client.post(page(inspection, "upload", "1", "minutes"), data)
    assert said(response) == ["6 files added. Nothing is missing."]
    assert sorted(Version.objects.values_list("as_at", flat=True), reverse=True) == days
    assert state(inspection, "1").state == "submitted"


def test_several_files_without_dates_come_through_one_field(client, inspection):
    data = {"row0-file": [pdf("a.pdf"), pdf("b.pdf")], "names_children": "on"}
    response = client.post(page(inspection, "upload", "10", "reports"), data)
    assert said(response) == ["2 files added. Nothing is missing."]
    assert list(File.objects.order_by("pk").values_list("label", "names_children")) == [
        ("a.pdf", True),
        ("b.pdf", True),
    ]


def test_a_form_sent_twice_has_one_effect(client, inspection):
    body = pdf_bytes()
    for _ in range(2):
        response = client.post(page(inspection, "upload", "10", "reports"), {"row0-file": pdf("a.pdf", body)})
    assert said(response)[-1] == "This file is here already, so nothing was changed."
    assert Version.objects.count() == 1


def test_a_refused_file_does_not_take_the_others_with_it_and_is_named(client, inspection, on_disk):
    data = {"row0-file": [pdf("a.pdf"), pdf("b.pdf", b"no PDF"), pdf("c.exe"), pdf("empty.pdf", b"")]}
    response = client.post(page(inspection, "upload", "10", "reports"), data)
    assert response.status_code == 422
    assert said(response) == ["“a.pdf” added. Nothing is missing."]
    faults = response.context["rows"][0].errors["file"]
    assert [str(fault).partition(":")[0] for fault in faults] == [
        "b.pdf was not added",
        "c.exe was not added",
        "empty.pdf was not added",
    ]
    html = response.content.decode()
    assert html.count("There is a problem") == 1
    assert 'href="#id_reports_file"' in html.replace("row0-", "")
    assert (Version.objects.count(), on_disk()) == (1, ["files"])


@pytest.mark.parametrize(
    "fields, words",
    [
        ({}, "Enter the date that the file is of, such as the day of the meeting."),
        (dated(0, TODAY + timedelta(days=1)), "Date it is of must be"),
        ({"row0-as_at_day": "31", "row0-as_at_month": "2", "row0-as_at_year": "2011"}, "must be a real date"),
    ],
)
def test_a_dated_part_asks_for_a_real_date_that_has_passed(client, inspection, nothing_left, fields, words):
    response = client.post(page(inspection, "upload", "1", "minutes"), {"row0-file": pdf(), **fields})
    fault = str(response.context["rows"][0].errors["as_at"][0])
    assert (response.status_code, words in fault) == (422, True)
    assert nothing_left(inspection)


def test_a_form_without_a_file_says_so(client, inspection):
    response = client.post(page(inspection, "upload", "1", "minutes"), {})
    assert (response.status_code, response.context["rows"][0].errors["file"]) == (422, ["Choose a file"])


def test_a_damaged_pdf_is_taken_with_a_word_of_warning(client, inspection):
    response = client.post(page(inspection, "upload", "10", "reports"), {"row0-file": pdf("a.pdf", b"%PDF-1.4 x")})
    assert said(response) == [
        "“a.pdf” added. a.pdf: It seems to be damaged and may not open. Nothing is missing.",
    ]


def test_the_pages_script_is_answered_in_json_and_one_banner_follows(client, inspection):
    address = page(inspection, "upload", "1", "minutes")
    body = pdf_bytes()
    days = [TODAY - timedelta(days=30 * number) for number in range(3)]
    for day in days:
        response = client.post(address, {"row0-file": pdf(), **dated(0, day)}, **JSON)
        assert (response.status_code, response.json()) == (
            200,
            {"added": 1, "already": False, "remark": "", "faults": []},
        )
    response = client.post(address, {"row0-file": pdf("x.exe", body), **dated(0, TODAY)}, **JSON)
    assert response.status_code == 422
    assert response.json()["faults"][0].startswith("x.exe was not added: “.exe” files are not accepted.")
    shown = client.get(page(inspection, "document", "1"))
    assert said(shown) == ["3 files added. Three of six are still missing."]
    assert said(client.get(page(inspection, "document", "1"))) == []


def test_uploads_are_protected_by_the_token_of_their_form(inspection, coordinator, nothing_left):
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    address = page(inspection, "upload", "10", "reports")
    assert client.post(address, {"row0-file": pdf()}).status_code == 403
    assert nothing_left(inspection)
    token = client.get(address).context["csrf_token"]
    assert client.post(address, {"row0-file": pdf(), "csrfmiddlewaretoken": str(token)}).status_code == 302


def test_who_may_not_send_is_turned_away_before_a_byte_is_kept(inspection, monkeypatch):
    opened = []
    monkeypatch.setattr("files.storage.open_incoming", lambda: opened.append(1))
    client = Client()
    client.force_login(
        make_person(inspection.council, Role.MEMBER), backend="django.contrib.auth.backends.ModelBackend"
    )
    response = client.post(page(inspection, "upload", "10", "reports"), {"row0-file": pdf()})
    assert (response.status_code, opened) == (404, [])


# --- One file ---


def test_replacing_changing_removing_and_putting_back_through_the_pages(client, inspection):
    file = add(inspection, "10", "reports", name="a.pdf").version.file
    response = client.post(page(inspection, "replace", file.pk), {"file": pdf("b.pdf"), "note": "Signed"})
    assert said(response) == ["Version 2 added. The earlier ones are kept. Nothing is missing."]
    client.post(page(inspection, "describe", file.pk), {"label": "Annual report", "names_children": "on"})
    file.refresh_from_db()
    assert (file.label, file.names_children) == ("Annual report", True)
    assert client.get(page(inspection, "remove", file.pk)).status_code == 200
    file.refresh_from_db()
    assert file.archived_at is None
    client.post(page(inspection, "remove", file.pk))
    assert state(inspection, "10").state == "missing"
    client.post(page(inspection, "put-back", file.pk))
    assert state(inspection, "10").state == "submitted"


def test_taking_the_mark_of_naming_children_away_says_what_follows(client, inspection):
    file = add(inspection, "10", "reports", names_children=True).version.file
    shown = client.get(page(inspection, "describe", file.pk)).content.decode()
    assert shown.count("it goes into the evidence pack itself, and the document has to be approved again") == 1
    response = client.post(page(inspection, "describe", file.pk), {"label": file.label})
    assert said(response) == [
        "File changed. Everybody who sees the document can open it now, so it needs a new approval. Nothing is missing."
    ]
    assert client.get(page(inspection, "describe", file.pk)).content.decode().count("has to be approved again") == 0


def test_a_replacement_that_is_refused_says_why_beside_its_field(client, inspection, on_disk):
    file = add(inspection, "1", "minutes", as_at=date(2011, 3, 1)).version.file
    response = client.post(page(inspection, "replace", file.pk), {"file": pdf("b.pdf", b"text")})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["as_at"])
    fields = {"as_at_day": "1", "as_at_month": "3", "as_at_year": "2011"}
    response = client.post(page(inspection, "replace", file.pk), {"file": pdf("b.pdf", b"text"), **fields})
    assert response.context["form"].errors["file"] == [
        "b.pdf was not added: it is not a PDF, although it is named as one."
    ]
    assert (file.versions.count(), len(on_disk())) == (1, 1)


def test_a_download_is_an_attachment_with_its_own_name_and_type(client, inspection):
    body = pdf_bytes()
    version = add(inspection, "10", "reports", name="Größe “1”.pdf", content=body).version
    response = client.get(page(inspection, "download", version.pk))
    assert b"".join(response) == body
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe")
    assert response["Cache-Control"] == "private, no-store"


def test_old_versions_can_be_downloaded_and_restored(client, inspection):
    body = pdf_bytes()
    first = add(inspection, "10", "reports", content=body).version
    client.post(page(inspection, "replace", first.file_id), {"file": pdf("b.pdf"), "note": ""})
    assert b"".join(client.get(page(inspection, "download", first.pk))) == body
    response = client.post(page(inspection, "restore", first.pk))
    assert said(response) == [
        "Version 2 added. The earlier ones are kept. Nothing is missing.",
        "Version 1 restored as version 3. Nothing is missing.",
    ]


def test_a_file_whose_bytes_are_gone_says_so_without_a_traceback(client, inspection):
    version = make_version(inspection, "10", "reports")
    response = client.get(page(inspection, "download", version.pk))
    assert (response.status_code, response.content.decode().count("cannot be read at the moment")) == (503, 1)


# --- Reviews and nil returns ---


def test_a_document_is_approved_and_returned_on_its_page(client, inspection, coordinator):
    add(inspection, "10", "reports")
    seen = state(inspection, "10").contents
    response = client.post(page(inspection, "approve", "10"), {"contents": seen})
    assert said(response) == ["Document 10 approved. A new version will need a new approval."]
    html = client.get(page(inspection, "document", "10")).content.decode()
    assert html.count("Everything is in, and approved by Casey Coordinator on") == 1
    response = client.post(page(inspection, "return", "10"), {"contents": seen, "reason": "Page 3."})
    assert said(response)[-1] == "Document 10 returned to whoever will own it."
    shown = client.get(page(inspection, "document", "10"))
    assert (shown.context["state"].state, shown.context["state"].returned_reason) == ("returned", "Page 3.")


def test_a_return_without_a_reason_is_asked_for_one_on_the_same_page(client, inspection):
    add(inspection, "10", "reports")
    response = client.post(page(inspection, "return", "10"), {"contents": state(inspection, "10").contents})
    assert (response.status_code, list(response.context["form"].errors), Review.objects.count()) == (422, ["reason"], 0)


def test_an_approval_of_what_has_changed_is_refused_with_a_banner(client, inspection):
    add(inspection, "10", "reports")
    seen = state(inspection, "10").contents
    add(inspection, "10", "reports")
    response = client.post(page(inspection, "approve", "10"), {"contents": seen})
    assert said(response) == [
        "The document was changed after you opened this page. Look at it again before you decide."
    ]
    assert Review.objects.count() == 0


def test_an_owner_approves_but_does_not_return(inspection):
    owner = make_person(inspection.council, Role.OWNER)
    make_ownership(inspection, "document:10", make_post(inspection.council, holder=owner))
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    add(inspection, "10", "reports")
    seen = {"contents": state(inspection, "10").contents, "reason": "No."}
    html = client.get(page(inspection, "document", "10")).content.decode()
    assert (html.count(">Approve</button>"), html.count("Return it to its owner")) == (1, 0)
    assert client.post(page(inspection, "return", "10"), seen).status_code == 404
    client.post(page(inspection, "approve", "10"), seen)
    assert state(inspection, "10").state == "approved"


def test_a_nil_return_is_an_owners_word_and_the_coordinators_only_where_no_owner_is_there(client, inspection):
    address, document = page(inspection, "nil-return", "9", "summaries"), page(inspection, "document", "9")
    hint, link = "If there is nothing to supply, an owner says so here.", "There is nothing to supply"
    post = make_post(inspection.council)
    make_ownership(inspection, "document:9", post)
    shown = client.get(document).content.decode()
    assert (shown.count(hint), shown.count(link), client.get(address).status_code) == (0, 1, 200)
    owner = make_person(inspection.council, Role.OWNER)
    give_post(post=post, user=owner, by=None, now=NOW)
    shown = client.get(document).content.decode()
    assert (shown.count(hint), shown.count(link)) == (1, 0)
    assert client.post(address, {"reason": "None was held."}).status_code == 404
    theirs = Client()
    theirs.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    theirs.post(address, {"reason": "None was held."})
    assert NilReturn.objects.get().stated_by == owner


def test_a_nil_return_is_stated_with_a_reason_and_withdrawn(client, inspection, coordinator):
    address = page(inspection, "nil-return", "9", "summaries")
    assert client.post(address, {"reason": ""}).status_code == 422
    response = client.post(address, {"reason": "None was held."})
    assert (response.status_code, NilReturn.objects.get().stated_by) == (302, coordinator)
    shown = client.get(page(inspection, "document", "9")).content.decode()
    assert (shown.count("None was held."), shown.count("data-documents-upload")) == (1, 0)
    client.post(page(inspection, "withdraw-nil-return", "9", "summaries"))
    assert state(inspection, "9").state == "missing"
    assert client.get(page(inspection, "nil-return", "1", "minutes")).status_code == 404


def test_banner_says_what_follows_from_the_state_after_the_change(client, inspection, coordinator):
    key, part = next(
        (d.key, d.parts[0].key) for d in inspection.framework.documents if len(d.parts) == 1 and d.parts[0].nil_return
    )
    address = page(inspection, "nil-return", key, part)
    text = client.post(address, {"reason": "There was none."}, follow=True).content.decode()
    assert re.search(r"Nil return recorded for .*? Nothing is missing\.", text)


# --- The register ---


def shown_keys(client, inspection, query: str) -> list[str]:
    table = client.get(f"{page(inspection, 'list')}{query}").context["table"]
    return [row.record.document.key for row in table.rows]


def test_the_register_narrows_and_sorts_by_what_is_in_the_address(client, inspection, coordinator):
    mine = make_post(inspection.council, "Strategic Lead", coordinator)
    theirs = make_post(inspection.council, "Project Officer")
    make_ownership(inspection, "document:10", mine)
    make_ownership(inspection, "document:8", theirs)
    complete(inspection, "10")
    add(inspection, "8", "workforce-data")
    add(inspection, "9", "summaries", as_at=date(2000, 1, 1))
    every = [document.key for document in inspection.framework.documents]
    assert shown_keys(client, inspection, "") == every
    assert shown_keys(client, inspection, "?state=submitted") == ["9", "10"]
    assert shown_keys(client, inspection, "?state=stale") == ["9"]
    assert shown_keys(client, inspection, f"?owner={theirs.pk}") == ["8"]
    assert shown_keys(client, inspection, "?owner=tbc") == [key for key in every if key not in {"8", "10"}]
    assert shown_keys(client, inspection, "?mine=on") == ["10"]
    assert shown_keys(client, inspection, "?q=workforce+officer") == ["8"]
    assert shown_keys(client, inspection, "?state=partial&q=nothing+like+this") == []
    assert shown_keys(client, inspection, "?sort=-title")[0] == every[-1]
    assert shown_keys(client, inspection, "?sort=state")[-2:] == ["9", "10"]
    assert shown_keys(client, inspection, "?owner=rubbish&state=rubbish") == every


def test_the_register_says_how_many_are_ready(client, inspection):
    complete(inspection, "10")
    response = client.get(page(inspection, "list"))
    text = " ".join(response.content.decode().split())
    assert text.count("1 of 13 documents is ready; 13 have no owner yet.") == 1


@pytest.mark.parametrize("fmt, kind", [("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats")])
def test_the_register_is_exported_as_narrowed(client, inspection, fmt, kind):
    complete(inspection, "10")
    response = client.get(f"{page(inspection, 'export', fmt)}?state=submitted")
    assert response["Content-Type"].startswith(kind)
    if fmt == "csv":
        lines = response.content.decode("utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in lines] == ["Number", "10"]
    assert client.get(page(inspection, "export", "exe")).status_code == 404


def test_an_owner_who_owns_nothing_is_told_what_belongs_here(inspection):
    client = Client()
    client.force_login(make_person(inspection.council, Role.OWNER), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(page(inspection, "list"))
    assert (response.status_code, response.content.decode().count("No document is yours")) == (200, 1)


@pytest.mark.parametrize("key", [None, "1"])
def test_pages_take_the_same_queries_with_one_or_thirty_of_everything(
    client, inspection, coordinator, key, django_assert_num_queries
):
    address = page(inspection, "document", key) if key else page(inspection, "list")
    client.get(address)
    expected = 11 if key else 6
    for many in (1, 30):
        posts = [make_post(inspection.council, holder=make_person(inspection.council, Role.OWNER)) for _ in range(many)]
        for document in inspection.framework.documents:
            make_ownership(inspection, f"document:{document.key}", *posts)
        for number in range(many):
            make_inspection(inspection.council)
            version = make_version(inspection, as_at=TODAY - timedelta(days=number + 1), by=coordinator)
            for _ in range(many if number == 0 else 1):
                make_version(inspection, file=version.file, as_at=TODAY, by=coordinator)
            gone = make_version(inspection, by=coordinator)
            actions.remove_file(file=gone.file, by=coordinator, now=timezone.now())
            reviewing.return_document(
                inspection=inspection,
                document="1",
                contents=state(inspection, "1").contents,
                reason=f"Reason {number}",
                by=coordinator,
                now=timezone.now(),
            )
        with django_assert_num_queries(expected):
            client.get(address)

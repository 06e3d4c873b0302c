"""The pages of exports: who downloads what, and how handing over is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Event, Role
from audits.exports import actions, building, documents
from audits.models import AuditExport, AuditHandover
from cases.models import Access
from inspections.actions import withdraw
from refusals import Refused
from tests import reading
from tests.factories.audited import Part, give_part, grade, make_export, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in

pytestmark = pytest.mark.django_db
NOW = at("2011-05-06 10:00")


@pytest.fixture(autouse=True)
def clock(time_machine, monkeypatch):
    monkeypatch.setattr(documents, "render_template", lambda name, context, **given: b"%PDF")
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"), notified=date(2011, 4, 18), title="Fictionshire 2011")


@pytest.fixture
def cases(inspection):
    found = [make_selected_case(inspection, identifier=f"Secret-{number}") for number in (1, 2)]
    submit(found[0])
    return found


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Ollie Officer")


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Office")


def ready(inspection, now=NOW) -> AuditExport:
    export, _ = actions.request_export(inspection=inspection, selection="initial", by=None, now=now)
    found = building.make(export.pk, now=lambda: now)
    assert found is not None
    return found


def address(name, inspection, *more):
    return reverse(f"audits:{name}", args=[inspection.slug, *more])


def form(**changed):
    facts = {
        "recipient": "Ines Inspector", "how": "On paper", "day_day": "6", "day_month": "5", "day_year": "2011",
        "time": "10:00", "once": str(uuid4()),
    }  # fmt: skip
    return facts | changed


def test_case_officer_makes_an_export_and_downloads_it(inspection, cases, officer, django_capture_on_commit_callbacks):
    client = sign_in(officer)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address("make-export", inspection, "initial"))
    assert response.url == address("export", inspection, 1)
    building.make(AuditExport.objects.get().pk, now=lambda: NOW)
    page = client.get(response.url)
    assert reading.heading(page) == "Audit export 1: initial case files"
    assert reading.texts(page, by_class("govuk-list--bullet") + "/li") == ["Case 2: not submitted when it was made"]
    for kind, mime in {"pdf": "application/pdf", "zip": "application/zip"}.items():
        got = client.get(address("export-file", inspection, 1, kind))
        assert (got.status_code, got["Content-Type"]) == (200, mime)
        b"".join(got)
    log = Access.objects.filter(what=Access.What.AUDIT_EXPORT, was_refused=False).order_by("pk")
    assert list(log.values_list("by", "detail")) == [
        (officer.pk, "Audit export 1: PDF"),
        (officer.pk, "Audit export 1: ZIP"),
    ]


def test_progress_is_a_part_of_the_page(inspection, cases, officer) -> None:
    actions.request_export(inspection=inspection, selection="initial", by=officer, now=NOW)
    client = sign_in(officer)
    part = client.get(address("export", inspection, 1), headers={"X-Requested-With": "fetch"}).content.decode()
    assert ("Waiting for its turn" in part, "0 of 1 audits written" in part, "<html" in part) == (True, True, False)
    assert "is being made" in reading.main(client.get(address("exports", inspection)))


def test_office_sees_numbers_and_hashes_and_no_file(inspection, cases, office) -> None:
    export = ready(inspection)
    client = sign_in(office)
    page = client.get(address("export", inspection, 1))
    hashes = reading.texts(page, by_class("house-hash"))[0]
    assert [file.sha256 in hashes for file in export.files.all()] == [True, True]
    assert reading.texts(page, "//main//a[contains(@href, '/pdf/') or contains(@href, '/zip/')]") == []
    assert client.get(address("export-file", inspection, 1, "pdf")).status_code == 404
    assert client.post(address("make-export", inspection, "initial")).status_code == 404
    assert Access.objects.filter(by=office, was_refused=True).count() == 1
    assert "Secret" not in page.content.decode()


def test_moderator_who_has_not_graded_gets_no_file_whatever_other_roles_they_have(inspection, cases) -> None:
    both = make_person(inspection.council, Role.CASE_OFFICER, Role.AUDITOR, name="Mo Both")
    give_part(cases[0], both, Part.MODERATOR)
    ready(inspection)
    client = sign_in(both)
    for name, more in (("export-file", (1, "pdf")), ("export-file", (1, "zip")), ("case-pdf", (1,))):
        response = client.get(address(name, inspection, *more), follow=True)
        assert "You moderate case 1 and have not graded yet." in reading.main(response)
    tried = Access.objects.filter(what=Access.What.AUDIT_EXPORT).values_list("was_refused", flat=True)
    assert list(tried) == [True, True, True]
    grade(cases[0], both)
    assert b"".join(client.get(address("export-file", inspection, 1, "pdf"))) == b"%PDF"
    assert client.get(address("case-pdf", inspection, 1)).content == b"%PDF"


def test_one_audit_is_a_pdf_for_case_officers_and_for_its_auditor_once_submitted(inspection, cases, officer) -> None:
    ann, other = (make_person(inspection.council, Role.AUDITOR, name=name) for name in ("Ann", "Other"))
    for case in cases:
        give_part(case, ann)
    got = {
        (person.full_name, number): sign_in(person).get(address("case-pdf", inspection, number)).status_code
        for person in (officer, ann, other)
        for number in (1, 2)
    }
    assert got == {
        ("Ollie Officer", 1): 200, ("Ollie Officer", 2): 200, ("Ann", 1): 200, ("Ann", 2): 404,
        ("Other", 1): 404, ("Other", 2): 404,
    }  # fmt: skip
    read = Access.objects.filter(what=Access.What.AUDIT_EXPORT, was_refused=False, by=ann).get()
    assert (read.child, read.detail) == (cases[0].child.key, "Case 1: PDF")


def test_handing_over_without_a_case_asks_for_a_tick(inspection, cases, office) -> None:
    ready(inspection)
    client, target = sign_in(office), address("record-handed-over", inspection, 1)
    response = client.post(target, form())
    assert response.status_code == 422
    assert reading.texts(response, by_class("govuk-error-summary__list") + "/li") == [
        "Missing from this export: case 2. Confirm that the others were handed over without."
    ]
    response = client.post(target, form(is_partial="on"), follow=True)
    assert reading.success(response) == ["Recorded: Audit export 1 was handed over to Ines Inspector."]
    page = client.get(address("exports", inspection))
    assert "Case 2: not submitted." in reading.texts(page, by_class("govuk-list--bullet") + "/li")
    submit(cases[1])
    ready(inspection)
    client.post(address("record-handed-over", inspection, 2), form())
    assert AuditHandover.objects.count() == 2


def test_handing_over_is_recorded_once_and_on_record(inspection, cases, office) -> None:
    submit(cases[1])
    export = ready(inspection)
    facts: dict[str, Any] = {
        "recipient": " Ines  Inspector ",
        "how": "On paper",
        "handed_over_at": NOW,
        "is_partial": False,
    }
    once = uuid4()
    first, second = (
        actions.record_handed_over(export=export, once=once, by=office, now=NOW, **facts) for _ in range(2)
    )
    assert (first, first.recipient) == (second, "Ines Inspector")
    event = Event.objects.get(verb="audits handed over")
    assert (event.subject, event.detail["cases"], event.detail["missing"]) == ("Audit export 1", [1, 2], [])
    assert "Secret" not in str(event.detail)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"handed_over_at": at("2011-05-06 10:01")}, "handed_over_at"),
        ({"handed_over_at": at("2011-05-06 09:59")}, "handed_over_at"),
        ({"recipient": " "}, "recipient"),
        ({"how": ""}, "how"),
    ],
)
def test_handing_over_is_refused_beside_its_field(inspection, cases, changed, field) -> None:
    facts: dict[str, Any] = {
        "recipient": "Ines",
        "how": "On paper",
        "handed_over_at": NOW,
        "is_partial": True,
        "once": uuid4(),
    }
    with pytest.raises(Refused) as refused:
        actions.record_handed_over(export=ready(inspection), by=None, now=NOW, **facts | changed)
    assert refused.value.field == field


def test_export_that_is_not_ready_is_not_handed_over(inspection, cases) -> None:
    export, _ = actions.request_export(inspection=inspection, selection="initial", by=None, now=NOW)
    facts: dict[str, Any] = {
        "recipient": "Ines",
        "how": "On paper",
        "handed_over_at": NOW,
        "is_partial": True,
        "once": uuid4(),
    }
    with pytest.raises(Refused, match="not ready"):
        actions.record_handed_over(export=export, by=None, now=NOW, **facts)


def test_owner_of_the_step_hands_over_too(inspection, cases) -> None:
    owner = make_person(inspection.council, Role.OWNER)
    client = sign_in(owner)
    assert client.get(address("exports", inspection)).status_code == 404
    make_ownership(inspection, "step:initial-audits-handed-over", make_post(inspection.council, "Sender", owner))
    ready(inspection)
    assert client.post(address("record-handed-over", inspection, 1), form(is_partial="on")).status_code == 302


def test_export_of_an_erased_inspection_keeps_its_numbers(inspection, officer) -> None:
    export = make_export(inspection, "initial", [1, 2], now=NOW)
    AuditExport.objects.filter(pk=export.pk).update(erased_at=NOW)
    page = sign_in(officer).get(address("export", inspection, 1))
    assert "The files of this export were erased on 6 May 2011." in reading.main(page)


def test_withdrawn_inspection_takes_no_more(inspection, cases, officer) -> None:
    ready(inspection)
    withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    client = sign_in(officer)
    page = client.get(address("export", inspection, 1))
    assert reading.texts(page, "//main//form") == []
    assert client.post(address("record-handed-over", inspection, 1), form(is_partial="on")).status_code == 422


def test_export_of_another_inspection_does_not_exist(inspection, cases, officer) -> None:
    other = make_inspection(inspection.council)
    ready(inspection)
    client = sign_in(officer)
    for name, more in (("export", (1,)), ("export-file", (1, "pdf"))):
        assert client.get(address(name, other, *more)).status_code == 404


def test_page_of_exports_says_what_belongs_there(inspection, officer, office) -> None:
    for person in (officer, office):
        page = sign_in(person).get(address("exports", inspection))
        assert reading.heading(page) == "Exports and handing over"
        assert reading.texts(page, by_class("house-empty") + "/*")[0] == "No export has been made"

"""The page tells the second person that somebody else replaced the file while they were working."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from documents.evidence import actions
from outbox.models import Message
from tests import reading
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post


def test_who_comes_second_is_told_on_the_page_and_the_first_by_email(db, settings, tmp_path, time_machine):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    time_machine.move_to(NOW, tick=False)
    inspection = make_inspection(make_council())
    ada, bo = (make_person(inspection.council, Role.OWNER, name=name) for name in ("Ada Sample", "Bo Sample"))
    make_ownership(inspection, "document:10", make_post(inspection.council, holder=bo))
    file = add(inspection, "10", "reports", name="Child A.pdf", names_children=True).version.file
    client = reading.sign_in(bo)
    address = reverse("documents:replace", args=[inspection.slug, file.pk])
    seen = reading.page(client.get(address)).xpath("//input[@name='seen']/@value")
    actions.replace_file(file=file, received=received(), as_at=None, by=ada, now=NOW)
    upload = SimpleUploadedFile("new.pdf", pdf_bytes(), content_type="application/pdf")
    said = reading.main(client.post(address, {"file": upload, "seen": seen[0]}, follow=True))
    assert (
        "Version 3 added. Ada Sample replaced this file at 9am while you were working. Both versions are kept, and "
        "yours is current." in said
    )
    mail = Message.objects.get()
    assert (mail.to, "Child A" in mail.text + mail.html + mail.subject) == (ada.email, False)
    page = reading.main(client.get(reverse("documents:file", args=[inspection.slug, file.pk])))
    assert page.count("Made while another version was added") == 1


def test_a_version_beyond_what_a_database_keeps_is_refused(db, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    inspection = make_inspection(make_council())
    file = add(inspection, "10", "reports").version.file
    client = reading.sign_in(make_person(inspection.council, Role.COORDINATOR))
    upload = SimpleUploadedFile("new.pdf", pdf_bytes(), content_type="application/pdf")
    address = reverse("documents:replace", args=[inspection.slug, file.pk])
    response = client.post(address, {"file": upload, "seen": str(10**30)})
    assert (response.status_code, file.versions.count()) == (422, 1)
    assert "Load the page again, then try once more" in reading.main(response)

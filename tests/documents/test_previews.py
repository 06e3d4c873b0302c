"""Previews of uploads: drawn in the background, shown to people who may open the file, and deleted freely."""

from __future__ import annotations

import io
import os
import signal
import zlib
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Event, Role
from documents import tasks
from documents.evidence import actions, previews
from documents.models import Version
from files import storage
from files.receiving import receive
from printing import office
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import main, texts

pytestmark = pytest.mark.django_db
ASKS = {"X-Requested-With": "fetch"}


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def signed_in(inspection, *roles: Role) -> Client:
    client = Client()
    person = make_person(inspection.council, *roles)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client(inspection):
    return signed_in(inspection, Role.COORDINATOR)


def page(version: Version, name: str = "preview", *args) -> str:
    return reverse(f"documents:{name}", args=[version.file.inspection.slug, version.pk, *args])


def image_bytes(form: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "navy").save(out, form)
    return out.getvalue()


def a_version(inspection, content: bytes | None = None, name: str = "minutes.pdf", **given) -> Version:
    given.setdefault("as_at", date(2011, 3, 14))
    return add(inspection, "1", "minutes", content=content, name=name, **given).version


def test_a_pdf_is_drawn_page_by_page_up_to_a_bound(inspection, client):
    version = a_version(inspection, pdf_bytes(23))
    assert previews.state_of(version.sha256, version.detected_type) == "waiting"
    assert previews.make(version) == "ready"
    assert previews.preview_of(version.sha256, version.detected_type) == previews.Preview("ready", 23, 20)
    shown = client.get(page(version))
    assert "The first 20 of 23 pages. Download the file to see the rest." in main(shown)
    pictures = texts(shown, "//figure/img/@alt/..")
    assert len(pictures) == 20
    alts = [f'alt="Page {number} of minutes.pdf"' in shown.content.decode() for number in (1, 20, 21)]
    assert alts == [True, True, False]
    with Image.open(previews.picture(version.sha256, 1)) as drawn:
        assert (drawn.format, max(drawn.size)) == ("WEBP", 1200)
    with Image.open(previews.picture(version.sha256, 0)) as drawn:
        assert max(drawn.size) == 220


def test_a_picture_is_served_to_be_looked_at_and_kept_nowhere(inspection, client):
    version = a_version(inspection)
    previews.make(version)
    response = client.get(page(version, "picture", 1))
    assert b"".join(response)[8:12] == b"WEBP"
    headers = ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy")
    assert [response[name] for name in headers] == [
        "image/webp",
        "private, no-store",
        "nosniff",
        "sandbox; default-src 'none'",
    ]
    assert client.get(page(version, "picture", 2)).status_code == 404


def _huge_page() -> bytes:
    pdf = pikepdf.new()
    for size in ((14400, 14400), (3, 3), (842, 595)):
        pdf.add_blank_page(page_size=size)
    pdf.pages[2].rotate(90, relative=True)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "state", "pages"),
    [
        (_huge_page(), "odd pages.pdf", "ready", 3),
        (b"%PDF-1.4 and then nothing that a PDF has", "damaged.pdf", "failed", 0),
        (image_bytes(), "photo.png", "ready", 1),
        (image_bytes("JPEG"), "photo.jpg", "ready", 1),
        (image_bytes(mode="RGBA"), "see-through.png", "ready", 1),
        (image_bytes()[:60], "cut short.png", "failed", 0),
        (b"{\\rtf1 Words of a fictional review.}", "words.rtf", "ready", 1),
        (b"a,b\r\n1,2\r\n", "figures.csv", "none", 0),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_each_kind_of_file_is_drawn_or_says_why_not(inspection, client, settings, content, name, state, pages):
    settings.OFFICE_CONVERSION = True
    version = a_version(inspection, content, name)
    assert previews.make(version) == state
    found = previews.preview_of(version.sha256, version.detected_type)
    assert (found.state, found.pages) == (state, pages)
    words = {
        "failed": "This file cannot be previewed",
        "none": "Files of this type have no preview",
        "ready": f"Page 1 of {pages}",
    }
    assert words[state] in main(client.get(page(version)))


def test_what_takes_too_long_is_given_up_and_tried_again_later(inspection, client, monkeypatch):
    """The process that draws is ended from outside too: the machine may be too slow at the moment."""
    version = a_version(inspection, pdf_bytes(3))
    with monkeypatch.context() as patch:
        patch.setattr(previews, "PATIENCE", 0.01)
        assert previews.make(version) == "later"
    assert "it is tried again later" in main(client.get(page(version)))
    now = timezone.now()
    Version.objects.update(uploaded_at=now)
    assert previews.waiting(now=now) == []
    assert previews.waiting(now=now + timedelta(hours=1, minutes=1)) == [version]
    assert previews.make(version) == "ready"


@pytest.mark.parametrize("status", [1, -signal.SIGKILL, -signal.SIGTERM], ids=["failed", "killed", "ended"])
def test_a_process_that_ends_by_no_fault_of_the_file_leaves_it_to_another(inspection, monkeypatch, status):
    """What it had drawn is not shown: half a preview would be taken for the whole."""
    version = a_version(inspection, pdf_bytes(3))

    def half_drawn(command, **_):
        (Path(command[-1]) / "thumbnail.webp").write_bytes(b"half of it")
        return SimpleNamespace(returncode=status)

    with monkeypatch.context() as patch:
        patch.setattr(previews.subprocess, "run", half_drawn)
        assert previews.make(version) == "later"
    assert previews.make(version) == "ready"


def test_a_file_that_ends_the_process_is_not_drawn_again(inspection, monkeypatch):
    version = a_version(inspection, pdf_bytes(3))
    crashed = SimpleNamespace(returncode=-signal.SIGSEGV)
    with monkeypatch.context() as patch:
        patch.setattr(previews.subprocess, "run", lambda *_, **__: crashed)
        assert previews.make(version) == "failed"
    assert previews.make(version) == "failed"


def test_a_full_disk_is_not_held_against_a_file(inspection, client, settings, small_disk):
    settings.UPLOADS_DIR = small_disk.path / "uploads"
    version = a_version(inspection, image_bytes("JPEG", (3000, 2000)), "photo.jpg")
    small_disk.fill()
    assert previews.make(version) == "later"
    small_disk.clear()
    assert previews.make(version) == "ready"
    assert "Page 1 of 1" in main(client.get(page(version)))


@pytest.mark.parametrize("passing", [True, False])
def test_a_document_that_is_not_converted_fails_only_if_that_is_its_own_fault(inspection, monkeypatch, passing):
    version = a_version(inspection, b"{\\rtf1 Words of a fictional review.}", "words.rtf")
    monkeypatch.setattr(previews, "_is_converted", lambda mime: True)

    def not_converted(*_, **__):
        raise office.NotConverted("LibreOffice could not open it.", passing=passing)

    monkeypatch.setattr(office, "as_pdf", not_converted)
    assert previews.make(version) == ("later" if passing else "failed")


def test_libreoffice_that_comes_later_is_seen_within_a_minute(settings, monkeypatch):
    settings.OFFICE_CONVERSION = True
    seconds, here = [0.0], [False]
    monkeypatch.setattr(previews, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(office, "is_installed", lambda: here[0])
    previews._has_office.cache_clear()
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert previews.has_pictures(word) is False
    here[0] = True
    assert previews.has_pictures(word) is False
    seconds[0] = 60.0
    assert previews.has_pictures(word) is True
    previews._has_office.cache_clear()


def test_an_image_that_would_fill_the_memory_is_not_opened(inspection):
    body = bytearray(image_bytes())
    body[16:24] = (60_000).to_bytes(4, "big") * 2  # what its header says of its size, and its checksum
    body[29:33] = zlib.crc32(body[12:29]).to_bytes(4, "big")
    version = Version(sha256="0" * 64, detected_type="image/png", stored_name="")
    folder = previews.picture(version.sha256, 0).parent
    folder.mkdir(parents=True)
    (folder / "bomb.png").write_bytes(body)
    previews._draw("image", folder / "bomb.png", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["bomb.png", "unfit"]


def test_versions_of_the_same_bytes_share_their_pictures(inspection):
    version = a_version(inspection)
    previews.make(version)
    again = actions.replace_file(
        file=version.file, received=_received(version), as_at=date(2011, 3, 15), by=None, now=NOW
    ).version
    assert previews.state_of(again.sha256, again.detected_type) == "ready"


def _received(version: Version):
    with storage.open_stored(version.stored_name) as stream:
        return receive(stream, name="again.pdf")


def test_beat_draws_what_was_added_lately_and_nothing_twice(inspection):
    recent = a_version(inspection, now=NOW)
    add(inspection, "7", "data", content=b"a,b\r\n", name="figures.csv")
    assert [version.pk for version in previews.waiting(now=NOW)] == [recent.pk]
    assert previews.waiting(now=NOW + timedelta(days=3)) == []
    assert tasks._make(previews.waiting(now=NOW)) == 1
    assert previews.waiting(now=NOW) == []


def test_bytes_that_cannot_be_read_stop_no_other_preview(inspection, uploads):
    first, second = a_version(inspection), a_version(inspection, as_at=date(2011, 2, 14))
    next(uploads.rglob(first.stored_name)).unlink()
    assert tasks._make([first, second]) == 1
    # It is drawn as soon as its bytes are back: nothing was remembered of the failure.
    assert previews.state_of(first.sha256, first.detected_type) == "waiting"
    assert [path.name for path in (uploads / "previews").glob(".*")] == []


def test_damaged_bytes_are_not_drawn_in_the_name_of_the_sound_ones(inspection, uploads):
    version = a_version(inspection)
    path = next(uploads.rglob(version.stored_name))
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(pdf_bytes(words="Another page"))
    with pytest.raises(OSError, match="not the bytes"):
        previews.make(version)
    assert previews.state_of(version.sha256, version.detected_type) == "waiting"
    path.write_bytes(whole)
    assert previews.make(version) == "ready"


def test_previews_of_nothing_are_swept(inspection, uploads, monkeypatch):
    version = a_version(inspection)
    previews.make(version)
    left = uploads / "previews" / ".half-drawn"
    left.mkdir()
    os.utime(left, (0, 0))
    (uploads / "previews" / "ab").mkdir(exist_ok=True)
    (uploads / "previews" / "ab" / f"ab{'0' * 62}").mkdir()
    tried = a_version(inspection, as_at=date(2011, 2, 14))
    with monkeypatch.context() as patch:
        patch.setattr(previews, "PATIENCE", 0.01)
        previews.make(tried)
    known = {version.sha256, tried.sha256}
    assert previews.sweep(before=NOW, known=known) == 2
    assert previews.state_of(tried.sha256, tried.detected_type) == "later"
    assert previews.sweep(before=timezone.now() + timedelta(hours=1), known=known) == 1
    assert previews.state_of(tried.sha256, tried.detected_type) == "waiting"
    assert previews.state_of(version.sha256, version.detected_type) == "ready"


def test_the_page_asks_for_what_is_missing_once_and_shows_it_when_it_is_there(inspection, client, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(tasks, "ask_for_preview", asked.append)
    version = a_version(inspection)
    assert "The preview is being made." in main(client.get(page(version)))
    client.get(page(version), headers=ASKS)
    assert client.get(page(version, "thumbnail")).url == page(version)
    assert asked == [version.pk]
    for _ in range(2):  # the list asks every few seconds, and has it asked for once
        assert "being made" in client.get(page(version, "thumbnail"), headers=ASKS).content.decode()
    assert asked == [version.pk, version.pk]
    previews.make(version)
    assert "Look at minutes.pdf" in client.get(page(version, "thumbnail"), headers=ASKS).content.decode()
    assert "Page 1 of 1" in main(client.get(page(version)))


def test_a_list_shows_thumbnails_but_none_of_a_file_that_names_children(inspection, client):
    shown, hidden = a_version(inspection), a_version(inspection, as_at=date(2011, 2, 14), names_children=True)
    for version in (shown, hidden):
        previews.make(version)
    body = client.get(reverse("documents:document", args=[inspection.slug, "1"])).content.decode()
    assert (page(shown, "picture", 0) in body, page(hidden, "picture", 0) in body) == (True, False)
    assert page(hidden) in body
    assert client.get(page(hidden, "picture", 0)).status_code == 404
    assert client.get(page(hidden, "thumbnail")).status_code == 404


def test_seeing_a_file_that_names_children_goes_on_the_record_and_only_then_shows(inspection, client):
    version = a_version(inspection, names_children=True)
    previews.make(version)
    # Without the page that is recorded there is no picture.
    assert client.get(page(version, "picture", 1)).status_code == 404
    shown = client.get(page(version))
    (event,) = Event.objects.filter(verb="file that names children opened")
    assert event.detail == {"document": "1", "file": version.file_id, "version": 1, "how": "preview"}
    (address,) = [picture for _, picture in shown.context["pictures"]]
    picture = client.get(address)
    assert (picture.status_code, b"".join(picture)[8:12]) == (200, b"WEBP")
    # The pass is the person's own.
    assert signed_in(inspection, Role.COORDINATOR).get(address).status_code == 404


def test_who_may_not_open_the_file_sees_no_preview(inspection):
    version = a_version(inspection, names_children=True)
    previews.make(version)
    plain = a_version(inspection, as_at=date(2011, 2, 14))
    member, stranger = signed_in(inspection, Role.MEMBER), signed_in(inspection, Role.OWNER)
    assert [member.get(page(version)).status_code, member.get(page(plain)).status_code] == [404, 200]
    assert [stranger.get(page(version)).status_code, stranger.get(page(plain)).status_code] == [404, 404]
    officer = signed_in(inspection, Role.CASE_OFFICER)
    assert [officer.get(page(version)).status_code, officer.get(page(plain)).status_code] == [200, 404]
    owner = make_person(inspection.council, Role.OWNER)
    make_ownership(inspection, "document:1", make_post(inspection.council, "Manager", owner))
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page(version)).status_code == 200


def test_a_long_row_of_previews_leaves_the_workers_to_others_in_between(inspection, monkeypatch):
    """Two hundred documents dropped at once would otherwise keep reminders and mail waiting until all are drawn."""
    for _ in range(3):
        a_version(inspection, now=timezone.now())
    seconds = iter(range(0, 1000, 15))
    monkeypatch.setattr(tasks, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert [tasks.make_previews() for _ in range(3)] == [1, 1, 1]
    assert previews.waiting(now=timezone.now()) == []

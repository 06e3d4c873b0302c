"""Hostile ZIPs: what is taken from them, what is left out and why, and what a worker that dies leaves behind."""

from __future__ import annotations

import errno
import io
import struct
import zipfile
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import actions, sweeping, tasks, unpacking, waiting_files
from intake.models import Archive, WaitingFile
from tests.documents import making
from tests.factories.documents import encrypted_pdf_bytes, pdf_bytes
from tests.factories.intake import archive, folder_zip, wait, zip_of
from tests.factories.people import NOW
from tests.hostile.damage import damaged_zips

pytestmark = pytest.mark.django_db


def unpacked(inspection, content: bytes, by) -> Archive:
    found = unpacking.unpack(archive(inspection, content, by=by).pk, now=lambda: NOW)
    assert found is not None
    return found


def paths(inspection) -> list[str]:
    return [waiting.path for waiting in WaitingFile.objects.filter(inspection=inspection)]


def test_a_zip_becomes_files_that_wait_each_with_its_folders(inspection, coordinator, uploads):
    found = unpacked(inspection, folder_zip("01 LSCB/minutes.pdf", "CYPP.pdf"), coordinator)
    assert (found.fault, found.left_out, found.entries, found.done) == ("", [], 2, 2)
    assert paths(inspection) == ["01 LSCB/minutes.pdf", "CYPP.pdf"]
    # The bytes of the two files, and none of the ZIP or of what was on its way.
    assert len([path for path in uploads.rglob("*") if path.is_file()]) == 2


def test_a_small_zip_cannot_fill_the_disk_with_small_files(inspection, coordinator, uploads):
    """Each entry by itself is one that is taken; together they are far more than documents in so small a ZIP are."""
    blank = b" " * (1024 * 1024 * 2)
    found = unpacked(inspection, zip_of({f"{number}.txt": blank for number in range(130)}), coordinator)
    assert (found.fault, found.done) == ("would unpack to more than any set of documents has", 0)
    assert (paths(inspection), [path for path in uploads.rglob("*") if path.is_file()]) == ([], [])


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("link.pdf")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "/etc/passwd")
    return out.getvalue()


def _password() -> bytes:
    """The bit that says so is enough: nobody here has the password."""
    content = bytearray(zip_of({"secret.pdf": pdf_bytes()}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def _damaged() -> bytes:
    body = pdf_bytes(1, "damaged")
    return zip_of({"bad.pdf": body}, method=zipfile.ZIP_STORED).replace(b"%PDF", b"%PDQ", 1)


LEFT = {
    "junk of a Mac": (zip_of({"__MACOSX/._a.pdf": b"x"}), "it is a file of the computer’s own, not a document"),
    "junk of Windows": (zip_of({"a/Thumbs.db": b"x"}), "it is a file of the computer’s own, not a document"),
    "a lock of Word": (zip_of({"~$nutes.docx": b"x"}), "it is a file of the computer’s own, not a document"),
    "a link": (_link(), "it is a link to another file"),
    "a password": (_password(), "it is protected by a password: put it in without one"),
    "a ZIP": (
        zip_of({"in.zip": folder_zip("a.pdf")}),
        "it is an archive inside the ZIP, which is not unpacked: unpack it first",
    ),
    "a bomb": (zip_of({"bomb.txt": b" " * 30_000_000}), "it unpacks to far more than a document does"),
    "another way of packing": (
        zip_of({"a.pdf": pdf_bytes()}, method=zipfile.ZIP_LZMA),
        "it is packed in a way that is not read here: make the ZIP anew",
    ),
    "damage": (_damaged(), "it is damaged"),
    "an empty file": (zip_of({"a.pdf": b""}), "a.pdf was not added: it is empty."),
    "a program": (
        zip_of({"a.exe": b"MZ"}),
        "a.exe was not added: “.exe” files are not accepted. Use PDF, Word, Excel, PowerPoint, OpenDocument, RTF, CSV, "
        "text, PNG or JPEG.",
    ),
    "a protected PDF": (
        zip_of({"a.pdf": encrypted_pdf_bytes()}),
        "a.pdf was not added: it is protected by a password: save it without the password first.",
    ),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_is_no_document_is_left_out_and_named(inspection, coordinator, uploads, what: str):
    content, reason = LEFT[what]
    found = unpacked(inspection, content, coordinator)
    assert [why for _, why in found.left_out] == [reason]
    assert paths(inspection) == []
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"no zip at all", "is damaged, or is no ZIP"),
        (folder_zip("a.pdf")[:-30], "is damaged, or is no ZIP"),
        (zip_of({}), "has no files in it"),
        (zip_of({f"{number}.txt": b"" for number in range(2001)}), "has more than 2000 files in it"),
    ],
    ids=["text", "cut short", "empty", "too many"],
)
def test_a_zip_that_cannot_be_read_says_why(inspection, coordinator, uploads, content, fault):
    found = unpacked(inspection, content, coordinator)
    assert (found.fault, found.is_finished) == (fault, True)
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_a_zip_that_claims_to_be_huge_is_not_begun(inspection, coordinator):
    content = bytearray(zip_of({f"{number}.txt": b"x" for number in range(3)}))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 24 : at + 28] = struct.pack("<L", 2_000_000_000)
    assert unpacked(inspection, bytes(content), coordinator).fault == (
        "would unpack to more than any set of documents has"
    )


def test_no_entry_leads_out_of_the_intake(inspection, coordinator, uploads):
    names = ("../../etc/evil.pdf", "/abs/evil.pdf", "C:\\temp\\evil.pdf", "a/./b/../evil.pdf")
    unpacked(inspection, folder_zip(*names), coordinator)
    assert paths(inspection) == ["a/b/evil.pdf", "abs/evil.pdf", "etc/evil.pdf", "temp/evil.pdf"]
    assert {path.parent.name for path in uploads.rglob("*") if path.is_file()} == {"waiting"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Protokoll é.pdf".encode(), "Protokoll é.pdf"),  # UTF-8 that does not say so, as a Mac writes it
        ("Caf\u00e9.pdf".encode("cp437"), "Café.pdf"),
    ],
)
def test_names_of_either_code_page_are_read(inspection, coordinator, written: bytes, read: str):
    stand_in = "n" * len(written)
    content = zip_of({stand_in: pdf_bytes()}).replace(stand_in.encode(), written)
    unpacked(inspection, content, coordinator)
    assert paths(inspection) == [read]


def test_a_worker_that_died_is_followed_by_one_that_goes_on(inspection, coordinator):
    waiting = archive(inspection, folder_zip("a.pdf", "b.pdf"), by=coordinator)
    assert unpacking.QUEUE.waiting(NOW) == [waiting.pk]
    # It took the first file and was killed before it could say so.
    Archive.objects.filter(pk=waiting.pk).update(claim="dead", free_at=NOW + unpacking.LEASE)
    assert unpacking.QUEUE.waiting(NOW + timedelta(minutes=4)) == []
    assert unpacking.unpack(waiting.pk, now=lambda: NOW) is None
    late = NOW + timedelta(minutes=6)
    assert unpacking.QUEUE.waiting(late) == [waiting.pk]
    unpacking.unpack(waiting.pk, now=lambda: late)
    unpacking.unpack(waiting.pk, now=lambda: late)
    assert paths(inspection) == ["a.pdf", "b.pdf"]


def test_the_same_zip_sent_twice_waits_once(inspection, coordinator):
    content = folder_zip("a.pdf")
    first, second = (archive(inspection, content, by=coordinator) for _ in range(2))
    assert first.pk == second.pk
    unpacking.unpack(first.pk, now=lambda: NOW)
    unpacked(inspection, content, coordinator)
    assert paths(inspection) == ["a.pdf"]


def test_what_nobody_sorted_is_taken_away_with_its_bytes(inspection, coordinator, uploads):
    wait(inspection, "old.pdf", by=coordinator)
    wait(inspection, "new.pdf", by=coordinator, now=NOW + timedelta(days=3))
    archive(inspection, folder_zip("a.pdf"), by=coordinator)
    assert sweeping.sweep(now=NOW + timedelta(days=7)) == 0
    assert sweeping.sweep(now=NOW + timedelta(days=7, minutes=1)) == 1
    assert paths(inspection) == ["new.pdf"]
    assert Archive.objects.count() == 0
    # What a killed server left is taken after a day, whatever it is.
    assert sweeping.sweep(now=NOW + timedelta(days=20_000)) == 2
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_a_damaged_member_of_a_document_leaves_the_document_out_and_not_the_rest(inspection, coordinator):
    """The kind of an OpenDocument text is its first member; packed as nobody does, it was the end of every worker."""
    text = dict(damaged_zips(making.odf(), 0))["LZMA of no known kind"]
    found = unpacked(inspection, zip_of({"a.odt": text, "b.pdf": pdf_bytes()}), coordinator)
    assert (found.fault, found.done, [name for name, _ in found.left_out]) == ("", 2, ["a.odt"])
    assert paths(inspection) == ["b.pdf"]


def fails(error: Exception):
    def fail(*_, **__):
        raise error

    return fail


def test_a_fault_of_ours_closes_the_zip_in_words(inspection, coordinator, uploads, monkeypatch):
    monkeypatch.setattr(actions, "take_in", fails(AttributeError("a fault of ours")))
    found = unpacked(inspection, folder_zip("a.pdf"), coordinator)
    assert (found.is_finished, found.fault) == (
        True,
        "could not be unpacked. The fault has been written to the server’s log",
    )
    assert (unpacking.QUEUE.waiting(NOW + timedelta(days=1)), list(uploads.glob("waiting/*"))) == ([], [])


def test_a_disk_that_fails_is_not_held_against_the_zip(inspection, coordinator, monkeypatch):
    """It is tried again, and closed where it fails again and again; a try that gets further begins a new count."""
    waiting = archive(inspection, folder_zip("a.pdf", "b.pdf"), by=coordinator)
    with monkeypatch.context() as patch:
        patch.setattr(unpacking, "receive", fails(OSError(errno.EIO, "Input/output error")))
        for number in range(unpacking.QUEUE.most_tries):
            at = NOW + number * timedelta(minutes=6)
            assert (unpacking.QUEUE.waiting(at), unpacking.unpack(waiting.pk, now=lambda at=at: at)) == (
                [waiting.pk],
                None,
            )
    late = NOW + timedelta(days=1)
    closed = unpacking.unpack(waiting.pk, now=lambda: late)
    assert closed.fault == (
        "could not be unpacked to its end: the work was cut off again and again. Drop its files by themselves"
    )
    assert (unpacking.QUEUE.waiting(late), paths(inspection)) == ([], [])
    again = archive(inspection, folder_zip("a.pdf", "b.pdf"), by=coordinator)
    Archive.objects.filter(pk=again.pk).update(tries=unpacking.QUEUE.most_tries - 1)
    assert unpacking.unpack(again.pk, now=lambda: NOW).fault == ""
    assert (Archive.objects.get(pk=again.pk).tries, paths(inspection)) == (1, ["a.pdf", "b.pdf"])


def test_one_zip_that_fails_holds_up_no_other(inspection, coordinator, monkeypatch):
    first = archive(inspection, folder_zip("a.pdf"), by=coordinator)
    second = archive(inspection, folder_zip("b.pdf"), by=coordinator)
    waiting_files.discard(first.stored_name)
    assert tasks.unpack_waiting() == [first.pk, second.pk]
    assert Archive.objects.get(pk=first.pk).fault == "is not where it was kept any more. Drop it again"
    assert paths(inspection) == ["b.pdf"]


def test_a_zip_that_is_dismissed_stops_before_its_next_file(inspection, coordinator, uploads, monkeypatch):
    waiting = archive(inspection, folder_zip("a.pdf", "b.pdf", "c.pdf"), by=coordinator)
    take_in = actions.take_in

    def take_one_and_dismiss(**given):
        found = take_in(**given)
        with monkeypatch.context() as patch:
            patch.setattr(actions.transaction, "on_commit", lambda run: run())
            actions.dismiss_archive(archive=waiting, by=coordinator, now=NOW)
        return found

    monkeypatch.setattr(actions, "take_in", take_one_and_dismiss)
    assert unpacking.unpack(waiting.pk, now=lambda: NOW) is None
    assert (paths(inspection), Archive.objects.count()) == (["a.pdf"], 0)
    assert len(list(uploads.glob("waiting/*"))) == 1


@settings(max_examples=15)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_no_spoilt_zip_breaks_the_worker(inspection, coordinator, at: int, spoil: bytes):
    content = bytearray(folder_zip("a.pdf", "b/c.pdf"))
    at = at % len(content)
    content[at : at + len(spoil)] = spoil
    assert unpacked(inspection, bytes(content), coordinator).is_finished

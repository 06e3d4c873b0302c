"""Office documents made into PDFs by the real LibreOffice."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from printing import office
from tests.factories.office import docx, odp, odp_with_picture_at, odt_with_picture_at, rtf_with_picture_at
from tests.outbox.installation import ROOT
from tests.processes import ENOUGH


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.OFFICE_CONVERSION = True
    settings.CONVERTED_DIR = tmp_path / "converted"
    return settings.CONVERTED_DIR


@pytest.fixture
def stored(tmp_path):
    """Writes a document and answers what `as_pdf` asks of it."""

    def write(content: bytes, ending: str) -> dict[str, object]:
        path = tmp_path / "stored-under-a-name-of-our-own"
        path.write_bytes(content)
        return {"source": path, "ending": ending, "sha256": hashlib.sha256(content).hexdigest()}

    return write


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout.strip()


def running_in(folder: Path) -> list[str]:
    """Ids of the processes that were started with something in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return [number for number in found if int(number) != os.getpid()]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def until(is_so, what: str) -> None:
    deadline = time.monotonic() + ENOUGH
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_document_becomes_the_same_pdf_whenever_it_is_made(folder, stored) -> None:
    given = stored(docx("Minutes of a meeting", "Nobody was absent"), "docx")
    first = office.as_pdf(**given)
    assert text_of(first) == "Minutes of a meeting\nNobody was absent"
    with pikepdf.open(first) as pdf:
        assert (bool(pdf.Root.MarkInfo.Marked), "/Info" in pdf.trailer, len(pdf.pages)) == (True, False, 1)
    before = first.read_bytes()
    assert left_in(folder) == [f"{given['sha256']}.docx.pdf"]
    first.unlink()
    assert office.as_pdf(**given).read_bytes() == before


def test_document_that_was_made_before_is_not_made_again(folder, stored, monkeypatch) -> None:
    given = stored(odp("Our partnership"), "odp")
    kept = office.as_pdf(**given)
    assert text_of(kept) == "Our partnership"
    monkeypatch.setattr(office, "_convert", None)
    assert office.as_pdf(**given) == kept


@pytest.mark.parametrize("is_apart", [True, False])
def test_nothing_that_a_document_links_to_is_loaded(stored, monkeypatch, is_apart) -> None:
    """Neither without a network nor with one, where the system does not let us take it away."""
    if not is_apart:
        monkeypatch.setattr(office, "_apart", lambda: ())
    callers = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/picture.png"

        def listen() -> None:
            while True:
                try:
                    callers.append(server.accept()[1])
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        given = stored(odt_with_picture_at(address), "odt")
        assert text_of(office.as_pdf(**given)).startswith("A picture from elsewhere:")
        assert callers == []
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("kind", "ending"), [("odp", "pdf"), ("rtf", "png")])
def test_document_shows_no_file_of_this_machine_that_it_names(stored, tmp_path, kind, ending) -> None:
    """The folder of a pack is its number: a document that could show the pack's pages would reveal them."""
    other = tmp_path / f"other.{ending}"
    Image.new("RGB", (200, 200), "red").save(other)
    make = {"odp": odp_with_picture_at, "rtf": rtf_with_picture_at}[kind]
    made = office.as_pdf(**stored(make(other.as_uri() if kind == "odp" else str(other)), kind))
    page = tmp_path / "page"
    subprocess.run(["pdftoppm", "-r", "20", "-png", "-singlefile", made, page], check=True)
    with Image.open(f"{page}.png") as drawn:
        colours = {colour for _, colour in drawn.convert("RGB").getcolors(drawn.width * drawn.height)}
    assert [colour for colour in colours if colour[0] > 200 and colour[1] < 60 and colour[2] < 60] == []


def test_libreoffice_is_not_run_where_it_could_open_what_it_likes(folder, stored, monkeypatch) -> None:
    monkeypatch.setattr(office, "_is_confinable", lambda: False)
    with pytest.raises(office.NotConverted, match=r"^LibreOffice cannot be kept away from other files on this machine"):
        office.as_pdf(**stored(docx("Minutes"), "docx"))
    assert (office.is_installed(), folder.exists()) == (False, False)


def test_document_that_cannot_be_opened_is_tried_once(folder, stored, monkeypatch) -> None:
    given = stored(b"PK\x03\x04 and nothing that follows", "docx")
    for _ in range(2):
        with pytest.raises(office.NotConverted, match=r"^LibreOffice could not open it\.$") as why:
            office.as_pdf(**given)
        assert why.value.passing is False
        monkeypatch.setattr(office, "_convert", None)
    assert left_in(folder) == [f"{given['sha256']}.docx.fault"]


def refused(**given) -> tuple[str, bool]:
    with pytest.raises(office.NotConverted) as why:
        office.as_pdf(**given)
    return str(why.value), why.value.passing


NO_ROOM = ("The storage failed (No space left on device).", True)


def test_full_disk_is_not_held_against_a_document(settings, stored, small_disk) -> None:
    """Whether it was full before, or was filled while LibreOffice was at it."""
    settings.CONVERTED_DIR = small_disk.path / "converted"
    given = stored(docx("Minutes"), "docx")
    small_disk.fill()
    assert refused(**given) == NO_ROOM
    small_disk.clear()
    assert refused(**given, alive=small_disk.fill) == NO_ROOM
    assert left_in(settings.CONVERTED_DIR) == []
    small_disk.clear()
    assert text_of(office.as_pdf(**given)) == "Minutes"


@pytest.mark.parametrize("ending", ["docx", "odp"])
def test_libreoffice_that_does_not_work_is_not_held_against_a_document(folder, stored, monkeypatch, ending) -> None:
    """It is there and makes nothing: half installed, say, or without the memory to start."""
    content = docx("Minutes") if ending == "docx" else odp("Our partnership")
    given = stored(content, ending)
    with monkeypatch.context() as patch:
        patch.setattr(office, "_program", lambda: Path("/bin/true"))
        assert refused(**given) == ("LibreOffice does not work on this machine at the moment.", True)
    assert left_in(folder) == []
    assert office.as_pdf(**given).is_file()


@pytest.mark.parametrize(
    "ended_by, fault",
    [
        (signal.SIGSEGV, ("LibreOffice could not open it.", False)),
        (signal.SIGABRT, ("LibreOffice could not open it.", False)),
        (signal.SIGKILL, ("LibreOffice was ended before it was done.", True)),
        (signal.SIGXCPU, ("LibreOffice was ended before it was done.", True)),
    ],
)
def test_document_that_crashes_libreoffice_is_tried_once(folder, stored, monkeypatch, ended_by, fault) -> None:
    given, run, statuses = stored(docx("Crash"), "docx"), office._run, iter([-ended_by])
    monkeypatch.setattr(office, "_run", lambda *asked: next(statuses, None) or run(*asked))
    assert refused(**given) == fault
    assert left_in(folder) == ([] if fault[1] else [f"{given['sha256']}.docx.fault"])


def test_presentation_that_cannot_be_opened_is_tried_once(folder, stored) -> None:
    given = stored(b"PK\x03\x04 and nothing that follows", "odp")
    assert refused(**given) == ("LibreOffice could not open it.", False)
    assert left_in(folder) == [f"{given['sha256']}.odp.fault"]


@pytest.mark.parametrize("kept", [0.5, 0.95])
def test_half_a_pdf_is_not_taken_for_the_whole(folder, stored, monkeypatch, kept) -> None:
    """What LibreOffice wrote is not repaired: the pages that are missing would be missed by nobody."""
    given = stored(docx("Minutes"), "docx")
    made = office._made

    def cut_short(*asked):
        pdf = made(*asked)
        os.truncate(pdf, int(pdf.stat().st_size * kept))
        return pdf

    with monkeypatch.context() as patch:
        patch.setattr(office, "_made", cut_short)
        patch.setattr(office, "_check_room", lambda *_: None)
        assert refused(**given) == ("LibreOffice could not open it.", False)


def test_conversion_that_takes_too_long_is_ended_with_all_that_it_started(folder, stored, monkeypatch) -> None:
    monkeypatch.setattr(office, "MOST_SECONDS", 0.3)
    with pytest.raises(office.NotConverted, match=r"^LibreOffice took too long over it\.$") as why:
        office.as_pdf(**stored(docx("Slow"), "docx"))
    assert why.value.passing is True
    assert (left_in(folder), running_in(folder)) == ([], [])


def test_who_is_told_that_it_goes_on_can_stop_it(folder, stored) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        if running_in(folder):
            raise Stop

    with pytest.raises(Stop):
        office.as_pdf(**stored(docx("Stopped"), "docx"), alive=stop)
    assert (left_in(folder), running_in(folder)) == ([], [])


def test_conversion_dies_with_its_worker_and_the_next_one_tidies_up(folder, stored) -> None:
    given = stored(docx("Killed"), "docx")
    script = f"""
import django, sys; django.setup()
from pathlib import Path
from django.conf import settings
from printing import office
settings.CONVERTED_DIR = Path({str(folder)!r})
office.as_pdf(Path({str(given["source"])!r}), ending="docx", sha256={given["sha256"]!r})
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env={**os.environ}) as worker:
        until(lambda: any("soffice" in name_of(number) for number in running_in(folder)), "it never began")
        worker.send_signal(signal.SIGKILL)
    until(lambda: not running_in(folder), "LibreOffice outlived its worker")
    assert [name.startswith(".work-") for name in left_in(folder)] == [True]
    office.as_pdf(**given)
    assert left_in(folder) == [f"{given['sha256']}.docx.pdf"]


def name_of(number: str) -> str:
    try:
        return (Path("/proc") / number / "comm").read_text()
    except OSError:
        return ""


def test_one_conversion_runs_at_a_time(folder, stored) -> None:
    given = stored(docx("One", "Two"), "docx")
    waits = []

    def look() -> None:
        waits.append(threading.current_thread().name)

    other = threading.Thread(target=lambda: office.as_pdf(**given), name="other")
    with office._alone(Path(folder_made(folder)), look):
        other.start()
        time.sleep(3 * office.LOOK_AGAIN)
        assert (left_in(folder), running_in(folder)) == ([], [])
    other.join(ENOUGH)
    assert left_in(folder) == [f"{given['sha256']}.docx.pdf"]
    assert waits == []


def folder_made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_bytes_that_are_not_those_of_the_hash_are_not_kept_under_it(folder, stored) -> None:
    given = {**stored(docx("Changed on disk"), "docx"), "sha256": "0" * 64}
    with pytest.raises(office.NotConverted, match=r"^It is not what was uploaded\.$") as why:
        office.as_pdf(**given)
    assert (why.value.passing, left_in(folder)) == (True, [])


def test_without_libreoffice_there_is_no_pdf(stored, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert office.is_installed() is False
    with pytest.raises(office.NotConverted, match=r"^LibreOffice is not installed\.$"):
        office.as_pdf(**stored(docx("Words"), "docx"))


def test_text_documents_and_presentations_are_converted_unless_switched_off(settings) -> None:
    endings = ("docx", "doc", "odt", "rtf", "pptx", "ppt", "odp", "xlsx", "ods", "csv", "txt", "pdf")
    assert [office.can_convert(ending) for ending in endings] == [True] * 7 + [False] * 5
    settings.OFFICE_CONVERSION = False
    assert [office.can_convert(ending) for ending in endings] == [False] * 12


def test_what_is_kept_of_documents_that_are_gone_is_swept(folder) -> None:
    folder.mkdir()
    for name in ("known.docx.pdf", "gone.docx.pdf", "gone.odt.fault", "known.rtf.txt", "young.docx.pdf"):
        (folder / name).write_bytes(b"")
    now = datetime.now(UTC)
    os.utime(folder / "young.docx.pdf", (now.timestamp() + 60,) * 2)
    assert office.sweep(before=now + timedelta(seconds=30), known={"known"}) == 3
    assert left_in(folder) == ["known.docx.pdf", "young.docx.pdf"]

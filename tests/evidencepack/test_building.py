"""Building: frozen files, claims, faults, and what killed workers leave behind."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.conf import settings as configured
from django.db import transaction

from accounts.models import Event
from documents.models import Version
from evidencepack import assembly, building, front, progress, tasks
from evidencepack.material import material
from evidencepack.models import Pack, PackState
from evidencepack.progress import LEASE, QUEUE
from evidencepack.sweeping import LEFT_FOR, sweep
from files import storage
from inspections.models import Inspection
from printing import pdf
from tests.evidencepack import files
from tests.evidencepack.packs import bookmarks, stamp_of
from tests.evidencepack.scene import (
    ASKED,
    CHILD,
    COMMENTARY,
    REVIEWS,
    Scene,
    ask,
    build,
    fill,
    frozen,
    make_scene,
    supply,
)

LATER = ASKED + timedelta(minutes=7)
MAY = date(2030, 5, 6)


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """A scene with one of everything, and its pack, built once for the tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene()
        fill(scene)
        build(ask(scene), LATER)
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def pack(whole, db) -> Pack:
    return Pack.objects.get(inspection=whole.inspection)


@pytest.fixture
def scene(db, settings, tmp_path) -> Scene:
    """Nothing supplied yet; its packs lie in a folder of the test's own, since ids come again from test to test."""
    settings.PACKS_DIR = tmp_path / "packs"
    return make_scene()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _same(moment: datetime) -> datetime:
    return moment


# What comes out


def test_ready_pack_has_its_files_and_their_hashes(pack) -> None:
    assert everything_in(pack.folder) == ["children.pdf", "children.zip", "front.pdf", "pack.pdf", "pack.zip"]
    assert (pack.state, pack.error, pack.claim, pack.tries, pack.finished_at) == ("ready", "", "", 1, LATER)
    assert (pack.pdf_sha256, pack.zip_sha256) == (sha256(pack.folder / "pack.pdf"), sha256(pack.folder / "pack.zip"))
    assert (pack.pdf_size, pack.zip_size) == (
        (pack.folder / "pack.pdf").stat().st_size,
        (pack.folder / "pack.zip").stat().st_size,
    )
    with pikepdf.open(pack.folder / "pack.pdf") as pdf, pikepdf.open(pack.folder / "front.pdf") as alone:
        assert (len(pdf.pages), len(alone.pages)) == (pack.pages, pack.front_pages)
    assert (pack.done, pack.total, pack.has_children_part) == (100, 100, True)


def test_nobody_else_on_the_machine_may_read_the_files(pack) -> None:
    assert oct(pack.folder.stat().st_mode & 0o777) == "0o700"


def test_pack_says_what_became_of_every_file_and_every_part(pack) -> None:
    assert [(row["part"], row["name"], row["in_pdf"], row["supplied"], row["remark"]) for row in pack.manifest] == [
        ("1.1", "notes.pdf", "included", True, ""),
        ("1.1", "figures.docx", "listed", True, ""),
        (
            "1.1",
            "damaged.pdf",
            "damaged",
            True,
            f"The file is not what was uploaded: its SHA-256 was {uploaded(pack)}.",
        ),
        ("1.1", "", "not supplied", False, "One of two is still missing: those of one day count as one."),
        (
            "1.1",
            "",
            "in a part of its own",
            False,
            "One file that names children is in a part of its own, which is sent separately.",
        ),
        ("4.1", "", "nil return", False, "There is nothing to supply. No review was <held>."),
        ("4.2", "", "nothing supplied, optional", False, "This part is optional."),
        ("1.1", CHILD, "included", True, ""),
    ]
    assert [row["owner"] for row in pack.not_supplied] == ["Board manager (Owner Sample)"]
    assert (len(pack.supplied), len(pack.damaged)) == (4, 1)


def uploaded(pack: Pack) -> str:
    """The SHA-256 that the damaged file had when it came."""
    return Version.objects.get(file__inspection=pack.inspection, original_name="damaged.pdf").sha256


def test_pages_follow_the_front_matter_in_order_stamped_and_bookmarked(pack) -> None:
    before = pack.front_pages
    with pikepdf.open(pack.folder / "pack.pdf") as pdf:
        # Two pages of notes, the damaged file's, the lacking ones', those apart, then the list; then document 4.
        assert [stamp_of(page) for page in list(pdf.pages)[before:]] == [
            *(f"1.1, page {number} of 6" for number in range(1, 7)),
            "4.1, page 1 of 1",
            "4.2, page 1 of 1",
        ]
        marks = [mark for mark in bookmarks(pdf) if mark[2] > before]
    assert marks == [
        (1, "1 Notes of the partnership", before + 1),
        (2, "1.1 Notes of the last two meetings", before + 1),
        (3, "notes.pdf, 6 May 2030", before + 1),
        (3, "damaged.pdf, 6 May 2030", before + 3),
        (3, "NOT SUPPLIED", before + 4),
        (3, "In a part of its own", before + 5),
        (3, "Files that are listed only", before + 6),
        (1, "4 Learning reviews", before + 7),
        (2, "4.1 Reviews of the last year", before + 7),
        (3, "Nil return", before + 7),
        (2, "4.2 Commentary, if any", before + 8),
        (3, "Nothing supplied, optional", before + 8),
    ]


def test_zip_has_the_files_as_they_are_and_the_manifest(pack) -> None:
    with zipfile.ZipFile(pack.folder / "pack.zip") as archive:
        assert archive.namelist() == [
            "01 Notes of the partnership/notes.pdf",
            "01 Notes of the partnership/figures.docx",
            "01 Notes of the partnership/damaged.pdf",
            "manifest.csv",
            "manifest.json",
        ]
        manifest = json.loads(archive.read("manifest.json"))
        for row in manifest["items"]:
            if row["supplied"]:
                assert hashlib.sha256(archive.read(row["file"])).hexdigest() == row["sha256"]
    assert [row["in_pdf"] for row in manifest["items"]] == [row["in_pdf"] for row in pack.manifest[:-1]]


def test_names_of_files_that_name_children_are_in_their_own_part_alone(pack) -> None:
    for name in ("pack.pdf", "front.pdf"):
        with pikepdf.open(pack.folder / name) as pdf:
            assert not any("Kim" in title for _, title, _ in bookmarks(pdf))
        assert "Kim" not in text_of(pack.folder / name)
    with zipfile.ZipFile(pack.folder / "pack.zip") as archive:
        assert not any(b"Kim" in archive.read(name) for name in archive.namelist())
    with zipfile.ZipFile(pack.folder / "children.zip") as archive:
        folder = "Files that name children/01 Notes of the partnership"
        assert archive.namelist() == [f"{folder}/{CHILD}", "manifest.csv", "manifest.json"]
    with pikepdf.open(pack.folder / "children.pdf") as pdf:
        assert [title for _, title, _ in bookmarks(pdf)][-1] == f"{CHILD}, 6 May 2030"
    details = [str(event.detail) + event.subject for event in Event.objects.filter(verb__startswith="pack")]
    assert (len(details), [each for each in details if "Kim" in each]) == (2, [])


def text_of(path: Path, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True).stdout.decode()


def test_building_is_on_record(whole, pack) -> None:
    event = Event.objects.get(verb="pack built", inspection=whole.inspection.slug)
    assert (event.subject, event.by, event.at) == ("Evidence pack 1", whole.coordinator, LATER)
    assert event.detail == {"pages": pack.pages, "sha256": pack.pdf_sha256}


def test_same_inputs_asked_for_at_the_same_moment_give_the_same_bytes(whole, db) -> None:
    pack = Pack.objects.get(inspection=whole.inspection)
    before = {name: sha256(pack.folder / name) for name in pack.file_names}
    Pack.objects.filter(pk=pack.pk).update(state=PackState.QUEUED, front_pages=0)
    again = build(pack, LATER + timedelta(days=1))
    assert {name: sha256(again.folder / name) for name in again.file_names} == before


def test_front_matter_is_drawn_once_and_so_is_every_page_of_words(scene, monkeypatch) -> None:
    drawn: list[str] = []
    render = pdf.render

    def counting(html: str, *, title: str, **options: Any) -> bytes:
        drawn.append(title)
        return render(html, title=title, **options)

    monkeypatch.setattr(front, "render", counting)
    fill(scene)
    pack = build(ask(scene))
    title = "Short visit 2030: evidence pack 1"
    assert (drawn.count(title), drawn.count(f"{title}, files that name children")) == (1, 1)
    assert len(drawn) == 2 + len({"damaged", "listed", "not supplied", "apart", "nil return", "optional"})
    assert pack.state == PackState.READY


# Reading


def test_what_changes_while_it_is_read_is_read_again(scene, monkeypatch) -> None:
    read, calls = material, []

    def interrupted(snapshot):
        found = read(snapshot)
        calls.append(len(found.parts()[2][1].files))
        if len(calls) == 1:
            supply(scene, COMMENTARY, "late.pdf")
        return found

    monkeypatch.setattr(building, "material", interrupted)
    made_from = building.read(ask(scene))
    assert (calls, len(made_from.parts()[2][1].files)) == ([0, 1], 1)


def test_reading_ends_though_somebody_changes_things_all_the_time(scene, monkeypatch) -> None:
    read = material

    def interrupted(snapshot):
        Inspection.objects.update(version=snapshot.inspection.version + 1)
        return read(snapshot)

    monkeypatch.setattr(building, "material", interrupted)
    assert len(building.read(ask(scene)).documents) == 2


# Claims


def test_second_worker_leaves_a_pack_that_one_is_at(scene) -> None:
    pack = ask(scene)
    Pack.objects.filter(pk=pack.pk).update(state=PackState.BUILDING, claim="other", free_at=ASKED + LEASE, tries=1)
    before = Pack.objects.values().get(pk=pack.pk)
    for moment in (ASKED, ASKED + LEASE - timedelta(seconds=1)):
        assert QUEUE.waiting(moment) == []
        assert building.build(pack.pk, now=partial(_same, moment)) is None
    assert Pack.objects.values().get(pk=pack.pk) == before


@pytest.mark.parametrize("state", [PackState.READY, PackState.FAILED])
def test_finished_pack_is_not_built_again(scene, state) -> None:
    pack = frozen(scene)
    Pack.objects.filter(pk=pack.pk).update(state=state)
    assert (QUEUE.waiting(LATER), building.build(pack.pk)) == ([], None)


def test_pack_of_a_worker_that_died_is_built_by_another(scene) -> None:
    pack = ask(scene)
    Pack.objects.filter(pk=pack.pk).update(
        state=PackState.BUILDING, claim="dead", free_at=ASKED + LEASE, tries=1, done=40, total=100
    )
    moment = ASKED + LEASE
    assert QUEUE.waiting(moment) == [pack.pk]
    built = build(pack, moment)
    assert (built.state, built.tries, built.done) == ("ready", 2, 100)


def test_worker_whose_pack_was_taken_over_stops_and_leaves_nothing(scene, monkeypatch) -> None:
    """The other one takes it while this one draws; what this one would do next finds that it is not its own."""
    pack, other = ask(scene), "other"
    draw = front.render_page

    def taken_meanwhile(*arguments, **options):
        Pack.objects.filter(pk=pack.pk).update(claim=other)
        return draw(*arguments, **options)

    monkeypatch.setattr(front, "render_page", taken_meanwhile)
    assert building.build(pack.pk, now=lambda: ASKED) is None
    pack.refresh_from_db()
    assert (pack.state, pack.claim, pack.error) == ("building", other, "")
    assert not pack.folder.exists()
    assert left_over(pack) == []
    assert not Event.objects.filter(verb="pack built", inspection=scene.inspection.slug).exists()


def test_worker_that_lost_its_pack_in_the_last_moment_does_not_put_its_files_in_place(scene, monkeypatch) -> None:
    pack, other = ask(scene), "other"
    settle = building._settle

    def taken_meanwhile(scratch: Path) -> None:
        settle(scratch)
        Pack.objects.filter(pk=pack.pk).update(claim=other)

    monkeypatch.setattr(building, "_settle", taken_meanwhile)
    assert building.build(pack.pk, now=lambda: ASKED) is None
    assert (pack.folder.exists(), left_over(pack), Pack.objects.get(pk=pack.pk).claim) == (False, [], other)


def left_over(pack: Pack) -> list[str]:
    """Folders in which somebody builds, or built, this pack."""
    return [path.name for path in pack.folder.parent.glob(f".{pack.pk}-*")]


def test_pack_that_kills_its_workers_is_given_up_in_the_end(scene) -> None:
    pack = ask(scene)
    Pack.objects.filter(pk=pack.pk).update(
        state=PackState.BUILDING, claim="dead", free_at=ASKED, tries=QUEUE.most_tries
    )
    failed = build(pack, LATER)
    assert (failed.state, failed.tries, failed.claim) == ("failed", QUEUE.most_tries + 1, "")
    assert failed.error == ("Building it was cut off again and again. Ask the person who runs the server to look.")
    assert not failed.folder.exists()


def test_progress_only_rises_and_gives_signs_of_life(scene, monkeypatch) -> None:
    fill(scene)
    moments = iter(ASKED + timedelta(seconds=number) for number in range(100_000))
    told: list[tuple[int, datetime | None]] = []
    tell = progress.Progress._tell

    def noting(self, per_cent: int) -> None:
        tell(self, per_cent)
        row = Pack.objects.get(pk=self.pack.pk)
        told.append((row.done, row.free_at - LEASE))

    monkeypatch.setattr(progress.Progress, "_tell", noting)
    pack = ask(scene)
    building.build(pack.pk, now=lambda: next(moments))
    done = [per_cent for per_cent, _ in told]
    assert done == sorted(done)
    assert (done[0] < 20, done[-1]) == (True, 100)
    signs = sorted({moment for _, moment in told if moment})
    assert max(later - earlier for earlier, later in pairwise(signs)) < LEASE / 2


# Faults


def failed(pack: Pack) -> tuple[str, str]:
    """State and words of a pack that could not be built; nothing is left of it on disk."""
    pack.refresh_from_db()
    assert (pack.folder.exists(), left_over(pack), pack.claim) == (False, [], "")
    assert Event.objects.get(verb="pack failed").detail == {"why": pack.error}
    return pack.state, pack.error


def test_storage_that_cannot_be_written_fails_the_pack_in_plain_words(scene, settings, tmp_path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    settings.PACKS_DIR = tmp_path / "a file" / "packs"
    pack = build(ask(scene))
    assert (pack.state, pack.error) == (
        "failed",
        "The pack could not be written: the storage failed (Not a directory). Nothing has been kept of it.",
    )


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes: what a full disk is to a large file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", ["pdf", "zip"])
def test_storage_that_fails_in_the_middle_of_a_file_leaves_no_half_of_it(scene, settings, tmp_path, kind) -> None:
    settings.PACKS_DIR = tmp_path / "packs"
    large = os.urandom(30 << 20)
    if kind == "pdf":
        supply(scene, COMMENTARY, "large.pdf", content=files.picture_pdf_bytes(large))
    else:
        supply(scene, COMMENTARY, "large.txt", content=large.hex().encode())
    pack = ask(scene)
    with room_for(20 << 20):
        build(pack)
    words = "The pack could not be written: the storage failed (File too large). Nothing has been kept of it."
    assert failed(pack) == ("failed", words)
    assert everything_in(tmp_path / "packs") == []
    again = build(ask(scene))
    assert (again.number, again.state) == (2, PackState.READY)


@pytest.mark.parametrize("moment", ["assembling", "archiving"])
def test_storage_that_vanishes_in_the_middle_is_named_and_asked_again_when_it_is_back(
    scene, settings, tmp_path, monkeypatch, moment
) -> None:
    settings.PACKS_DIR, settings.UPLOADS_DIR = tmp_path / "packs", tmp_path / "uploads"
    supply(scene, COMMENTARY, "there.pdf")
    module, name = (assembly, "assemble") if moment == "assembling" else (building, "write_zip")
    real = getattr(module, name)

    def vanishing(*given: Any, **options: Any) -> Any:
        if settings.UPLOADS_DIR.exists():
            settings.UPLOADS_DIR.rename(tmp_path / "elsewhere")
        return real(*given, **options)

    monkeypatch.setattr(module, name, vanishing)
    pack = build(ask(scene))
    (row,) = [row for row in pack.manifest if row["name"] == "there.pdf"]
    fate = "damaged" if moment == "assembling" else "included"
    assert (pack.state, pack.is_unsettled, row["supplied"], row["in_pdf"]) == (PackState.READY, True, False, fate)
    assert row["remark"] == "The file is no longer where it was stored."
    monkeypatch.setattr(module, name, real)
    (tmp_path / "elsewhere").rename(settings.UPLOADS_DIR)
    again = build(ask(scene))
    (row,) = [row for row in again.manifest if row["name"] == "there.pdf"]
    assert (again.number, again.is_unsettled, row["supplied"], row["remark"]) == (2, False, True, "")
    assert ask(scene) == again


@pytest.mark.parametrize(
    "error, words",
    [
        (OSError(28, "No space left on device", "/srv/x"), "there is no room left on the server’s disk"),
        (OSError(122, "Disk quota exceeded"), "there is no room left on the server’s disk"),
        (PermissionError(13, "Permission denied", "/srv/x"), "the server may not write where packs are kept"),
        (OSError(30, "Read-only file system"), "the server may not write where packs are kept"),
        (OSError(5, "Input/output error", "/srv/x"), "the storage failed (Input/output error)"),
        (OSError("odd"), "the storage failed (OSError)"),
    ],
)
def test_faults_of_the_storage_are_told_without_its_paths(error, words) -> None:
    assert building._reason(error) == words


def test_fault_in_the_software_fails_the_pack_and_is_logged(scene, monkeypatch, caplog) -> None:
    monkeypatch.setattr(front, "render_page", lambda *a, **k: 1 / 0)
    pack = build(ask(scene))
    assert failed(pack) == ("failed", "The pack could not be built. The fault has been written to the server’s log.")
    assert [record.getMessage() for record in caplog.records] == [f"pack {pack.pk} could not be built"]


def test_file_that_is_gone_is_named_and_does_not_sink_the_pack(scene) -> None:
    version = supply(scene, REVIEWS, "gone.pdf", as_at=MAY)
    storage.path_of(version.stored_name).unlink()
    pack = build(ask(scene))
    (row,) = pack.damaged
    assert (row["name"], row["supplied"], row["sha256"]) == ("gone.pdf", False, "")
    assert row["remark"] == "The file is no longer where it was stored."
    assert "1 file could not be shown." in " ".join(text_of(pack.folder / "pack.pdf").split())


# Leftovers


@pytest.fixture
def packs(settings, tmp_path) -> Path:
    settings.PACKS_DIR = tmp_path / "packs"
    settings.PACKS_DIR.mkdir()
    return settings.PACKS_DIR


def left(folder: Path, *, since: datetime = ASKED) -> Path:
    """A folder as a worker leaves it, with a temporary one in it, untouched since a moment."""
    (folder / ".pack-abc").mkdir(parents=True)
    (folder / ".pack-abc" / "pack.pdf").write_bytes(b"half a pack")
    os.utime(folder, (since.timestamp(), since.timestamp()))
    return folder


def test_folders_of_killed_workers_are_swept_and_of_live_ones_not(db, packs) -> None:
    scene = make_scene()
    pack, claim = ask(scene), uuid.uuid4().hex
    Pack.objects.filter(pk=pack.pk).update(state=PackState.BUILDING, claim=claim, free_at=ASKED + LEASE)
    alive = left(packs / f".{pack.pk}-{claim}")
    dead = left(packs / f".{pack.pk}-{uuid.uuid4().hex}")
    unknown = left(packs / f".9999999-{uuid.uuid4().hex}")
    assert sweep(ASKED) == sorted([dead.name, unknown.name])
    assert everything_in(packs) == [alive.name]


def test_folders_without_a_ready_pack_are_swept_after_hours_and_ready_ones_never(db, packs) -> None:
    scene = make_scene()
    ready = frozen(scene)
    os.utime(ready.folder, (0, 0))
    supply(scene, COMMENTARY, "a.pdf")
    unready = left(ask(scene).folder)
    gone = left(packs / "9999999")
    assert sweep(ASKED + LEFT_FOR) == []
    assert sweep(ASKED + LEFT_FOR + timedelta(seconds=1)) == sorted([unready.name, gone.name])
    assert everything_in(packs) == [ready.folder.name]


def test_what_is_not_ours_is_never_swept(db, packs) -> None:
    names = ["lost+found", ".cache", "9x", ".1-zz", "notes.txt"]
    for name in names[:-1]:
        left(packs / name, since=datetime.fromtimestamp(0).astimezone())
    (packs / "notes.txt").write_text("kept")
    (packs / "123").symlink_to(packs / "lost+found")
    assert sweep(LATER) == []
    assert everything_in(packs) == sorted([*names, "123"])


def test_sweeping_before_there_is_any_pack(db, settings, tmp_path) -> None:
    settings.PACKS_DIR = tmp_path / "none"
    assert sweep(LATER) == []


def test_beat_builds_what_waits_and_sweeps(db, packs) -> None:
    scene = make_scene()
    pack = ask(scene)
    left(packs / f".{pack.pk}-{uuid.uuid4().hex}")
    with time_machine.travel(ASKED, tick=False):
        assert tasks.build_waiting() == [pack.pk]
        assert everything_in(packs) == [str(pack.pk)]
        assert tasks.build_waiting() == []


def test_beat_is_told_to_look_each_minute() -> None:
    entry = configured.CELERY_BEAT_SCHEDULE["waiting packs"]
    assert (entry["task"], entry["schedule"]) == (tasks.build_waiting.name, 60.0)
    assert entry["options"]["expires"] < entry["schedule"]


def test_broker_that_is_down_does_not_fail_who_asks(
    db, monkeypatch, caplog, django_capture_on_commit_callbacks
) -> None:
    def refuse(**options: object) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(tasks.build_pack, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ask(1)
    assert [record.getMessage() for record in caplog.records] == [
        "the broker could not be told of evidencepack.tasks.build_pack (ConnectionError); beat will find it"
    ]


@pytest.mark.parametrize("name", ["other.pdf", "other.csv"])
def test_bytes_that_are_not_those_uploaded_are_not_bound_in_their_name(scene, name) -> None:
    content = b"a,b\r\n1,2\r\n" if name == "other.csv" else files.pdf_bytes("The page that was uploaded")
    version = supply(scene, REVIEWS, name, content=content, as_at=MAY)
    path = storage.path_of(version.stored_name)
    whole = path.read_bytes()
    other = files.pdf_bytes("Another page, which opens well") if name == "other.pdf" else b"a,b\r\n3,4\r\n"
    path.write_bytes(other)
    pack = build(ask(scene))
    (row,) = pack.damaged
    assert (row["name"], row["in_pdf"], pack.is_unsettled) == (name, "damaged", True)
    assert row["remark"] == f"The file is not what was uploaded: its SHA-256 was {version.sha256}."
    text = " ".join(text_of(pack.folder / "pack.pdf").split())
    assert (
        text.count("It is damaged: what is stored is not what was uploaded.") == 2
    )  # in the contents and in its place
    assert "Another page" not in text
    path.write_bytes(whole)
    again = build(ask(scene))
    assert (again.number, again.damaged, again.is_unsettled) == (2, [], False)

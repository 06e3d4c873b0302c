"""The command `evidence_pack`: its contract with scripts, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from documents.records import NAMELESS
from evidencepack.models import Pack, PackState
from evidencepack.progress import LEASE
from tests.evidencepack.scene import ASKED, COMMENTARY, NOTES, Scene, ask, fill, frozen, make_scene, supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.PACKS_DIR = tmp_path / "packs"
    return make_scene()


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "here" / "and here"


def run(scene: Scene, out: Path, capsys, *options: str) -> str:
    capsys.readouterr()
    call_command("evidence_pack", scene.inspection.slug, str(out), *options)
    return capsys.readouterr().out


def refused(slug: str, out: Path, capsys) -> list[str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("evidence_pack", slug, str(out), "--format", "json")
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    return said.err.splitlines()


def test_command_builds_copies_and_says_what_is_in_the_pack(scene, out, capsys) -> None:
    fill(scene)
    answer = json.loads(run(scene, out, capsys, "--format", "json"))
    pack = Pack.objects.get()
    slug = scene.inspection.slug
    assert (answer["pdf"], answer["zip"]) == (str(out / f"{slug}-pack-1.pdf"), str(out / f"{slug}-pack-1.zip"))
    assert (answer["pages"], answer["number"], answer["children_part"]) == (pack.pages, 1, True)
    assert hashlib.sha256(Path(answer["pdf"]).read_bytes()).hexdigest() == pack.pdf_sha256
    assert hashlib.sha256(Path(answer["zip"]).read_bytes()).hexdigest() == pack.zip_sha256
    assert sorted(path.name for path in out.iterdir()) == [f"{slug}-pack-1.pdf", f"{slug}-pack-1.zip"]
    folder = "01 Notes of the partnership"
    hashes = {row["name"]: row["sha256"] for row in pack.manifest}
    keys = ("document", "label", "file", "sha256", "supplied")
    assert [tuple(row[key] for key in keys) for row in answer["items"]] == [
        (1, "1.1", f"{folder}/notes.pdf", hashes["notes.pdf"], True),
        (1, "1.1", f"{folder}/figures.docx", hashes["figures.docx"], True),
        (1, "1.1", f"{folder}/damaged.pdf", hashes["damaged.pdf"], True),
        (1, "1.1", "", "", False),
        (1, "1.1", "", "", False),
        (4, "4.1", "", "", False),
        (4, "4.2", "", "", False),
        (1, "1.1", NAMELESS, hashes["Visit to Kim Fictional.pdf"], True),
    ]
    first, fourth = scene.inspection.framework.document("1").parts, scene.inspection.framework.document("4").parts
    named = {"1.1": first[0].key, "4.1": fourth[0].key, "4.2": fourth[1].key}
    assert {row["label"]: row["part"] for row in answer["items"]} == named
    assert "Kim" not in json.dumps(answer)


def test_command_tells_people_what_is_missing_and_what_is_damaged(scene, out, capsys) -> None:
    fill(scene)
    lines = run(scene, out, capsys).splitlines()
    pack = Pack.objects.get()
    slug = scene.inspection.slug
    assert lines == [
        f"{out}/{slug}-pack-1.pdf: {pack.pages} pages",
        f"{out}/{slug}-pack-1.zip",
        f"DAMAGED: 1.1 01 Notes of the partnership/damaged.pdf: {pack.damaged[0]['remark']}",
        "NOT SUPPLIED: 1.1 Notes of the last two meetings: One of two is still missing: those of one day count as one. "
        "Owner: Board manager (Owner Sample)",
        "Files that name children are in a part of their own, which a coordinator can download.",
    ]


def test_command_run_again_copies_the_same_pack(scene, out, capsys) -> None:
    frozen(scene)
    first = json.loads(run(scene, out, capsys, "--format", "json"))
    again = json.loads(run(scene, out, capsys, "--format", "json"))
    assert (again, Pack.objects.count()) == (first, 1)
    assert Path(first["pdf"]).read_bytes() == b"stands for a file of the pack"


def test_command_finishes_the_pack_that_somebody_asked_for_on_a_page(scene, out, capsys) -> None:
    pack = ask(scene)
    with time_machine.travel(ASKED):
        json.loads(run(scene, out, capsys, "--format", "json"))
    pack.refresh_from_db()
    assert (pack.state, Pack.objects.count()) == ("ready", 1)


def test_command_waits_for_a_worker_and_takes_over_from_one_that_died(scene, out, capsys, monkeypatch) -> None:
    """The worker's last sign of life is from now; each look is half a minute later."""
    pack = ask(scene)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begun = {"state": PackState.BUILDING, "claim": "dead", "free_at": timezone.now() + LEASE, "tries": 1}
        Pack.objects.filter(pk=pack.pk).update(**begun)
        looks: list[float] = []

        def later(seconds: float) -> None:
            looks.append(seconds)
            clock.shift(timedelta(seconds=30))

        monkeypatch.setattr("time.sleep", later)
        run(scene, out, capsys)
    pack.refresh_from_db()
    assert (pack.state, pack.tries, len(looks)) == ("ready", 2, LEASE // timedelta(seconds=30))


def test_unknown_inspection_is_refused_with_those_there_are(scene, out, capsys) -> None:
    (line,) = refused("nowhere", out, capsys)
    assert line.startswith("There is no inspection “nowhere”. There are: ")
    assert not out.exists()


def test_folder_that_is_a_file_is_refused_before_anything_is_built(scene, tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("kept")
    expected = [f"{tmp_path / 'file'} is not a folder. Name a folder to put the pack into."]
    assert refused(scene.inspection.slug, tmp_path / "file", capsys) == expected
    assert refused(scene.inspection.slug, tmp_path / "file" / "in it", capsys) == [
        f"The folder {tmp_path / 'file' / 'in it'} cannot be made: Not a directory."
    ]
    assert (Pack.objects.count(), (tmp_path / "file").read_text()) == (0, "kept")


def test_folder_that_may_not_be_written_to_is_refused_before_anything_is_built(
    scene, tmp_path, capsys, monkeypatch
) -> None:
    # Whoever runs the tests may be allowed to write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert refused(scene.inspection.slug, tmp_path, capsys) == [f"The folder {tmp_path} may not be written to."]
    assert Pack.objects.count() == 0


def test_copy_that_fails_leaves_no_half_of_a_file(scene, out, capsys, monkeypatch) -> None:
    frozen(scene)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    expected = [f"The pack could not be copied to {out}: No space left on device."]
    assert refused(scene.inspection.slug, out, capsys) == expected
    assert list(out.iterdir()) == []


def test_pack_that_could_not_be_built_is_refused_with_its_reason(scene, out, capsys, settings, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    settings.PACKS_DIR = tmp_path / "file"
    assert refused(scene.inspection.slug, out, capsys) == [
        "The pack could not be written: the storage failed (Not a directory). Nothing has been kept of it."
    ]
    assert Pack.objects.get().state == "failed"


def test_optional_part_that_is_empty_is_not_called_missing(scene, out, capsys) -> None:
    supply(scene, NOTES, "a.pdf", as_at=date(2030, 5, 6))
    frozen(scene, ASKED)
    lines = run(scene, out, capsys).splitlines()
    assert [line.split(":")[1].strip() for line in lines if line.startswith("NOT SUPPLIED")] == [
        "1.1 Notes of the last two meetings",
        "4.1 Reviews of the last year",
    ]
    assert not any(COMMENTARY[1].capitalize() in line for line in lines)

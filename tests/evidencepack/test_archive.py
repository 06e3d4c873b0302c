from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidencepack.archive import CHILDREN_FOLDER, ManifestItem, write_zip
from files.zip_names import safe_name

MADE_AT = datetime(2011, 4, 18, 16, 30, 10, tzinfo=UTC)
HEADINGS = [
    "Item", "Document", "Part", "What is asked for", "Supplied", "File in this ZIP", "Name when uploaded", "Version",
    "Owner", "As at", "Size in bytes", "SHA-256", "In the PDF", "Names children",
    "Since the last pack sent", "Remark", "Covers",
]  # fmt: skip


def item(path=None, name="", **more):
    more = {
        "document": "1",
        "document_title": "Minutes of the Board",
        "part": "1.1",
        "part_title": "Six minutes",
        "owner": "Head of Service",
        "in_pdf": "included" if path else "not supplied",
    } | more
    return ManifestItem(path=path, name=name, **more)


@pytest.fixture
def make(tmp_path):
    """Writes a file into the store, and a ZIP with given items."""

    def stored(name, data=b"data"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    def zipped(*items, name="pack.zip", **options):
        return write_zip(tmp_path / name, items, **({"title": "Evidence pack", "made_at": MADE_AT} | options))

    stored.zip = zipped
    stored.out = tmp_path / "pack.zip"
    return stored


def read_csv(out):
    with zipfile.ZipFile(out) as archive:
        text = archive.read("manifest.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_every_file_is_in_the_folder_of_its_document_with_a_manifest(make):
    minutes, plan = make("1", b"minutes"), make("2", b"plan")
    made = make.zip(
        item(minutes, "May.pdf", version="2", as_at=date(2011, 3, 14), sha256=hashlib.sha256(b"minutes").hexdigest()),
        item(document="2", document_title="Membership", part="2.1", part_title="Members", owner=""),
        item(plan, "figures.csv", document="13", document_title="Charts: council/partners", in_pdf="listed"),
    )
    with zipfile.ZipFile(make.out) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "01 Minutes of the Board/May.pdf",
            "13 Charts- council-partners/figures.csv",
            "manifest.csv",
            "manifest.json",
        ]
        assert archive.read("01 Minutes of the Board/May.pdf") == b"minutes"
        manifest = json.loads(archive.read("manifest.json"))
    assert (made.size, made.sha256) == (make.out.stat().st_size, hashlib.sha256(make.out.read_bytes()).hexdigest())
    assert (manifest["title"], manifest["made_at"]) == ("Evidence pack", "2011-04-18T16:30:10+00:00")
    assert manifest["items"][0] == {
        "document": "1",
        "document_title": "Minutes of the Board",
        "part": "1.1",
        "part_title": "Six minutes",
        "supplied": True,
        "file": "01 Minutes of the Board/May.pdf",
        "name": "May.pdf",
        "version": "2",
        "owner": "Head of Service",
        "as_at": "2011-03-14",
        "size": 7,
        "sha256": hashlib.sha256(b"minutes").hexdigest(),
        "in_pdf": "included",
        "names_children": False,
        "change": "",
        "remark": "",
        "covers": "",
    }
    assert [(row["supplied"], row["as_at"], row["in_pdf"]) for row in manifest["items"]] == [
        (True, "2011-03-14", "included"),
        (False, None, "not supplied"),
        (True, None, "listed"),
    ]
    rows = read_csv(make.out)
    assert rows[0] == HEADINGS
    assert rows[1][:10] == [
        "1", "Minutes of the Board", "1.1", "Six minutes", "yes", "01 Minutes of the Board/May.pdf", "May.pdf", "2",
        "Head of Service", "2011-03-14",
    ]  # fmt: skip
    assert rows[2][4:6] == ["no", ""]
    assert len(rows) == 4


def test_files_of_one_name_do_not_collide(make):
    paths = [make(str(number), b"%d" % number) for number in range(4)]
    names = ["Minutes.pdf", "minutes.PDF", "Minutes.pdf", "Minutes (2).pdf"]
    made = make.zip(*(item(path, name) for path, name in zip(paths, names, strict=True)))
    assert [filed.file.partition("/")[2] for filed in made.filed] == [
        "Minutes.pdf",
        "minutes (2).PDF",
        "Minutes (3).pdf",
        "Minutes (2) (2).pdf",
    ]
    with zipfile.ZipFile(make.out) as archive:
        assert [archive.read(filed.file) for filed in made.filed] == [b"0", b"1", b"2", b"3"]


def test_files_that_name_children_are_in_a_part_of_their_own(make):
    path = make("1")
    made = make.zip(item(path, "a.pdf"), item(path, "a.pdf", names_children=True))
    assert [filed.file for filed in made.filed] == [
        "01 Minutes of the Board/a.pdf",
        f"{CHILDREN_FOLDER}/01 Minutes of the Board/a.pdf",
    ]
    assert [row[13] for row in read_csv(make.out)[1:]] == ["no", "yes"]


def test_same_items_give_the_same_bytes(make):
    items = [item(make("1", b"a" * 5000), "a.txt"), item(make("2"), "b.pdf"), item()]
    assert make.zip(*items).sha256 == make.zip(*items, name="again.zip").sha256
    with zipfile.ZipFile(make.out) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2011, 4, 18, 16, 30, 10)}
        assert [entry.compress_type for entry in archive.infolist()[:2]] == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]


def test_file_that_is_gone_is_named_and_does_not_stop_the_work(make, tmp_path):
    made = make.zip(item(tmp_path / "gone", "gone.pdf", in_pdf="damaged", remark="Damaged."), item(make("1"), "a.pdf"))
    gone = made.filed[0]
    assert (gone.supplied, gone.file, gone.size, gone.sha256) == (False, "", 0, "")
    assert gone.remark == "Damaged. The file is no longer where it was stored."
    assert made.filed[1].supplied


def test_file_that_is_not_what_was_uploaded_says_so(make):
    recorded = hashlib.sha256(b"as uploaded").hexdigest()
    made = make.zip(item(make("1", b"as found"), "a.pdf", sha256=recorded.upper()))
    assert made.filed[0].sha256 == hashlib.sha256(b"as found").hexdigest()
    assert made.filed[0].remark == f"The file is not what was uploaded: its SHA-256 was {recorded}."
    assert make.zip(item(make("1", b"as uploaded"), "a.pdf", sha256=recorded.upper())).filed[0].remark == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_manifest_holds_no_formulas(make, start):
    text = f"{start}cmd|' /C calc'!A0"
    make.zip(item(make("1"), "a.pdf", owner=text, part_title=text))
    assert [read_csv(make.out)[1][column] for column in (3, 8)] == [f"'{text}", f"'{text}"]


def test_progress_counts_files_and_a_stop_leaves_nothing(make, tmp_path):
    told = []
    items = [item(make("1"), "a.pdf"), item(make("2"), "b.pdf")]
    make.zip(*items, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]

    class Cancelled(Exception):
        pass

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        make.zip(*items, name="stopped.zip", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "pack.zip"]


def test_large_files_and_packs_use_zip64(make, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    make.zip(item(make("1", bytes(5000)), "a.pdf"), item(make("2", b"small"), "b.pdf"))
    with zipfile.ZipFile(make.out) as archive:
        assert archive.testzip() is None
        assert [entry.file_size for entry in archive.infolist()[:2]] == [5000, 5]
        assert archive.infolist()[0].extract_version == zipfile.ZIP64_VERSION


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("Minutes.pdf", "Minutes.pdf"),
        ('a<b>c:d"e/f\\g|h?i*j.pdf', "a-b-c-d-e-f-g-h-i-j.pdf"),
        ("../../etc/passwd", "..-..-etc-passwd"),
        ("..", "file"),
        (" . ", "file"),
        ("", "file"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("console.pdf", "console.pdf"),
        ("ends with a dot. ", "ends with a dot"),
        ("two  spaces\u00a0and a\ttab.pdf", "two spaces and a tab.pdf"),
        ("line\nbreak\x00.pdf", "line break.pdf"),
        ("harmless\u202efdp.exe", "harmlessfdp.exe"),
        ("Ma\u0308rz.pdf", "März.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("ü" * 300 + ".pdf", "ü" * 96 + ".pdf"),
        ("文" * 300 + ".pdf", "文" * 65 + ".pdf"),  # three bytes each: 199 in all
        ("no ending at all." + "y" * 300, "no ending at all." + "y" * 83),
    ],
)
def test_names_are_safe_everywhere(given_name, expected):
    assert safe_name(given_name) == expected


@given(st.text(max_size=300))
@example("AUX .pdf")
@example("." * 150)
@example("a." + " " * 200 + "b")
def test_any_name_becomes_one_that_windows_takes(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 100
    assert len(safe.encode()) <= 200
    assert safe == safe.strip().rstrip(".")
    assert not PureWindowsPath(safe).is_reserved()
    assert PureWindowsPath(safe).name == safe
    assert safe_name(safe) == safe

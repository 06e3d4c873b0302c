"""The ZIP that goes with the pack: every file as it was uploaded, a folder for each document, and a manifest.

It also holds files that cannot be shown as pages (spreadsheets) and damaged files. Names are safe on Windows, and two
files with the same name are both included. Files that name children, and files that can act by themselves (macros,
scripts, attached files), have separate folders. Files are streamed from disk.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, BinaryIO, Literal

from files.zip_names import ZipNames, safe_name
from govuk.export import csv_bytes

InPdf = Literal[
    "included", "listed", "damaged", "not supplied", "nil return", "nothing supplied, optional", "in a part of its own"
]

CHILDREN_FOLDER = "Files that name children"
CARE_FOLDER = "Open with care"
LONGEST_FOLDER = 60  # characters; Windows allows 260 for a whole path, most of which is the reader's own folder
STEP = 1 << 20  # bytes copied at a time
# Types that are compressed already: compressing them again costs time and saves nothing.
PACKED = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods"}
)

_COLUMNS = {
    "document": "Item",
    "document_title": "Document",
    "part": "Part",
    "part_title": "What is asked for",
    "supplied": "Supplied",
    "file": "File in this ZIP",
    "name": "Name when uploaded",
    "version": "Version",
    "owner": "Owner",
    "as_at": "As at",
    "size": "Size in bytes",
    "sha256": "SHA-256",
    "in_pdf": "In the PDF",
    "names_children": "Names children",
    "change": "Since the last pack sent",
    "remark": "Remark",
    "covers": "Covers",
}


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One row of the manifest: a file, or (with no `path`) a part without files.

    `document` is the document's number, `part` the label used in the pack, `sha256` what was recorded at upload,
    `in_pdf` whether and how it is in the PDF, `as_at` the date of the content, `change` whether it is new or replaced
    since the last pack that was sent, `acts` whether it can run something on the reader's machine, `covers` what the
    file covers among the things its part asks for or, if nothing was supplied, what is not covered.
    """

    document: str
    document_title: str
    part: str
    part_title: str
    owner: str
    path: Path | None = None
    name: str = ""
    version: str = ""
    as_at: date | None = None
    sha256: str = ""
    in_pdf: InPdf = "not supplied"
    names_children: bool = False
    acts: bool = False
    change: str = ""
    remark: str = ""
    covers: str = ""


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """An item as it was written: its name in the ZIP, and the size and SHA-256 of its bytes there.

    `file` is empty, `size` 0 and `sha256` empty if nothing was supplied or the file could not be read.
    """

    item: ManifestItem
    file: str
    size: int
    sha256: str
    remark: str

    @property
    def supplied(self) -> bool:
        """Whether the file is in the ZIP."""
        return bool(self.file)


@dataclass(frozen=True, slots=True)
class WrittenZip:
    """A ZIP that was written, with the size and SHA-256 of the whole."""

    size: int
    sha256: str
    filed: tuple[WrittenItem, ...]


def write_zip(
    out: Path,
    items: Iterable[ManifestItem],
    *,
    title: str,
    made_at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> WrittenZip:
    """Writes the ZIP to `out`, complete or not at all, with manifest.csv and manifest.json as its last two files.

    A file that is gone, cannot be read or is not what was uploaded (another SHA-256) does not stop the work; the
    manifest says so. `progress` is called with the number of files done and of all files. The same input gives the same
    bytes.
    """
    items = tuple(items)
    names = ZipNames()
    filed: list[WrittenItem] = []
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=out.parent) as scratch:
        made = Path(scratch) / "pack.zip"
        with zipfile.ZipFile(made, "w", allowZip64=True) as archive:
            for number, item in enumerate(items, start=1):
                filed.append(_file(archive, item, names, made_at))
                if progress is not None:
                    progress(number, len(items))
            archive.writestr(_entry("manifest.csv", made_at), manifest_csv(filed))
            archive.writestr(_entry("manifest.json", made_at), manifest_json(filed, title=title, made_at=made_at))
        with made.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = made.stat().st_size
        made.replace(out)
    return WrittenZip(size, sha256, tuple(filed))


def _file(archive: zipfile.ZipFile, item: ManifestItem, names: ZipNames, made_at: datetime) -> WrittenItem:
    if item.path is None:
        return WrittenItem(item, "", 0, "", item.remark)
    try:
        size = item.path.stat().st_size
        source = item.path.open("rb")
    except OSError:
        return WrittenItem(item, "", 0, "", _remarks(item.remark, "The file is no longer where it was stored."))
    name = names.take(_folder(item), item.name or item.path.name)
    entry = _entry(name, made_at)
    entry.file_size = size  # So that zipfile knows whether a ZIP64 entry is needed.
    with source, archive.open(entry, "w") as packed:
        written, sha256, whole = _copy(source, packed)
    remark = item.remark
    if not whole:
        remark = _remarks(remark, "The file could not be read to its end.")
    if item.sha256 and item.sha256.lower() != sha256:
        remark = _remarks(remark, f"The file is not what was uploaded: its SHA-256 was {item.sha256.lower()}.")
    return WrittenItem(item, name, written, sha256, remark)


def _copy(source: BinaryIO, target: IO[bytes]) -> tuple[int, str, bool]:
    """Copies a file. Returns the number of bytes, their SHA-256, and whether it could be read to its end."""
    size, sha256 = 0, hashlib.sha256()
    while True:
        try:
            data = source.read(STEP)
        except OSError:
            return size, sha256.hexdigest(), False
        if not data:
            return size, sha256.hexdigest(), True
        target.write(data)
        sha256.update(data)
        size += len(data)


def _remarks(*remarks: str) -> str:
    return " ".join(remark for remark in remarks if remark)


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    """A ZIP entry with the pack's own time and the same permissions everywhere, compressed only if that helps."""
    moment = max(made_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))  # ZIP knows no earlier time
    entry = zipfile.ZipInfo(name, moment)
    entry.compress_type = zipfile.ZIP_STORED if Path(name).suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever system it is made on
    entry.external_attr = 0o100644 << 16
    return entry


def _folder(item: ManifestItem) -> str:
    """The folder of an item's document ("01 Minutes of ..."), inside a folder with a warning if the file needs one."""
    number = item.document.zfill(2) if item.document.isdecimal() else item.document
    folders = [CHILDREN_FOLDER] if item.names_children else []
    folders += [CARE_FOLDER] if item.acts else []
    return "/".join([*folders, safe_name(f"{number} {item.document_title}", LONGEST_FOLDER)])


def as_row(filed: WrittenItem) -> dict[str, str | int | bool | None]:
    """One row of the manifest, with the keys of manifest.json."""
    item = filed.item
    return {
        "document": item.document,
        "document_title": item.document_title,
        "part": item.part,
        "part_title": item.part_title,
        "supplied": filed.supplied,
        "file": filed.file,
        "name": item.name,
        "version": item.version,
        "owner": item.owner,
        "as_at": item.as_at.isoformat() if item.as_at else None,
        "size": filed.size,
        "sha256": filed.sha256,
        "in_pdf": item.in_pdf,
        "names_children": item.names_children,
        "change": item.change,
        "remark": filed.remark,
        "covers": item.covers,
    }


def manifest_json(filed: Sequence[WrittenItem], *, title: str, made_at: datetime) -> bytes:
    """The manifest for programs."""
    whole = {"title": title, "made_at": made_at.isoformat(timespec="seconds"), "items": [as_row(one) for one in filed]}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def manifest_csv(filed: Sequence[WrittenItem]) -> bytes:
    """The manifest for people: it opens in a spreadsheet, and nothing in it is taken for a formula."""
    rows = [as_row(one) for one in filed]
    return csv_bytes([[*_COLUMNS.values()], *([_cell(row[key]) for key in _COLUMNS] for row in rows)])


def _cell(value: str | int | bool | None) -> str | int | None:
    return ("yes" if value else "no") if isinstance(value, bool) else value

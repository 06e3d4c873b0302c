"""Building a pack: one worker claims it, stores its progress and freezes it when complete; if it dies, another takes
over.

Everything is written into a folder beside the pack's own, which is then put in place in one step. A worker that is
killed leaves a pack that is not ready and is built again, never half of one.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from documents.pack import at_hand
from evidencepack import front
from evidencepack.archive import WrittenZip, as_row, write_zip
from evidencepack.binding import BoundPack, bind
from evidencepack.changes import changes_between, held, last_sent, marked, supplement_of
from evidencepack.fingerprint import fingerprint
from evidencepack.material import Material, material, rows, sections
from evidencepack.models import CHILDREN_PDF, CHILDREN_ZIP, FRONT, PDF, ZIP, Pack, PackSending, PackState
from evidencepack.pdf_checks import Unpageable
from evidencepack.progress import PDF_SHARE, QUEUE, ZIP_SHARE, Clock, Progress
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from jobs.queue import JobTakenOver
from printing import office

log = logging.getLogger(__name__)

MOST_READINGS = 5
# Where copies of files from an object storage are while a pack is made, in its worker's own folder.
FETCHED = "fetched"


@dataclass(frozen=True)
class PackFiles:
    """The two files of one part of the pack."""

    binding: BoundPack
    archive: WrittenZip
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class PackBuild:
    """A pack with its material, for the worker that has the claim, in a folder of its own."""

    pack: Pack
    made_from: Material
    mark: str
    sent: PackSending | None
    shown: dict[str, Any]
    scratch: Path
    progress: Progress


def build(pack_id: int, *, now: Clock = timezone.now) -> Pack | None:
    """Build the pack. None if another worker is building it or it is finished already.

    If it fails, the pack says why in words for people, and can be asked for again.
    """
    pack = QUEUE.take(pack_id, now(), state=PackState.BUILDING, done=0)
    if pack is None:
        return None
    if QUEUE.is_given_up(pack):
        _fail(pack, "Building it was cut off again and again. Ask the person who runs the server to look.", now())
        return None
    try:
        _build(pack, now)
    except JobTakenOver:
        return None
    except OSError as error:
        log.exception("pack %s could not be written", pack.pk)
        _fail(pack, f"The pack could not be written: {_reason(error)}. Nothing has been kept of it.", now())
        return None
    except Exception:
        log.exception("pack %s could not be built", pack.pk)
        _fail(pack, "The pack could not be built. The fault has been written to the server’s log.", now())
        return None
    pack.refresh_from_db()
    return pack


def _reason(error: OSError) -> str:
    """Why the storage failed, without the path, which would show where things are on the server."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "there is no room left on the server’s disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "the server may not write where packs are kept"
    return f"the storage failed ({error.strerror or type(error).__name__})"


def _fail(pack: Pack, words: str, now: datetime) -> None:
    """Mark the pack as failed, if this worker still has it."""
    with suppress(JobTakenOver), transaction.atomic():
        inspection = locked(pack.inspection)
        QUEUE.end(pack, state=PackState.FAILED, error=words)
        subject = f"Evidence pack {pack.number}"
        audit.record(inspection, by=None, verb="pack failed", subject=subject, now=now, detail={"why": words})


def scratch_of(pack: Pack) -> Path:
    """The folder in which the worker with the claim writes, beside the pack's own folder so that it can be
    moved there.
    """
    return pack.folder.with_name(f".{pack.pk}-{pack.claim}")


def _build(pack: Pack, now: Clock) -> None:
    scratch = scratch_of(pack)
    try:
        scratch.mkdir(parents=True, mode=0o700)
        work = _laid_out(pack, scratch, Progress(pack, now))
        kinds = (False, True) if work.made_from.has_children_part else (False,)
        work.progress.expect(len(kinds))
        made = [_make(work, children=children) for children in kinds]
        (scratch / FRONT).write_bytes(made[0].binding.front)
        shutil.rmtree(scratch / FETCHED, ignore_errors=True)
        facts = {
            "fingerprint": work.mark,
            "since": work.sent.pack if work.sent else None,
            "changes": work.shown["changes"],
            "manifest": [row for each in made for row in each.rows],
            "has_children_part": work.made_from.has_children_part,
            "is_unsettled": _lacks_office(work.made_from) or any(map(_is_unsettled, made)),
        }
        _settle(scratch)
        _freeze(pack, made[0], facts, scratch, now)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _laid_out(pack: Pack, scratch: Path, progress: Progress) -> PackBuild:
    """The pack's material, laid out, and what the front matter will say."""
    made_from, sent = read(pack), last_sent(pack.inspection)
    changes = changes_between(held(sent), made_from) if sent else []
    if pack.is_supplement:
        made_from = supplement_of(made_from, changes)
    mark = fingerprint(made_from)
    if sent:
        made_from = marked(made_from, changes, sent.pack)
    made_from = _at_hand(made_from, scratch, progress)
    shown = {**front.matter(made_from), "sent": sent, "changes": changes, "supplement_to": pack.supplements}
    return PackBuild(pack, made_from, mark, sent, shown, scratch, progress)


def _at_hand(made_from: Material, scratch: Path, progress: Progress) -> Material:
    """The same with every file on this machine's disk, if uploads are stored in an object storage."""
    fetched = scratch / FETCHED
    fetched.mkdir(mode=0o700)
    return replace(made_from, documents=at_hand(made_from.documents, fetched, progress.alive))


def read(pack: Pack) -> Material:
    """What the pack is made from: the records as they are, judged as at the time when the pack was asked for.

    Every action moves the inspection's version on. If an action falls between two queries, everything is read again, so
    a pack never mixes data from before and after an action.
    """
    for _ in range(MOST_READINGS):
        inspection = Inspection.objects.select_related("council").get(pk=pack.inspection_id)
        found = material(snapshot_of(inspection, now=pack.requested_at))
        if Inspection.objects.filter(pk=inspection.pk, version=inspection.version).exists():
            break
    pack.inspection = inspection
    return found


def _make(work: PackBuild, *, children: bool) -> PackFiles:
    """One PDF and one ZIP: of everything, or of the files that name children."""
    pack, made_from = work.pack, work.made_from
    title = front.pack_title(pack, children=children)
    binding = bind(
        lambda contents, likely: front.render_front(pack, made_from, work.shown, contents, likely, children=children),
        sections(made_from, children=children),
        work.scratch / (CHILDREN_PDF if children else PDF),
        convert=_converter(work) if office.is_installed() else None,
        page=lambda heading, lines: front.render_page(heading, lines, made_at=pack.requested_at),
        made_at=pack.requested_at,
        title=title,
        progress=work.progress.stage(PDF_SHARE),
    )
    manifest = rows(made_from, binding.contents.placed, children=children)
    archive = write_zip(
        work.scratch / (CHILDREN_ZIP if children else ZIP),
        [row.item for row in manifest],
        title=title,
        made_at=pack.requested_at,
        progress=work.progress.stage(ZIP_SHARE),
    )
    kept = [
        {
            **as_row(filed),
            "part_key": row.part_key,
            "file_id": row.file_id,
            "version_id": row.version_id,
            "nil_return_id": row.nil_return_id,
        }
        for row, filed in zip(manifest, archive.filed, strict=True)
    ]
    return PackFiles(binding, archive, kept)


def _converter(work: PackBuild) -> Callable[[Path], Path]:
    """The function that makes an office document of the pack into a PDF."""
    files = {file.path: file for _, part in work.made_from.parts() for file in part.files}

    def convert(path: Path) -> Path:
        file = files[path]
        try:
            return office.as_pdf(path, ending=file.ending, sha256=file.sha256, alive=work.progress.alive)
        except office.NotConverted as why:
            raise Unpageable(f"It could not be made into pages. {why}", passing=why.passing) from None

    return convert


def _lacks_office(made_from: Material) -> bool:
    """Whether there are office documents to convert but no LibreOffice here, which may be installed later."""
    has_some = any(file.kind == "office" for _, part in made_from.parts() for file in part.files)
    return has_some and not office.is_installed()


def _is_unsettled(made: PackFiles) -> bool:
    """Whether a file was missing, had changed, or could not be made into pages this time."""
    not_so = any(filed.item.path is not None and filed.sha256 != filed.item.sha256 for filed in made.archive.filed)
    return not_so or any(placed.passing for placed in made.binding.contents.placed)


def _settle(scratch: Path) -> None:
    """Have the files safely on disk before the database says so: after a power cut no row may lack its files."""
    for path in (*scratch.iterdir(), scratch):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _freeze(pack: Pack, main: PackFiles, facts: dict[str, Any], scratch: Path, now: Clock) -> None:
    ready = {
        **facts,
        "state": PackState.READY,
        "finished_at": now(),
        "pages": main.binding.pages,
        "front_pages": main.binding.front_pages,
        "pdf_size": main.binding.size,
        "pdf_sha256": main.binding.sha256,
        "zip_size": main.archive.size,
        "zip_sha256": main.archive.sha256,
        "done": F("total"),
        "error": "",
    }
    with transaction.atomic():
        locked(pack.inspection)
        QUEUE.end(pack, **ready)
        detail = {"pages": main.binding.pages, "sha256": main.binding.sha256}
        subject = f"Evidence pack {pack.number}"
        audit.record(
            pack.inspection, by=pack.requested_by, verb="pack built", subject=subject, now=now(), detail=detail
        )
        # Within the transaction, so that the database never refers to files that are not there. A folder that a killed
        # worker left in place without its row is replaced by the next one.
        shutil.rmtree(pack.folder, ignore_errors=True)
        scratch.rename(pack.folder)

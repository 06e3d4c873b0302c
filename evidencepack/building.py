"""Building a pack: claimed by one worker, its progress written down, frozen when whole, taken up again if it dies.

Everything is written into a folder beside the pack's own, which is put in place in one step: a worker killed at any
moment leaves a pack that is not ready and is built anew, never half a one.
"""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from evidencepack import front
from evidencepack.archive import Archive, as_row, write_zip
from evidencepack.binding import Binding, bind
from evidencepack.material import Material, fingerprint, items, material, sections
from evidencepack.models import Pack, State
from inspections import audit
from inspections.standing import standing_of

log = logging.getLogger(__name__)

PDF, ZIP, FRONT = "pack.pdf", "pack.zip", "front.pdf"
CHILDREN_PDF, CHILDREN_ZIP = "children.pdf", "children.zip"
# A worker that has not given a sign of life for so long is taken for dead, and its pack is built by another.
DEAD_AFTER = timedelta(minutes=2)
MOST_TRIES = 5


class Lost(Exception):
    """Another worker has taken the pack over; this one stops."""


@dataclass(frozen=True)
class Made:
    """The two files of one part of the pack."""

    binding: Binding
    archive: Archive
    rows: list[dict[str, Any]]


def waiting(now: datetime) -> list[int]:
    """Ids of the packs that nobody is building: asked for and not begun, or begun by a worker that died."""
    rows = Pack.objects.filter(_unclaimed(now)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _unclaimed(now: datetime) -> Q:
    return Q(state=State.QUEUED) | Q(state=State.BUILDING, alive_at__lt=now - DEAD_AFTER)


def build(pack_id: int, *, now: Callable[[], datetime] = timezone.now) -> Pack | None:
    """Build the pack, or answer None if another worker is at it or it is finished already.

    A fault leaves the pack failed, with words for people; it can be asked for again.
    """
    claim = uuid.uuid4()
    rows = Pack.objects.filter(_unclaimed(now()), pk=pack_id)
    claimed = {"state": State.BUILDING, "claim": claim, "alive_at": now(), "done": 0, "tries": F("tries") + 1}
    if not rows.update(**claimed):
        return None
    pack = Pack.objects.select_related("inspection__council").get(pk=pack_id)
    if pack.tries > MOST_TRIES:
        _fail(pack, claim, "Building it was cut off again and again. Ask the person who runs the server to look.")
        return None
    scratch = pack.folder.with_name(f".{pack.pk}-{claim.hex}")
    try:
        scratch.mkdir(parents=True, mode=0o700)
        _build(pack, claim, scratch, now)
    except Lost:
        return None
    except OSError as error:
        log.exception("pack %s could not be written", pack.pk)
        _fail(pack, claim, f"The pack could not be written: {error.strerror or 'the storage failed'}. Try again.")
        return None
    except Exception:
        log.exception("pack %s could not be built", pack.pk)
        _fail(pack, claim, "The pack could not be built. The fault has been written to the server’s log.")
        return None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    pack.refresh_from_db()
    return pack


def _build(pack: Pack, claim: uuid.UUID, scratch: Path, now: Callable[[], datetime]) -> None:
    standing = standing_of(pack.inspection, now=now())
    made_from = material(standing)
    mark = fingerprint(made_from)
    main = _make(pack, claim, made_from, scratch, now, children=False)
    (scratch / FRONT).write_bytes(main.binding.front)
    apart = _make(pack, claim, made_from, scratch, now, children=True) if made_from.has_children_part else None
    facts = {
        "state": State.READY,
        "finished_at": now(),
        "fingerprint": mark,
        "pages": main.binding.pages,
        "pdf_size": main.binding.size,
        "pdf_sha256": main.binding.sha256,
        "zip_size": main.archive.size,
        "zip_sha256": main.archive.sha256,
        "has_children_part": apart is not None,
        "manifest": [*main.rows, *(apart.rows if apart else [])],
        "done": F("total"),
        "error": "",
        "claim": None,
    }
    with transaction.atomic():
        if not Pack.objects.select_for_update().filter(pk=pack.pk, claim=claim).update(**facts):
            raise Lost
        subject = f"Evidence pack {pack.number}"
        detail = {"pages": main.binding.pages, "sha256": main.binding.sha256}
        audit.record(
            pack.inspection, by=pack.requested_by, verb="pack built", subject=subject, now=now(), detail=detail
        )
        # Within the transaction, so that the database never speaks of files that are not there; a folder that a
        # killed worker left in place without its row is replaced by the next one.
        shutil.rmtree(pack.folder, ignore_errors=True)
        scratch.rename(pack.folder)


def _make(
    pack: Pack, claim: uuid.UUID, made_from: Material, scratch: Path, now: Callable[[], datetime], *, children: bool
) -> Made:
    """One PDF and one ZIP: of everything, or of the files that name children."""
    title = front.title_of(pack, children=children)
    report = _reporter(pack, claim, now)
    binding = bind(
        lambda contents: front.render_front(pack, made_from, contents, children=children),
        sections(made_from, children=children),
        scratch / (CHILDREN_PDF if children else PDF),
        page=lambda heading, lines: front.render_page(heading, lines, made_at=pack.requested_at),
        made_at=pack.requested_at,
        title=title,
        progress=report,
    )
    rows = items(made_from, binding.contents.placed, children=children)
    target = scratch / (CHILDREN_ZIP if children else ZIP)
    archive = write_zip(target, rows, title=title, made_at=pack.requested_at)
    ids = {(file.path, part.part.key): file.version_id for _, part in made_from.parts() for file in part.files}
    nils = {
        (document.document.key, part.part.label): part.nil_return_id
        for document, part in made_from.parts()
        if part.nil_return_id
    }
    kept = []
    for filed in archive.filed:
        row = as_row(filed)
        version = (
            next((v for (path, _), v in ids.items() if path == filed.item.path), None) if filed.item.path else None
        )
        nil = nils.get((filed.item.document, filed.item.part_title)) if filed.item.path is None else None
        kept.append({**row, "version_id": version, "nil_return_id": nil})
    return Made(binding, archive, kept)


def _reporter(pack: Pack, claim: uuid.UUID, now: Callable[[], datetime]) -> Callable[[int, int], None]:
    """Writes progress down as a sign of life, at most once in a per cent; raises Lost when the pack was taken over."""
    last = -1

    def report(done: int, total: int) -> None:
        nonlocal last
        per_cent = 100 * done // total if total else 0
        if per_cent == last:
            return
        last = per_cent
        if not Pack.objects.filter(pk=pack.pk, claim=claim).update(done=done, total=total, alive_at=now()):
            raise Lost

    return report


def _fail(pack: Pack, claim: uuid.UUID, words: str) -> None:
    Pack.objects.filter(pk=pack.pk, claim=claim).update(state=State.FAILED, error=words, claim=None)

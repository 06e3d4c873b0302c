"""A small inspection to make packs from: two documents, three parts, and one file for every outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from accounts.models import Council, Role, User
from documents.evidence import actions as documents
from documents.models import File, Version
from documents.reviews import actions as reviewing
from evidencepack import actions, building
from evidencepack.archive import WrittenItem, as_row
from evidencepack.changes import changes_between, held, last_sent
from evidencepack.fingerprint import fingerprint
from evidencepack.material import rows
from evidencepack.models import Pack, PackSending, PackState
from files import storage
from inspections.models import Inspection
from tests.evidencepack import files
from tests.factories.documents import add, docx_bytes
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post

NOTIFIED = date(2030, 6, 12)
BEFORE, ASKED, SENT = at("2030-06-12 12:00"), at("2030-06-13 09:00"), at("2030-06-13 16:00")
# The parts of the small framework: two dated notes; reviews, or a nil return; an optional commentary.
NOTES, REVIEWS, COMMENTARY = ("1", "notes"), ("4", "reviews"), ("4", "commentary")
CHILD = "Visit to Kim Fictional.pdf"


@dataclass
class Scene:
    """The council and its people, by role, and the inspection."""

    council: Council
    people: dict[Role, User]
    inspection: Inspection

    @property
    def coordinator(self) -> User:
        return self.people[Role.COORDINATOR]


def make_scene(*, notified: date | None = NOTIFIED, title: str = "Short visit 2030") -> Scene:
    """An inspection in which nothing has been supplied; the notes have an owner, the reviews a vacant post."""
    council = make_council()
    people = {role: make_person(council, role, name=f"{role.label} Sample") for role in Role}
    inspection = make_inspection(council, framework="tiny-2030", notified=notified, title=title)
    make_ownership(inspection, "document:1", make_post(council, "Board manager", people[Role.OWNER]))
    make_ownership(inspection, "document:4", make_post(council, "Reviews officer"))
    return Scene(council, people, inspection)


def supply(
    scene: Scene,
    part: tuple[str, str],
    name: str,
    *,
    content: bytes | None = None,
    as_at: date | None = None,
    names_children: bool = False,
    now: datetime = BEFORE,
) -> Version:
    """A file in a part; without `content` a PDF of one page, which says the file's name."""
    body = files.pdf_bytes(name) if content is None else content
    return add(
        scene.inspection, *part, as_at=as_at, content=body, name=name, now=now, names_children=names_children
    ).version


def fill(scene: Scene) -> dict[str, Version]:
    """One of everything: a PDF, a listed file, one damaged on disk, one that names a child; a nil return besides.

    The notes are one short of two (those of one day count as one); the commentary is optional and stays empty.
    """
    day = date(2030, 5, 6)
    made = {
        "notes": supply(scene, NOTES, "notes.pdf", content=files.pdf_bytes("first", "second"), as_at=day),
        "listed": supply(scene, NOTES, "figures.docx", content=docx_bytes("a"), as_at=day),
        "damaged": supply(scene, NOTES, "damaged.pdf", as_at=day),
        "child": supply(scene, NOTES, CHILD, as_at=day, names_children=True),
    }
    path = storage.path_of(made["damaged"].stored_name)
    path.write_bytes(path.read_bytes()[:200])
    reviewing.state_nil_return(
        inspection=scene.inspection,
        document="4",
        part="reviews",
        reason="No review was <held>.",
        by=scene.coordinator,
        now=BEFORE,
    )
    return made


def ask(scene: Scene, now: datetime = ASKED) -> Pack:
    return actions.request_pack(inspection=scene.inspection, by=scene.coordinator, now=now)[0]


def build(pack: Pack, now: datetime = ASKED) -> Pack:
    """The pack as it is after one worker has been at it."""
    building.build(pack.pk, now=lambda: now)
    pack.refresh_from_db()
    return pack


def built(scene: Scene, now: datetime = ASKED) -> Pack:
    return build(ask(scene, now), now)


def frozen(scene: Scene, now: datetime = ASKED) -> Pack:
    """A ready pack as a worker leaves it, but undrawn: for tests of what comes after."""
    pack = ask(scene, now)
    made_from, sent = building.read(pack), last_sent(scene.inspection)
    manifest = []
    for row in (*rows(made_from, children=False), *rows(made_from, children=True)):
        path = row.item.path
        is_there = path is not None and path.is_file()
        filed = WrittenItem(row.item, row.item.name if is_there else "", 1, row.item.sha256, row.item.remark)
        ids: dict[str, object] = {
            "file_id": row.file_id,
            "version_id": row.version_id,
            "nil_return_id": row.nil_return_id,
        }
        ids |= {"part_key": row.part_key}
        manifest.append({**as_row(filed), **ids})
    Pack.objects.filter(pk=pack.pk).update(
        state=PackState.READY,
        finished_at=now,
        fingerprint=fingerprint(made_from),
        pdf_sha256="1" * 64,
        zip_sha256="2" * 64,
        manifest=manifest,
        has_children_part=made_from.has_children_part,
        since=sent.pack if sent else None,
        changes=changes_between(held(sent), made_from) if sent else [],
    )
    pack.refresh_from_db()
    pack.folder.mkdir(parents=True, exist_ok=True)
    for name in pack.file_names:
        (pack.folder / name).write_bytes(b"stands for a file of the pack")
    return pack


def send(pack: Pack, now: datetime = SENT, **given: object) -> PackSending:
    """Recorded as sent a moment ago."""
    facts = {"sent_at": now, "recipient": "Lead inspector", "how": "By email", "once": uuid4(), "by": None, "now": now}
    return actions.record_sent(pack=pack, **{**facts, **given})  # type: ignore[arg-type]


def described(version: Version, **given: object) -> None:
    """A file with another label, date or mark than it had."""
    file = File.objects.get(pk=version.file_id)
    facts = {"label": file.label, "names_children": file.names_children, "as_at": version.as_at}
    documents.describe_file(file=file, by=None, now=ASKED, **{**facts, **given})  # type: ignore[arg-type]

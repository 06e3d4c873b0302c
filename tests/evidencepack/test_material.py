"""What a pack is made from, and what makes one pack differ from another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from accounts.actions import change_person, give_post, vacate_post
from accounts.models import Council, Post, Role, User
from documents.evidence import actions as documents
from documents.models import File, NilReturn
from documents.reviews import actions as reviewing
from documents.state import states
from evidencepack.contents import PackEntry
from evidencepack.fingerprint import fingerprint
from evidencepack.material import material, remarks_on, rows, sections, without_invisible_signs
from focusgroups.actions import add_attendee
from inspections.actions import correct_notification, set_owners, withdraw
from inspections.closures import add_closure
from inspections.models import Inspection, InspectionKind
from inspections.snapshot import snapshot_of
from tests.evidencepack import files
from tests.evidencepack.scene import (
    ASKED,
    CHILD,
    COMMENTARY,
    NOTES,
    REVIEWS,
    Scene,
    described,
    fill,
    frozen,
    make_scene,
    send,
    supply,
)
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.people import at, make_post
from timetable.actions import record_step

pytestmark = pytest.mark.django_db
MAY = date(2030, 5, 6)


def of(scene: Scene, now=ASKED):
    return material(snapshot_of(Inspection.objects.get(pk=scene.inspection.pk), now=now))


def mark(scene: Scene, now=ASKED) -> str:
    return fingerprint(of(scene, now))


def remarks(scene: Scene) -> dict[str, dict[str, str]]:
    made_from = of(scene)
    return {f"{doc.document.key}-{part.part.key}": remarks_on(part) for doc, part in made_from.parts()}


# What is said of a part


def test_empty_parts_are_not_supplied_but_for_the_optional_one() -> None:
    assert remarks(make_scene()) == {
        "1-notes": {"NOT SUPPLIED": "All two are missing."},
        "4-reviews": {"NOT SUPPLIED": "Nothing has been added yet."},
        "4-commentary": {"Nothing supplied, optional": "This part is optional."},
    }


def test_part_says_what_it_lacks_what_is_old_and_what_is_apart() -> None:
    scene = make_scene()
    supply(scene, NOTES, "a.pdf", as_at=MAY, names_children=True)
    supply(scene, NOTES, "b.pdf", as_at=MAY, names_children=True)
    supply(scene, REVIEWS, "old.pdf", as_at=date(2028, 1, 3))
    supply(scene, COMMENTARY, "c.pdf", names_children=True)
    assert remarks(scene) == {
        "1-notes": {
            "NOT SUPPLIED": "One of two is still missing: those of one day count as one.",
            "In a part of its own": (
                "2 files that name children are in a part of their own, which is sent separately."
            ),
        },
        "4-reviews": {
            "OUT OF DATE": (
                "Out of date: the latest is of 3 January 2028, more than one year before the call on 12 June 2030."
            )
        },
        "4-commentary": {
            "In a part of its own": "One file that names children is in a part of its own, which is sent separately."
        },
    }


def test_complete_part_needs_no_remark() -> None:
    scene = make_scene()
    supply(scene, REVIEWS, "new.pdf", as_at=MAY)
    assert remarks(scene)["4-reviews"] == {}


def entries(scene: Scene, *, children: bool) -> dict[str, list[tuple[str, ...]]]:
    """Of each part that is bound: files by kind and heading, notes by heading and lines."""
    return {
        part.label: [
            (entry.kind, entry.heading) if isinstance(entry, PackEntry) else (entry.heading, *entry.lines)
            for entry in part.entries
        ]
        for section in sections(of(scene), children=children)
        for part in section.parts
    }


def test_sections_hold_files_and_words_in_order_and_children_apart() -> None:
    scene = make_scene()
    fill(scene)
    assert entries(scene, children=False) == {
        "1.1": [
            ("pdf", "notes.pdf, 6 May 2030"),
            ("listed", "figures.docx, 6 May 2030"),
            ("pdf", "damaged.pdf, 6 May 2030"),
            (
                "NOT SUPPLIED",
                "One of two is still missing: those of one day count as one.",
                "Owner: Board manager (Owner Sample)",
            ),
            (
                "In a part of its own",
                "One file that names children is in a part of its own, which is sent separately.",
            ),
        ],
        "4.1": [("Nil return", "There is nothing to supply. No review was <held>.")],
        "4.2": [("Nothing supplied, optional", "This part is optional.", "Owner: Reviews officer (vacant)")],
    }
    assert entries(scene, children=True) == {"1.1": [("pdf", f"{CHILD}, 6 May 2030")]}


def test_part_with_nothing_is_left_to_the_binding_which_says_not_supplied_with_its_owner() -> None:
    (notes, reviews) = sections(of(make_scene()), children=False)
    assert notes.title == "1 Notes of the partnership"
    (part,) = notes.parts
    assert (part.label, part.title) == ("1.1", "Notes of the last two meetings")
    assert (part.entries, part.owner, part.remarks) == ((), "Board manager (Owner Sample)", ("All two are missing.",))
    assert reviews.parts[0].owner == "Reviews officer (vacant)"


def test_nobody_is_named_where_nobody_owns() -> None:
    scene = make_scene()
    set_owners(inspection=scene.inspection, item="document:1", posts=[], by=None, now=ASKED)
    assert sections(of(scene), children=False)[0].parts[0].owner == "no owner named"


def test_without_files_that_name_children_there_is_no_part_of_their_own() -> None:
    scene = make_scene()
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    assert (of(scene).has_children_part, sections(of(scene), children=True)) == (False, ())
    supply(scene, NOTES, "b.pdf", as_at=MAY, names_children=True)
    assert of(scene).has_children_part is True


def test_manifest_has_a_row_for_every_file_and_every_part() -> None:
    scene = make_scene()
    made = fill(scene)
    main = rows(of(scene), children=False)
    assert [(row.item.part, row.item.name, row.item.in_pdf) for row in main] == [
        ("1.1", "notes.pdf", "included"),
        ("1.1", "figures.docx", "included"),
        ("1.1", "damaged.pdf", "included"),
        ("1.1", "", "not supplied"),
        ("1.1", "", "in a part of its own"),
        ("4.1", "", "nil return"),
        ("4.2", "", "nothing supplied, optional"),
    ]
    assert [row.version_id for row in main[:3]] == [made[key].pk for key in ("notes", "listed", "damaged")]
    assert [row.file_id for row in main[:3]] == [made[key].file_id for key in ("notes", "listed", "damaged")]
    assert [row.nil_return_id for row in main if row.nil_return_id] == [NilReturn.objects.get().pk]
    assert [row.item.owner for row in main] == ["Board manager (Owner Sample)"] * 5 + ["Reviews officer (vacant)"] * 2
    (child,) = rows(of(scene), children=True)
    assert (child.item.name, child.item.names_children, child.version_id) == (CHILD, True, made["child"].pk)


def test_what_no_file_of_a_part_covers_is_not_supplied_one_by_one() -> None:
    scene = make_scene()
    for number in range(2):
        day = MAY - timedelta(days=number)
        covers = ["homes"] if number else []
        add(scene.inspection, *NOTES, name=f"{number}.pdf", as_at=day, covers=covers, now=ASKED)
    main = [row for row in rows(of(scene), children=False) if row.item.part == "1.1"]
    assert [(row.item.name, row.item.covers, row.item.in_pdf, row.item.remark) for row in main] == [
        ("0.pdf", "", "included", ""),
        ("1.pdf", "children’s homes", "included", ""),
        ("", "foster carers", "not supplied", "Foster carers is missing."),
    ]
    assert entries(scene, children=False)["1.1"][-1] == (
        "NOT SUPPLIED",
        "Foster carers is missing.",
        "NOT SUPPLIED: foster carers",
        "Owner: Board manager (Owner Sample)",
    )


@pytest.mark.parametrize(
    "written, read",
    [
        ("minutes.pdf", "minutes.pdf"),
        ("minutes\u202efdp.exe", "minutes fdp.exe"),
        ("a\u200fb\u0000c\n d", "a b c d"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("דוח.pdf", "דוח.pdf"),
        ("\u202e", ""),
    ],
)
def test_words_lose_signs_that_do_not_show(written, read) -> None:
    assert without_invisible_signs(written) == read


def test_file_whose_name_does_not_show_has_one_in_the_pack() -> None:
    scene = make_scene()
    version = supply(scene, NOTES, "a.pdf", as_at=MAY)
    File.objects.filter(pk=version.file_id).update(label="\u202e")
    assert entries(scene, children=False)["1.1"][0] == ("pdf", "A file without a name, 6 May 2030")


# What makes a pack another one


def file_of(scene: Scene, label: str) -> File:
    return File.objects.get(inspection=scene.inspection, label=label)


def version_of(scene: Scene, label: str):
    return file_of(scene, label).versions.order_by("-number")[0]


def review(scene: Scene, decide: Callable, **given: object) -> None:
    state = states(snapshot_of(scene.inspection, now=ASKED))["4"]
    decide(inspection=scene.inspection, document="4", contents=state.contents, by=None, now=ASKED, **given)


def replaced(scene: Scene) -> None:
    file = file_of(scene, "notes.pdf")
    documents.replace_file(file=file, received=received(pdf_bytes()), as_at=MAY, by=None, now=ASKED)


def nil_in_other_words(scene: Scene) -> None:
    nil = NilReturn.objects.get(inspection=scene.inspection, withdrawn_at=None)
    reviewing.withdraw_nil_return(nil_return=nil, by=None, now=ASKED)
    reviewing.state_nil_return(
        inspection=scene.inspection, document="4", part="reviews", reason="None was held.", by=None, now=ASKED
    )


def attendee(scene: Scene, name: str = "Alex Sample") -> None:
    add_attendee(inspection=scene.inspection, group="care-1", name=name, by=None, now=ASKED)


VISIBLE = {
    "the council's name": lambda s: Council.objects.filter(pk=s.council.pk).update(name="Elsewhereshire"),
    "the title": lambda s: Inspection.objects.filter(pk=s.inspection.pk).update(title="Another"),
    "the kind": lambda s: Inspection.objects.filter(pk=s.inspection.pk).update(kind=InspectionKind.REHEARSAL),
    "the notification": lambda s: correct_notification(
        inspection=s.inspection, notified_on=date(2030, 6, 11), reason="Wrong day", by=None, now=ASKED
    ),
    "the withdrawal": lambda s: withdraw(inspection=s.inspection, reason="Deferred", by=None, now=ASKED),
    "a closure day": lambda s: add_closure(
        council=s.council, date=date(2030, 6, 18), reason="Moving", by=s.coordinator, now=ASKED
    ),
    "a file added": lambda s: supply(s, NOTES, "more.pdf", as_at=MAY),
    "a file that names children added": lambda s: supply(s, NOTES, "more.pdf", as_at=MAY, names_children=True),
    "a file of an optional part": lambda s: supply(s, COMMENTARY, "more.pdf"),
    "a file replaced": replaced,
    "a file removed": lambda s: documents.remove_file(file=file_of(s, "notes.pdf"), by=None, now=ASKED),
    "a file's name": lambda s: described(version_of(s, "notes.pdf"), label="Other"),
    "the name of a file that names children": lambda s: described(version_of(s, CHILD), label="Other"),
    "the date of its content": lambda s: described(version_of(s, "notes.pdf"), as_at=date(2030, 5, 7)),
    "its naming children": lambda s: described(version_of(s, "notes.pdf"), names_children=True),
    "a nil return's words": nil_in_other_words,
    "an approval": lambda s: review(s, reviewing.approve),
    "a return": lambda s: review(s, reviewing.return_document, reason="Wrong year"),
    "an owner": lambda s: set_owners(
        inspection=s.inspection, item="document:1", posts=[make_post(s.council, "New post")], by=None, now=ASKED
    ),
    "a post's name": lambda s: Post.objects.filter(name="Board manager").update(name="Board lead"),
    "a post's organisation": lambda s: Post.objects.filter(name="Board manager").update(organisation="Hospital"),
    "a holder": lambda s: give_post(
        post=Post.objects.get(name="Board manager"), user=s.people[Role.MEMBER], by=None, now=ASKED
    ),
    "a vacancy": lambda s: vacate_post(post=Post.objects.get(name="Board manager"), by=None, now=ASKED),
    "a holder's name": lambda s: change_person(
        council=s.council,
        user=s.people[Role.OWNER],
        full_name="Owena Sample",
        telephone="01632 960001",
        by=s.coordinator,
        now=ASKED,
    ),
    "a group's owner": lambda s: set_owners(
        inspection=s.inspection, item="focus-group:care-1", posts=[make_post(s.council)], by=None, now=ASKED
    ),
    "an attendee": attendee,
    "a step that was done": lambda s: record_step(
        inspection=s.inspection, step_key="letters-to-families", by=None, now=ASKED
    ),
}


@pytest.fixture
def scene(db) -> Scene:
    made = make_scene()
    fill(made)
    return made


@pytest.mark.parametrize("change", VISIBLE.values(), ids=VISIBLE.keys())
def test_fingerprint_changes_with_everything_that_a_pack_shows(scene, change) -> None:
    before = mark(scene)
    change(scene)
    assert mark(scene) != before


INVISIBLE = {
    "nothing": lambda s: None,
    "the address of a holder": lambda s: User.objects.update(telephone="01632 960999"),
    "a file put aside and back": lambda s: (
        documents.remove_file(file=file_of(s, "notes.pdf"), by=None, now=ASKED),
        documents.put_back_file(file=file_of(s, "notes.pdf"), by=None, now=ASKED),
    ),
    "that the set was sent": lambda s: record_step(inspection=s.inspection, step_key="send-papers", by=None, now=ASKED),
    "a pack recorded as sent": lambda s: send(frozen(s)),
}


@pytest.mark.parametrize("change", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_fingerprint_stays_with_what_a_pack_does_not_show(scene, change) -> None:
    before = mark(scene)
    change(scene)
    assert mark(scene) == before


@pytest.mark.parametrize("notified", [date(2030, 6, 12), None], ids=["notified", "not yet"])
def test_fingerprint_does_not_change_by_time_alone(notified) -> None:
    scene = make_scene(notified=notified)
    fill(scene)
    found = {mark(scene, ASKED + timedelta(days=day, hours=5)) for day in (0, 1, 3, 30)}
    assert len(found) == 1


def test_fingerprint_changes_when_time_makes_a_file_out_of_date() -> None:
    scene = make_scene(notified=None)
    supply(scene, REVIEWS, "review.pdf", as_at=date(2030, 1, 7))
    assert mark(scene, at("2031-01-02 09:00")) == mark(scene)
    assert mark(scene, at("2031-02-02 09:00")) != mark(scene)


def test_fingerprint_does_not_ask_where_the_storage_lies(scene, settings, tmp_path) -> None:
    before = mark(scene)
    settings.UPLOADS_DIR = tmp_path / "elsewhere"
    assert mark(scene) == before


@pytest.mark.parametrize("many", [1, 30])
def test_material_takes_the_same_queries_whatever_there_is(django_assert_num_queries, many) -> None:
    scene = make_scene()
    for number in range(many):
        supply(scene, NOTES, f"{number}.pdf", content=files.pdf_bytes(f"{number}"), as_at=MAY - timedelta(days=number))
        attendee(scene, f"Attendee {number}")
    snapshot = snapshot_of(scene.inspection, now=ASKED)
    with django_assert_num_queries(5):
        material(snapshot)

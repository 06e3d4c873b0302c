"""The pages of packs, in the words that people read, and who reads which of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from documents.evidence import actions as documents
from documents.models import Version
from documents.reviews import actions as reviewing
from evidencepack import tasks
from evidencepack.models import Pack, PackSending, PackState
from tests import reading
from tests.evidencepack import files
from tests.evidencepack.scene import (
    ASKED,
    CHILD,
    COMMENTARY,
    NOTES,
    REVIEWS,
    SENT,
    Scene,
    ask,
    described,
    fill,
    frozen,
    make_scene,
    send,
    supply,
)
from tests.reading import sign_in

pytestmark = pytest.mark.django_db
MAY = date(2030, 5, 6)
BOTH = "Covers children’s homes and foster carers"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.PACKS_DIR = tmp_path / "packs"
    return make_scene()


@pytest.fixture
def coordinator(scene) -> Client:
    return sign_in(scene.coordinator)


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """Ids of the packs that a worker was asked to build."""
    found: list[int] = []
    monkeypatch.setattr(tasks, "ask", found.append)
    return found


def address(scene: Scene, name: str = "list", *more: object) -> str:
    return reverse(f"evidencepack:{name}", args=[scene.inspection.slug, *more])


def lede(response) -> str:
    (found,) = reading.texts(response, reading.by_class("house-lede"))
    return found


def buttons(response) -> list[str]:
    return reading.texts(response, "//main//button | //main//a[@role='button']")


# The list


def test_list_before_there_is_a_pack_says_what_one_would_hold(coordinator, scene) -> None:
    page = coordinator.get(address(scene))
    assert reading.title(page) == "Evidence pack – Short visit 2030 – Ready for inspection"
    assert reading.heading(page) == "Evidence pack"
    assert lede(page) == "A pack made now would say NOT SUPPLIED of 2 of 2 parts. It would hold 0 files."
    assert "No pack has been built" in reading.main(page)
    assert buttons(page) == ["Build the pack"]
    assert reading.rows(page, "Parts that lack something, and their owners") == [
        [
            "1. Notes of the partnership",
            "Notes of the last two meetings",
            "All two are missing.",
            "Board manager: Owner Sample",
        ],
        ["4. Learning reviews", "Reviews of the last year", "Nothing has been added yet.", "Reviews officer Vacant"],
    ]


def test_list_of_a_complete_set_says_so(coordinator, scene) -> None:
    supply(scene, NOTES, "a.pdf", as_at=MAY)
    supply(scene, NOTES, "b.pdf", as_at=MAY - timedelta(days=30))
    supply(scene, REVIEWS, "c.pdf", as_at=MAY)
    page = coordinator.get(address(scene))
    assert lede(page) == "A pack made now would be complete: all 2 parts are in. It would hold 3 files."
    assert "What would be NOT SUPPLIED" not in reading.texts(page, "//h2")


def test_list_says_that_nothing_has_changed_and_offers_no_new_pack(coordinator, scene) -> None:
    frozen(scene)
    page = coordinator.get(address(scene))
    assert "Nothing has changed since pack 1 was made." in reading.main(page)
    assert buttons(page) == []
    supply(scene, COMMENTARY, "a.pdf")
    assert buttons(coordinator.get(address(scene))) == ["Build a new pack"]


def test_list_shows_every_pack_with_its_state_and_what_was_sent(coordinator, scene) -> None:
    send(frozen(scene), by=scene.coordinator)
    supply(scene, COMMENTARY, "a.pdf")
    Pack.objects.filter(pk=ask(scene).pk).update(state=PackState.FAILED, requested_by=None)
    supply(scene, COMMENTARY, "b.pdf")
    ask(scene)
    page = coordinator.get(address(scene))
    by = "13 June 2030 at 9am, Coordinator Sample"
    assert reading.rows(page, "Packs, newest first") == [
        ["Pack 3", "Queued", by, "–", "–"],
        ["Pack 2", "Failed", "13 June 2030 at 9am", "–", "–"],
        ["Pack 1", "Ready", by, "–", "13 June 2030 at 4pm to Lead inspector"],
    ]
    assert "Pack 3 is being built. See how far it is" in reading.main(page)
    assert buttons(page) == []


# Asking for one


def test_asking_leads_to_the_pack_and_tells_a_worker(coordinator, scene, asked) -> None:
    page = coordinator.post(address(scene, "build"), follow=True)
    assert page.redirect_chain == [(address(scene, "pack", 1), 302)]
    assert reading.success(page) == ["The pack is being built. You can leave this page; it goes on without you."]
    assert asked == [Pack.objects.get().pk]


def test_asking_twice_is_one_pack_and_asks_the_worker_again(coordinator, scene, asked) -> None:
    for _ in range(2):
        page = coordinator.post(address(scene, "build"), follow=True)
    assert reading.success(page)[-1] == "This pack is being built already."
    assert asked == [Pack.objects.get().pk] * 2


def test_asking_while_nothing_has_changed_leads_to_the_pack_there_is(coordinator, scene, asked) -> None:
    frozen(scene)
    page = coordinator.post(address(scene, "build"), follow=True)
    assert reading.success(page) == ["Nothing has changed since pack 1, so this is still the pack."]
    assert (asked, Pack.objects.count()) == ([], 1)


# Building


def test_page_of_a_pack_that_waits_works_without_script(coordinator, scene) -> None:
    ask(scene)
    page = coordinator.get(address(scene, "pack", 1))
    assert reading.title(page) == "Pack 1 – waiting – Short visit 2030 – Ready for inspection"
    assert reading.heading(page) == "Pack 1"
    main = reading.main(page)
    assert "Waiting for its turn 0% done You can leave this page. The work continues without you. Refresh" in main
    assert reading.page(page).xpath("//main//a[text()='Refresh']/@href") == [address(scene, "pack", 1)]
    assert buttons(page) == []


def test_page_asks_for_the_part_that_moves_and_gets_it_alone(coordinator, scene, django_assert_num_queries) -> None:
    pack = ask(scene)
    Pack.objects.filter(pk=pack.pk).update(state=PackState.BUILDING, done=37, total=100)
    ajax = {"X-Requested-With": "fetch"}
    (part,) = reading.page(coordinator.get(address(scene, "pack", 1))).xpath("//main//*[@data-poll]")
    assert (part.get("data-poll"), part.get("data-poll-seconds")) == (address(scene, "pack", 1), "1")
    with django_assert_num_queries(4):
        answer = coordinator.get(part.get("data-poll"), headers=ajax)
    assert reading.texts(answer, "//*[@data-poll]") == [
        "Building the pack 37% done You can leave this page. The work continues without you. Refresh"
    ]
    assert reading.page(answer).xpath("//progress/@value | //progress/@max | //h1") == ["100", "37"]
    Pack.objects.filter(pk=pack.pk).update(state=PackState.FAILED)
    answer = coordinator.get(part.get("data-poll"), headers=ajax)
    assert answer.content.decode().strip() == '<div data-poll-done="reload"></div>'


@pytest.mark.parametrize("state", [PackState.READY, PackState.FAILED])
def test_page_of_a_finished_pack_does_not_ask_again(coordinator, scene, state) -> None:
    pack = frozen(scene)
    Pack.objects.filter(pk=pack.pk).update(state=state)
    page = coordinator.get(address(scene, "pack", 1))
    assert reading.page(page).xpath("//*[@data-poll]") == []


def test_failed_pack_says_why_and_can_be_asked_for_again(coordinator, scene, asked) -> None:
    Pack.objects.filter(pk=ask(scene).pk).update(state=PackState.FAILED, error="There is no room.")
    page = coordinator.get(address(scene, "pack", 1))
    assert reading.title(page).startswith("Pack 1 – failed – ")
    assert "There is no room." in reading.main(page)
    assert buttons(page) == ["Build it again"]
    again = coordinator.post(reading.page(page).xpath("//main//form/@action")[0], follow=True)
    assert reading.heading(again) == "Pack 2"


# Ready


@pytest.fixture
def ready(scene) -> Pack:
    """A pack of one of everything; the file that names a child, and another, could not be shown."""
    fill(scene)
    pack = frozen(scene)
    for row in pack.manifest:
        if row["name"] in ("damaged.pdf", CHILD):
            row["in_pdf"], row["remark"] = "damaged", "It is cut short."
        if row["name"] == "figures.docx":
            row["in_pdf"] = "listed"
    Pack.objects.filter(pk=pack.pk).update(manifest=pack.manifest, pages=54, pdf_size=1_200_000, zip_size=900)
    pack.refresh_from_db()
    return pack


def test_ready_pack_says_how_long_it_is_what_is_not_supplied_and_what_is_damaged(coordinator, scene, ready) -> None:
    page = coordinator.get(address(scene, "pack", 1))
    assert lede(page) == "54 pages. NOT SUPPLIED in 1 place. 2 files could not be shown."
    assert buttons(page) == ["Download the PDF (1.1 MB)", "Download the ZIP (900 bytes)", "Record as sent"]
    main = reading.main(page)
    assert "2 files could not be shown as pages. The pack says so in their place." in main
    assert f"1.1 damaged.pdf: It is cut short. 1.1 {CHILD}: It is cut short." in main
    assert "Files that name children are in a part of their own: its PDF, its ZIP. Opening them goes on" in main
    assert f"SHA-256 of the PDF: {ready.pdf_sha256} SHA-256 of the ZIP: {ready.zip_sha256}" in main


def test_ready_pack_lists_every_part_with_what_became_of_it(coordinator, scene, ready) -> None:
    page = coordinator.get(address(scene, "pack", 1))
    notes = reading.rows(page, "Document 1: its parts with their files and their SHA-256")
    hashes = {row["name"]: row["sha256"] for row in ready.manifest}
    assert notes == [
        [
            "1.1 Notes of the last two meetings",
            f"notes.pdf, as at 6 May 2030 SHA-256 {hashes['notes.pdf']} {BOTH}",
            "In the PDF",
        ],
        ["1.1", f"figures.docx, as at 6 May 2030 SHA-256 {hashes['figures.docx']} {BOTH}", "In the ZIP"],
        [
            "1.1",
            f"damaged.pdf, as at 6 May 2030 SHA-256 {hashes['damaged.pdf']} {BOTH} It is cut short.",
            "Could not be shown",
        ],
        [
            "1.1",
            f"{CHILD}, as at 6 May 2030 (names children) SHA-256 {hashes[CHILD]} {BOTH} It is cut short.",
            "Could not be shown",
        ],
        [
            "1.1",
            "One of two is still missing: those of one day count as one.",
            "NOT SUPPLIED Owner: Board manager (Owner Sample)",
        ],
        [
            "1.1",
            "One file that names children is in a part of its own, which is sent separately.",
            "In a part of its own",
        ],
    ]
    assert reading.rows(page, "Document 4: its parts with their files and their SHA-256") == [
        ["4.1 Reviews of the last year", "There is nothing to supply. No review was <held>.", "Nil return"],
        ["4.2 Commentary, if any", "This part is optional.", "Optional"],
    ]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DCS_OFFICE])
def test_who_may_not_open_files_that_name_children_does_not_read_their_names(scene, ready, role) -> None:
    supply(scene, NOTES, "Visit to Jo Fictional.pdf", as_at=MAY, names_children=True)
    send(ready)
    documents.remove_file(file=scene.inspection.files.get(label=CHILD), by=None, now=SENT)
    frozen(scene, SENT)
    client = sign_in(scene.people[role])
    for number in (1, 2):
        page = client.get(address(scene, "pack", number))
        text = page.content.decode()
        assert [name for name in ("Kim", "Jo Fictional") if name in text] == []
        assert "A coordinator can download it." in reading.main(page)
    assert "A file that names children: It is cut short." in reading.main(client.get(address(scene, "pack", 1)))
    changes = reading.texts(page, "//h2[starts-with(., 'Changed')]/following-sibling::ul[1]/li")
    assert changes == [
        "New: 1.1 A file that names children",
        "No longer in it: 1.1 A file that names children",
    ]
    own = reading.texts(
        sign_in(scene.coordinator).get(address(scene, "pack", 2)),
        "//h2[starts-with(., 'Changed')]/following-sibling::ul[1]/li",
    )
    assert own == ["New: 1.1 Visit to Jo Fictional.pdf", f"No longer in it: 1.1 {CHILD}"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DCS_OFFICE])
def test_pack_with_a_file_marked_since_as_naming_children_is_held_back(scene, ready, role) -> None:
    described(Version.objects.get(file__label="notes.pdf"), names_children=True)
    client = sign_in(scene.people[role])
    page = client.get(address(scene, "pack", 1))
    assert "notes.pdf" not in page.content.decode()
    assert "A file of this pack has been marked since as naming children" in reading.main(page)
    kinds = ("pdf", "zip", "front")
    assert [client.get(address(scene, "download", 1, kind)).status_code for kind in kinds] == [404] * 3
    coordinator = sign_in(scene.coordinator)
    answers = [coordinator.get(address(scene, "download", 1, kind)) for kind in kinds]
    assert [b"".join(answer) for answer in answers] == [b"stands for a file of the pack"] * 3
    assert coordinator.get(address(scene, "pack", 1)).content.decode().count("notes.pdf") > 0


def test_members_read_and_neither_build_nor_record(scene, ready) -> None:
    member = sign_in(scene.people[Role.MEMBER])
    assert buttons(member.get(address(scene, "pack", 1))) == [
        "Download the PDF (1.1 MB)",
        "Download the ZIP (900 bytes)",
    ]
    supply(scene, COMMENTARY, "a.pdf")
    assert buttons(member.get(address(scene))) == []


def test_names_of_files_are_words_and_nothing_else(coordinator, scene) -> None:
    supply(scene, COMMENTARY, "<script>alert(1)</script>.pdf")
    frozen(scene)
    page = coordinator.get(address(scene, "pack", 1))
    assert reading.page(page).xpath("//main//bdi/text()") == ["script>.pdf"]
    Pack.objects.update(manifest=[{**row, "name": "<script>x</script>"} for row in Pack.objects.get().manifest])
    page = coordinator.get(address(scene, "pack", 1))
    assert "&lt;script&gt;x&lt;/script&gt;" in page.content.decode()
    assert reading.page(page).xpath("//main//script") == []


def test_pack_whose_files_are_gone_says_so_and_offers_no_download(coordinator, scene, ready) -> None:
    (ready.folder / "pack.pdf").unlink()
    page = coordinator.get(address(scene, "pack", 1))
    assert buttons(page) == ["Record as sent"]
    assert "The files of this pack are no longer where they were stored." in reading.main(page)
    assert coordinator.get(address(scene, "download", 1, "pdf")).status_code == 404
    assert buttons(coordinator.get(address(scene))) == ["Build a new pack"]


# Downloads


@pytest.mark.parametrize(
    "kind, name, content_type",
    [
        ("pdf", "evidence pack 1.pdf", "application/pdf"),
        ("zip", "evidence pack 1.zip", "application/zip"),
        ("front", "evidence pack 1 front matter.pdf", "application/pdf"),
        ("children-pdf", "evidence pack 1 naming children.pdf", "application/pdf"),
        ("children-zip", "evidence pack 1 naming children.zip", "application/zip"),
    ],
)
def test_files_are_downloaded_under_a_name_and_never_kept_by_a_browser(
    coordinator, scene, ready, kind, name, content_type
) -> None:
    answer = coordinator.get(address(scene, "download", 1, kind))
    assert b"".join(answer) == b"stands for a file of the pack"
    assert answer["Content-Disposition"] == f'attachment; filename="{scene.inspection.slug} {name}"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (content_type, "nosniff")
    assert answer["Cache-Control"] == "private, no-store"
    opened = Event.objects.filter(verb="files that name children opened", by=scene.coordinator)
    assert opened.count() == (1 if kind.startswith("children") else 0)


@pytest.mark.parametrize("kind", ["exe", "manifest"])
def test_pack_has_no_other_files(coordinator, scene, ready, kind) -> None:
    assert coordinator.get(address(scene, "download", 1, kind)).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "zip", "front", "children-pdf"])
def test_pack_that_is_not_ready_has_no_files(coordinator, scene, kind) -> None:
    pack = frozen(scene)
    Pack.objects.filter(pk=pack.pk).update(state=PackState.FAILED)
    assert coordinator.get(address(scene, "download", 1, kind)).status_code == 404


def test_pack_without_files_that_name_children_has_no_part_of_their_own(coordinator, scene) -> None:
    pack = frozen(scene)
    (pack.folder / "children.pdf").write_bytes(b"left behind")
    assert coordinator.get(address(scene, "download", 1, "children-pdf")).status_code == 404
    assert "name children" not in reading.main(coordinator.get(address(scene, "pack", 1)))


# Recording as sent


def form(**given: str) -> dict[str, str]:
    facts = {
        "recipient": "Lia Lead",
        "how": "By email",
        "day_day": "13",
        "day_month": "6",
        "day_year": "2030",
        "time": "3:30pm",
        "once": str(uuid4()),
    }
    return {**facts, **given}


def test_sending_is_recorded_and_shown(coordinator, scene, ready) -> None:
    page = coordinator.get(address(scene, "pack", 1))
    assert "This pack has not been recorded as sent." in reading.main(page)
    page = coordinator.post(address(scene, "record-sent", 1), form(with_children_part="on"), follow=True)
    assert reading.success(page) == ["Recorded: pack 1 was sent to Lia Lead."]
    assert reading.texts(page, "//h2[.='Sent']/following-sibling::ul[1]/li") == [
        "13 June 2030 at 3:30pm to Lia Lead, By email, with the part that names children "
        "(recorded by Coordinator Sample)"
    ]
    assert PackSending.objects.get().with_children_part is True


def test_form_sent_twice_is_recorded_once(coordinator, scene, ready) -> None:
    given = form()
    for _ in range(2):
        page = coordinator.post(address(scene, "record-sent", 1), given, follow=True)
    assert (PackSending.objects.count(), reading.success(page)[-1]) == (1, "Recorded: pack 1 was sent to Lia Lead.")


@pytest.mark.parametrize(
    "given, complaint",
    [
        ({"recipient": " "}, "Say to whom the pack was sent."),
        ({"how": ""}, "Say how the pack was sent."),
        ({"day_year": "2031"}, "The time of sending is yet to come."),
        ({"time": "8:59am"}, "The pack did not exist at that time. It was finished on 13 June 2030 at 9am."),
        ({"day_day": "32"}, None),
        ({"time": "soon"}, None),
        ({"once": "never"}, None),
    ],
)
def test_sending_that_cannot_be_is_refused_beside_the_form(coordinator, scene, ready, given, complaint) -> None:
    page = coordinator.post(address(scene, "record-sent", 1), form(**given))
    assert (page.status_code, PackSending.objects.count()) == (422, 0)
    said = reading.texts(page, reading.by_class("govuk-error-summary__list") + "/li")
    assert (len(said), complaint in (None, *said)) == (1, True)
    assert reading.page(page).xpath("//details[@open]//form") != []


def test_part_that_names_children_is_asked_about_only_where_there_is_one(coordinator, scene) -> None:
    frozen(scene)
    fields = "//main//form//input[@type='checkbox']"
    assert reading.page(coordinator.get(address(scene, "pack", 1))).xpath(fields) == []
    fill(scene)
    frozen(scene)
    assert len(reading.page(coordinator.get(address(scene, "pack", 2))).xpath(fields)) == 1


def test_pack_after_one_that_was_sent_says_that_nothing_changed(coordinator, scene) -> None:
    send(frozen(scene))
    reviewing.state_nil_return(
        inspection=scene.inspection, document="4", part="reviews", reason="None", by=None, now=SENT
    )
    frozen(scene, SENT)
    main = reading.main(coordinator.get(address(scene, "pack", 2)))
    assert "Changed since pack 1, which was sent Nil return stated: 4.1 Reviews of the last year" in main


# What it costs


@pytest.mark.parametrize("page, expected", [("list", 14), ("pack", 5)])
def test_pages_take_the_same_queries_with_one_or_thirty(
    coordinator, scene, page, expected, django_assert_num_queries
) -> None:
    where = address(scene) if page == "list" else address(scene, "pack", 1)
    for many in (1, 30):
        for number in range(many):
            supply(scene, NOTES, f"{many}-{number}.pdf", content=files.pdf_bytes(f"{many}.{number}"), as_at=MAY)
            send(frozen(scene, ASKED + timedelta(minutes=number)), by=scene.coordinator)
        coordinator.get(where)
        with django_assert_num_queries(expected):
            coordinator.get(where)
    assert timezone.now() == SENT

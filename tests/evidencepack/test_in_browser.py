"""The pages of packs in a real browser: progress that moves by itself, and that can be asked for without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, expect

from evidencepack import tasks
from evidencepack.models import Pack, PackState
from tests.browsing import axe, chromium, open_page
from tests.evidencepack.scene import Scene, ask, fill, frozen, make_scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.PACKS_DIR = tmp_path / "packs"
    made = make_scene()
    fill(made)
    return made


def build(pack: Pack, done: int) -> None:
    Pack.objects.filter(pk=pack.pk).update(state=PackState.BUILDING, done=done, total=100)


def finish(scene: Scene, pack: Pack) -> None:
    """The pack is ready at once, as if a worker had built it."""
    with transaction.atomic():
        _finish(scene, pack)


def _finish(scene: Scene, pack: Pack) -> None:
    Pack.objects.filter(pk=pack.pk).update(state=PackState.FAILED)
    other = frozen(scene)
    Pack.objects.filter(pk=other.pk).update(number=99)
    pack.folder.parent.mkdir(parents=True, exist_ok=True)
    other.folder.rename(pack.folder)
    facts = {"manifest": other.manifest, "has_children_part": True, "pages": 54, "finished_at": other.finished_at}
    hashes = {"pdf_sha256": "1" * 64, "zip_sha256": "2" * 64, "pdf_size": 1, "zip_size": 1}
    Pack.objects.filter(pk=pack.pk).update(state=PackState.READY, **facts, **hashes)


def test_progress_moves_by_itself_until_the_pack_is_there(browser, live_server, scene) -> None:
    """Given a pack that waits, when a worker builds it, then the page shows how far it is, and at last the pack."""
    pack = ask(scene)
    page = open_page(
        browser, live_server.url + reverse("evidencepack:pack", args=[scene.inspection.slug, 1]), scene.coordinator
    )
    expect(page.locator("main")).to_contain_text("Waiting for its turn")
    build(pack, 40)
    expect(page.locator("main")).to_contain_text("Building the pack 40% done", use_inner_text=True)
    expect(page.locator("progress")).to_have_attribute("value", "40")
    assert axe(page) == []
    finish(scene, pack)
    expect(page.get_by_role("button", name="Download the PDF")).to_be_visible()
    expect(page).to_have_title("Pack 1 – ready – Short visit 2030 – Ready for inspection")
    page.get_by_text("Record this pack as sent").click()
    assert axe(page) == []


def test_pack_is_asked_for_and_looked_at_without_script(browser, live_server, scene, monkeypatch) -> None:
    """Given no JavaScript, when a pack is asked for, then its page says how far it is whenever it is asked again."""
    monkeypatch.setattr(tasks, "ask", lambda pk: None)
    where = live_server.url + reverse("evidencepack:list", args=[scene.inspection.slug])
    page = open_page(browser, where, scene.coordinator, java_script_enabled=False)
    page.get_by_role("button", name="Build the pack").click()
    expect(page.locator("main")).to_contain_text("Waiting for its turn")
    pack = Pack.objects.get()
    build(pack, 40)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("main")).to_contain_text("40% done")
    finish(scene, pack)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("button", name="Download the ZIP")).to_be_visible()

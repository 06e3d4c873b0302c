"""The pages of packs in a real browser: progress that moves by itself, and that can be asked for without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evidencepack import tasks
from evidencepack.models import Pack, State
from govuk.assets import TARGET
from tests.evidencepack.scene import Scene, ask, fill, frozen, make_scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not (TARGET / "govuk-frontend.min.css").exists():
        pytest.skip("the assets are not fetched: run python -m govuk.assets")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.PACKS_DIR = tmp_path / "packs"
    made = make_scene()
    fill(made)
    return made


def open_page(browser: Browser, url: str, scene: Scene, *, javascript: bool = True) -> Page:
    session = SessionStore()
    session[SESSION_KEY] = str(scene.coordinator.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = scene.coordinator.get_session_auth_hash()
    session.create()
    context = browser.new_context(java_script_enabled=javascript)
    context.set_default_timeout(10_000)
    context.add_cookies(
        [{"name": "session", "value": str(session.session_key), "url": f"http://{urlsplit(url).netloc}/"}]
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    page.goto(url)
    return page


def no_barrier(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def build(pack: Pack, done: int) -> None:
    Pack.objects.filter(pk=pack.pk).update(state=State.BUILDING, done=done, total=100)


def finish(scene: Scene, pack: Pack) -> None:
    """The pack is ready at once, as if a worker had built it."""
    with transaction.atomic():
        _finish(scene, pack)


def _finish(scene: Scene, pack: Pack) -> None:
    Pack.objects.filter(pk=pack.pk).update(state=State.FAILED)
    other = frozen(scene)
    Pack.objects.filter(pk=other.pk).update(number=99)
    pack.folder.parent.mkdir(parents=True, exist_ok=True)
    other.folder.rename(pack.folder)
    facts = {"manifest": other.manifest, "has_children_part": True, "pages": 54, "finished_at": other.finished_at}
    hashes = {"pdf_sha256": "1" * 64, "zip_sha256": "2" * 64, "pdf_size": 1, "zip_size": 1}
    Pack.objects.filter(pk=pack.pk).update(state=State.READY, **facts, **hashes)


def test_progress_moves_by_itself_until_the_pack_is_there(browser, live_server, scene) -> None:
    """Given a pack that waits, when a worker builds it, then the page shows how far it is, and at last the pack."""
    pack = ask(scene)
    page = open_page(browser, live_server.url + reverse("evidencepack:pack", args=[scene.inspection.slug, 1]), scene)
    expect(page.locator("main")).to_contain_text("Waiting for its turn")
    build(pack, 40)
    expect(page.locator("main")).to_contain_text("Building the pack 40% done", use_inner_text=True)
    expect(page.locator("progress")).to_have_attribute("value", "40")
    no_barrier(page)
    finish(scene, pack)
    expect(page.get_by_role("button", name="Download the PDF")).to_be_visible()
    expect(page).to_have_title("Pack 1 – ready – Short visit 2030 – Ready for inspection")
    page.get_by_text("Record this pack as sent").click()
    no_barrier(page)


def test_pack_is_asked_for_and_looked_at_without_script(browser, live_server, scene, monkeypatch) -> None:
    """Given no JavaScript, when a pack is asked for, then its page says how far it is whenever it is asked again."""
    monkeypatch.setattr(tasks, "ask", lambda pk: None)
    where = live_server.url + reverse("evidencepack:list", args=[scene.inspection.slug])
    page = open_page(browser, where, scene, javascript=False)
    page.get_by_role("button", name="Build the pack").click()
    expect(page.locator("main")).to_contain_text("Waiting for its turn")
    pack = Pack.objects.get()
    build(pack, 40)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("main")).to_contain_text("40% done")
    finish(scene, pack)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("button", name="Download the ZIP")).to_be_visible()

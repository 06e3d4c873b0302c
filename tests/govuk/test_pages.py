"""The gallery in a real browser: what people see, hear and type, on a wide screen and on a phone."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from playwright.sync_api import expect

from tests.browsing import PATIENCE, axe

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.govuk.gallery")]

TEMPLATES = Path(__file__).parents[2] / "templates"


def open_page(browser, live_server, path, width=1280, **options):
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)
    page.set_default_timeout(PATIENCE)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{live_server.url}{path}")
    return page


@pytest.mark.parametrize("width", [1280, pytest.param(375, marks=pytest.mark.long)])
def test_pages_are_accessible_quiet_and_no_wider_than_the_screen(browser, live_server, width):
    for path in ("/", "/form", "/upload", "/table", "/table?empty", "/pages?page=5"):
        page = open_page(browser, live_server, path, width)
        page.wait_for_selector("body.js-enabled")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.faults == []


def test_faults_are_announced_and_their_links_move_to_the_input(browser, live_server):
    page = open_page(browser, live_server, "/form")
    page.fill("#id_held_0", "14")
    page.fill("#id_held_2", "2011")
    page.click("button:text('Save meeting')")
    assert page.title() == "Error: Add a meeting – Ready for inspection"
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.click("a:text('Date of meeting must include a month')")
    assert page.evaluate("document.activeElement.id") == "id_held_1"
    assert page.input_value("#id_held_0") == "14"
    assert axe(page) == []


def test_form_works_without_javascript(browser, live_server, tmp_path):
    page = open_page(browser, live_server, "/form", java_script_enabled=False)
    page.fill("#id_name", "Board")
    for part, text in enumerate(("14", "March", "2011")):
        page.fill(f"#id_held_{part}", text)
    page.fill("#id_start", "9:30am")
    page.check("#id_strand_1")
    page.check("#id_posts_0")
    page.select_option("#id_document", "1")
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(b"%PDF-1.4")
    page.set_input_files("#id_minutes", minutes)
    page.check("#id_confirmed")
    page.click("button:text('Save meeting')")
    assert page.text_content(".govuk-notification-banner__heading") == (
        "Minutes of 14 March 2011 added. One of six is still missing."
    )


def test_upload_lists_its_files_and_shows_what_became_of_them(browser, live_server, tmp_path):
    page = open_page(browser, live_server, "/upload")
    page.wait_for_selector(".govuk-file-upload-button")
    for name, size in (("one.pdf", 2048), ("two.pdf", 3 * 1024 * 1024)):
        (tmp_path / name).write_bytes(b"x" * size)
    page.set_input_files("input[type=file]", [tmp_path / "one.pdf", tmp_path / "two.pdf"])
    assert page.locator(".house-upload__name").all_text_contents() == ["one.pdf", "two.pdf"]
    assert page.locator(".house-upload__state").all_text_contents() == ["2 KB", "3.0 MB"]
    page.click("button:text('Upload')")
    page.wait_for_selector(".govuk-notification-banner--success")
    assert page.text_content(".govuk-notification-banner__heading") == "2 files added."
    assert page.url == f"{live_server.url}/upload?done=1"
    # The page that came back works like one that was loaded.
    page.set_input_files("input[type=file]", [tmp_path / "one.pdf"])
    page.wait_for_selector(".house-upload__name")
    assert page.faults == []


def test_upload_that_is_refused_says_why_in_the_page(browser, live_server, tmp_path):
    page = open_page(browser, live_server, "/upload")
    (tmp_path / "empty.pdf").touch()
    page.wait_for_selector(".govuk-file-upload-button")
    page.set_input_files("input[type=file]", [tmp_path / "empty.pdf"])
    page.click("button:text('Upload')")
    page.wait_for_selector(".govuk-error-summary")
    assert page.text_content(".govuk-error-summary__list").strip() == "empty.pdf is empty"
    assert axe(page) == []


def test_upload_that_breaks_off_leaves_the_page_and_says_nothing_was_saved(browser, live_server, tmp_path):
    page = open_page(browser, live_server, "/upload")
    page.wait_for_selector(".govuk-file-upload-button")
    (tmp_path / "one.pdf").write_bytes(b"x")
    page.set_input_files("input[type=file]", [tmp_path / "one.pdf"])
    page.route("**/upload", lambda route: route.abort())
    page.click("button:text('Upload')")
    page.wait_for_selector(".house-upload-fault")
    assert page.text_content(".house-upload-fault") == "The connection was lost. Nothing was saved. Try again."
    assert page.text_content(".house-upload__state") == "Not sent"
    assert page.is_enabled("button:text('Upload')")


def test_files_may_be_dropped(browser, live_server):
    page = open_page(browser, live_server, "/upload")
    page.wait_for_selector(".govuk-file-upload-button")
    dropped = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "one.pdf"));
            data.items.add(new File(["yy"], "two.pdf"));
            return data;
        }"""
    )
    page.dispatch_event(".govuk-file-upload-button", "drop", {"dataTransfer": dropped})
    page.wait_for_selector(".house-upload__name")
    assert page.locator(".house-upload__name").all_text_contents() == ["one.pdf", "two.pdf"]
    page.click("button:text('Upload')")
    page.wait_for_selector(".govuk-notification-banner--success")
    assert page.text_content(".govuk-notification-banner__heading") == "2 files added."


def test_long_work_shows_how_far_it_is_until_it_is_done(browser, live_server):
    page = browser.new_page()
    # The page's own clock, so that a busy machine does not look in between.
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.goto(f"{live_server.url}/long")
    page.wait_for_selector("body.js-enabled")
    for words in ("0 of 3 (0%)", "1 of 3 (33%)", "2 of 3 (66%)"):
        expect(page.locator(".house-progress__text")).to_have_text(words)
        page.clock.run_for(150)
    page.wait_for_selector("[data-poll-done]")
    page.clock.resume()
    assert page.text_content("[data-poll-done]") == "The pack is ready."
    assert page.locator("[data-poll]").count() == 0
    assert axe(page) == []


def test_time_left_counts_from_the_servers_own_time(browser, live_server):
    page = browser.new_page()
    page.clock.install(time=0)
    page.goto(f"{live_server.url}/")
    page.wait_for_selector("body.js-enabled")
    page.clock.run_for(31 * 60 * 1000)
    assert page.text_content("time[data-countdown]") == "2 hours 49 minutes"
    page.clock.run_for(3 * 60 * 60 * 1000)
    assert page.text_content("time[data-countdown]") == "no time"


def test_table_becomes_cards_on_a_phone(browser, live_server):
    page = open_page(browser, live_server, "/table", 375)
    cell = page.locator("tbody td").first
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "block"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Owner: "'


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "413.html", "500.html"])
def test_error_page_needs_no_context_and_is_accessible(browser, live_server, name):
    html = get_template(name).render()
    page = browser.new_page()
    page.route("**/fault", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{live_server.url}/fault")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    assert axe(page) == []


def test_no_template_holds_inline_style_or_script():
    inline = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)""")
    found = [str(path) for path in sorted(TEMPLATES.rglob("*.html")) if inline.search(path.read_text())]
    # Emails are read by mail programs, which know no style sheets and no policy of ours.
    assert [path for path in found if "/mail/" not in path] == []

"""The wall keeps itself up to date, says when it cannot, and recovers by itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browsing import PATIENCE
from tests.journeys.visitor import Visitor
from tests.services import free_port

pytestmark = pytest.mark.journey

HALF_A_MINUTE = 31_000


class Door:
    """An address in front of the service that can be shut and opened, as a server is stopped and started."""

    def __init__(self, url: str) -> None:
        self.behind, self.port = urlsplit(url).port, free_port()
        self.opens()

    def opens(self) -> None:
        self.joined: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._take, args=(self.listener,), daemon=True).start()

    def shuts(self) -> None:
        # Shut down first: the thread that waits for visitors would else keep the address.
        for each in (self.listener, *self.joined):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = listener.accept()
                inside = socket.create_connection(("127.0.0.1", self.behind))
                self.joined += [visitor, inside]
                for pair in ((visitor, inside), (inside, visitor)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, this: socket.socket, that: socket.socket) -> None:
        with suppress(OSError):
            while data := this.recv(65536):
                that.sendall(data)
            that.shutdown(socket.SHUT_WR)


@pytest.fixture
def office(browser, service) -> Iterator[Callable[..., Visitor]]:
    windows = []

    def arrives(**options) -> Visitor:
        windows.append(browser.new_context(**options))
        windows[-1].set_default_timeout(PATIENCE)
        visitor = Visitor(windows[-1].new_page(), service, service.world["every_page"]["people"]["dcs-office"])
        return visitor.signs_in()

    yield arrives
    for window in windows:
        window.close()


def test_the_wall_is_honest(service, office):
    dina = office()
    page, lost = dina.page, dina.page.locator("#wall-lost")
    path = next(p["path"] for p in service.world["every_page"]["pages"]["middle"] if p["name"] == "timetable:wall")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install()
    door = Door(service.url)
    try:
        page.goto(f"http://127.0.0.1:{door.port}{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Day 4 of 40")
        expect(page.get_by_role("button", name="Full screen")).to_be_visible()
        fits = "[document.documentElement.scrollWidth <= 1920, document.documentElement.scrollHeight <= 1080]"
        assert page.evaluate(fits) == [True, True]
        assert dina.barriers("wall") == []
        when_something_is_done_it_shows_and_nothing_else_is_drawn_anew(service, page)
        door.shuts()
        page.clock.run_for(HALF_A_MINUTE)
        expect(lost).to_contain_text("Not up to date since")
        expect(lost).to_contain_text("connection lost")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert dina.barriers("wall-lost") == []
        door.opens()
        page.clock.run_for(HALF_A_MINUTE)
        expect(lost).to_be_empty()
        page.context.clear_cookies()
        page.clock.run_for(HALF_A_MINUTE)
        expect(lost).to_contain_text("signed out. Sign in")
        expect(lost.get_by_role("link", name="Sign in")).to_have_attribute("href", f"/sign-in/?next={path}")
    finally:
        door.shuts()
    assert dina.faults == []


def when_something_is_done_it_shows_and_nothing_else_is_drawn_anew(service, page):
    page.evaluate("document.querySelector('[data-part=next]').dataset.mine = 'untouched'")
    late = page.locator("[data-part=late] h2")
    before = late.text_content()
    page.evaluate("document.querySelector('[data-part=late] h2').textContent = 'Late: 999'")
    with page.expect_response(lambda answer: answer.url.endswith("/wall/now/")) as answered:
        page.clock.run_for(HALF_A_MINUTE)
    assert answered.value.status == 200
    expect(late).to_have_text(before)
    assert page.locator("[data-part=head]").count() == 1


def test_the_wall_without_a_script_has_a_link(service, office):
    dina = office(java_script_enabled=False)
    path = next(p["path"] for p in service.world["every_page"]["pages"]["middle"] if p["name"] == "timetable:wall")
    dina.goes_to(path)
    dina.page.get_by_role("link", name="Show it as it is now").click()
    expect(dina.page.get_by_role("heading", level=1)).to_have_text("Day 4 of 40")
    expect(dina.page.get_by_role("button", name="Full screen")).to_be_hidden()

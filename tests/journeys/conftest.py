"""One running service and one browser for all journeys; a visitor is somebody with a browser window of their own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import HEIGHT, PATIENCE, WIDE, chromium
from tests.journeys.service import Service, served
from tests.journeys.visitor import Visitor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys that move the service's clock come last, since it never goes back."""
    places = [place for place, item in enumerate(items) if "journeys" in item.path.parts]
    journeys = [items[place] for place in places]
    journeys.sort(key=lambda item: "moving_clock" in getattr(item, "fixturenames", ()))
    for place, item in zip(places, journeys, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(tmp_path_factory.mktemp("journeys")) as running:
        yield running


@pytest.fixture
def moving_clock(service: Service) -> Callable[[str], None]:
    return service.move_clock


# Of the package, not of the session: two of Playwright's loops cannot run in one thread, and other tests have theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    """visitor("call", "owner") is that council's owner in front of a browser; options are those of its window."""
    windows = []

    def arrives(place: str = "", role: str = "", **options) -> Visitor:
        email = service.world["places"][place]["people"][role] if place else ""
        mirror = None
        if options.get("java_script_enabled") is False:
            windows.append(browser.new_context())
            mirror = windows[-1].new_page()
        windows.append(browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, **options))
        windows[-1].set_default_timeout(PATIENCE)
        return Visitor(windows[-1].new_page(), service, email, mirror)

    yield arrives
    for window in windows:
        window.close()

"""Style sheets and scripts are gathered when something changed, and can be read by whoever serves them."""

import stat
from pathlib import Path

import pytest

from readiness.static_files import STAMP, collect_if_stale, fingerprint


@pytest.fixture
def source(settings, tmp_path: Path) -> Path:
    """A folder with one style sheet, and nothing gathered yet."""
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "gathered"
    (tmp_path / "static" / "house").mkdir(parents=True)
    (tmp_path / "static" / "house" / "house.css").write_text("p { margin: 0 }")
    return tmp_path / "static"


def test_static_files_are_gathered_once(source, settings):
    assert [collect_if_stale(), collect_if_stale()] == [True, False]
    assert (Path(settings.STATIC_ROOT) / "house" / "house.css").read_text() == "p { margin: 0 }"


def test_static_files_are_gathered_again_when_one_changes_or_is_added(source, settings):
    collect_if_stale()
    (source / "house" / "house.css").write_text("p { margin: 1px }")
    assert collect_if_stale() is True
    assert (Path(settings.STATIC_ROOT) / "house" / "house.css").read_text() == "p { margin: 1px }"
    (source / "house" / "more.css").write_text("")
    assert [collect_if_stale(), collect_if_stale()] == [True, False]


def test_static_files_are_gathered_again_when_the_gathered_ones_are_gone(source, settings):
    collect_if_stale()
    (Path(settings.STATIC_ROOT) / STAMP).unlink()
    assert collect_if_stale() is True


def test_fingerprint_is_the_same_while_nothing_changes(source):
    assert fingerprint() == fingerprint()


def test_gathered_files_can_be_read_by_the_user_who_serves(source, settings):
    collect_if_stale()
    gathered = Path(settings.STATIC_ROOT) / "house"
    assert stat.S_IMODE(gathered.stat().st_mode) == 0o755
    assert stat.S_IMODE((gathered / "house.css").stat().st_mode) == 0o644

"""The files of an installation: what comes with the project, and folders of its own."""

import os
import subprocess
import sys

import pytest

from frameworks import FrameworkError, Library
from tests.frameworks.files import FOLDER, TINY, TINYTOWN, changed, data_of, toml


def test_library_has_what_comes_with_the_project():
    library = Library()
    assert [framework.key for framework in library.frameworks()] == ["slac-2009"]
    assert [plan.key for plan in library.plans()] == ["oxfordshire"]


def test_library_adds_the_files_of_other_folders():
    library = Library([FOLDER])
    assert [framework.key for framework in library.frameworks()] == ["annex-a-2026", "slac-2009", "tiny-2030"]
    assert [plan.key for plan in library.plans()] == ["oxfordshire", "tinytown"]
    assert [plan.key for plan in library.plans("tiny-2030")] == ["tinytown"]
    assert library.plans("none") == ()


def test_folder_that_is_not_there_holds_nothing(tmp_path):
    assert [plan.key for plan in Library([tmp_path / "none"]).plans()] == ["oxfordshire"]


def test_folder_named_twice_is_read_once():
    assert len(Library([FOLDER, str(FOLDER), FOLDER / ".." / FOLDER.name]).frameworks()) == 3


@pytest.mark.parametrize("key", ["none", "oxfordshire", ""])
def test_framework_that_is_not_there_raises(key):
    with pytest.raises(KeyError):
        Library().framework(key)


@pytest.mark.parametrize("key", ["none", "slac-2009", ""])
def test_plan_that_is_not_there_raises(key):
    with pytest.raises(KeyError):
        Library().plan(key)


def test_file_is_read_once_until_it_changes(tmp_path):
    file = tmp_path / "tiny.toml"
    file.write_text(toml(data_of(TINY)))
    first = Library([tmp_path]).framework("tiny-2030")
    assert Library([tmp_path]).framework("tiny-2030") is first
    file.write_text(toml(changed(data_of(TINY), {"title": "Another title"})))
    assert Library([tmp_path]).framework("tiny-2030").title == "Another title"


def test_plan_is_checked_again_when_its_framework_changes(tmp_path):
    (tmp_path / "plan.toml").write_bytes(TINYTOWN.read_bytes())
    file = tmp_path / "tiny.toml"
    file.write_bytes(TINY.read_bytes())
    assert Library([tmp_path]).plan("tinytown").key == "tinytown"
    data = data_of(TINY)
    del data["focus_groups"][0]
    file.write_text(toml(data))
    with pytest.raises(FrameworkError) as caught:
        Library([tmp_path]).plan("tinytown")
    assert [(fault.key, fault.reason) for fault in caught.value.faults] == [
        ("ownerships[2].item", 'is "focus-group:help-1", which tiny-2030 does not have')
    ]


def test_file_that_changes_without_changing_its_size_is_read_again(tmp_path):
    file = tmp_path / "tiny.toml"
    file.write_text(toml(data_of(TINY)))
    os.utime(file, ns=(1, 1))
    before = Library([tmp_path]).framework("tiny-2030")
    file.write_text(toml(changed(data_of(TINY), {"version": "2031 draft"})))
    assert (before.version, Library([tmp_path]).framework("tiny-2030").version) == ("2030 draft", "2031 draft")


def test_two_files_with_one_key_are_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes(TINY.read_bytes())
    with pytest.raises(FrameworkError) as caught:
        Library([tmp_path]).framework("tiny-2030")
    assert str(caught.value) == (
        f'{tmp_path / "b.toml"}: key: is "tiny-2030", as in {tmp_path / "a.toml"}; each file needs its own'
    )


@pytest.mark.parametrize("content", [b"kind = ", b"\xff", b'kind = "story"\nkey = "x"\n', b"a = 1\n"])
def test_broken_file_spoils_the_list_but_not_the_others(tmp_path, content):
    (tmp_path / "broken.toml").write_bytes(content)
    library = Library([tmp_path, FOLDER])
    with pytest.raises(FrameworkError) as caught:
        library.frameworks()
    assert {fault.file for fault in caught.value.faults} == {str(tmp_path / "broken.toml")}
    assert library.framework("tiny-2030").key == "tiny-2030"
    assert library.plan("tinytown").key == "tinytown"


def test_plan_for_a_framework_that_is_not_there_is_refused_by_name(tmp_path):
    (tmp_path / "plan.toml").write_bytes(TINYTOWN.read_bytes())
    with pytest.raises(FrameworkError) as caught:
        Library([tmp_path]).plan("tinytown")
    assert [(fault.key, fault.reason) for fault in caught.value.faults] == [
        ("framework", 'is "tiny-2030", but there is no such framework; there are: "slac-2009"')
    ]


def test_frameworks_are_read_without_django():
    code = "import sys, frameworks; frameworks.Library().plans(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parent.parent.parent, check=False).returncode == 0

"""What is kept while an inspection has not changed: under what, how much, and never out of a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from accounts.models import Council
from frameworks import Library
from inspections import models, unchanged
from inspections.models import Inspection
from inspections.unchanged import _Kept, _Store, kept, kept_each, seen
from tests.factories.people import make_council, make_inspection

TODAY = date(2011, 4, 20)


@pytest.fixture
def inspection(transactional_db) -> Inspection:
    return make_inspection(make_council())


def _look(pk: int):
    return seen(Inspection.objects.select_related("council").get(pk=pk), today=TODAY)


def _ask(as_seen, answer: str, **given) -> str:
    return kept(as_seen, "question", lambda: answer, size=len, **given)


def test_what_was_worked_out_is_not_worked_out_again(inspection) -> None:
    assert _ask(_look(inspection.pk), "first") == "first"
    assert _ask(_look(inspection.pk), "second") == "first"
    assert kept(_look(inspection.pk), "another question", lambda: "third", size=len) == "third"
    assert _ask(_look(make_inspection(inspection.council).pk), "fourth") == "fourth"


def _next_version(inspection) -> None:
    Inspection.objects.filter(pk=inspection.pk).update(version=inspection.version + 1)


def _next_of_council(inspection) -> None:
    Council.objects.filter(pk=inspection.council_id).update(version=inspection.council.version + 1)


def _made_anew(inspection) -> None:
    """As when a database is emptied and filled again: the same number and versions, and another inspection."""
    Inspection.objects.filter(pk=inspection.pk).delete()
    inspection.opened_at += timedelta(microseconds=1)
    inspection.save(force_insert=True)


@pytest.mark.parametrize("change", [_next_version, _next_of_council, _made_anew])
def test_what_was_worked_out_before_a_change_is_worked_out_again(inspection, change) -> None:
    _ask(_look(inspection.pk), "first")
    change(inspection)
    assert _ask(_look(inspection.pk), "second") == "second"


def _ask_each(as_seen, asked: list[list[str]], **given: str) -> dict[str, str]:
    def work(keys):
        asked.append(sorted(keys))
        return {key: given[key] for key in keys}

    return kept_each(as_seen, "questions", given, work, size=len)


def test_of_many_things_those_alone_are_worked_out_again_whose_word_has_changed(inspection) -> None:
    asked: list[list[str]] = []
    assert _ask_each(_look(inspection.pk), asked, a="1", b="2") == {"a": "1", "b": "2"}
    assert _ask_each(_look(inspection.pk), asked, a="1", b="3", c="4") == {"a": "1", "b": "3", "c": "4"}
    assert _ask_each(_look(inspection.pk), asked, a="1", b="3") == {"a": "1", "b": "3"}
    assert asked == [["a", "b"], ["b", "c"]]
    _next_of_council(inspection)
    _ask_each(_look(inspection.pk), asked, a="1")
    with transaction.atomic():
        _ask_each(_look(inspection.pk), asked, a="1")
    _ask_each(None, asked, a="1")
    assert asked == [["a", "b"], ["b", "c"], ["a"], ["a"], ["a"]]


def test_changed_file_of_a_framework_and_another_day_are_seen(inspection, tmp_path, monkeypatch) -> None:
    first = _look(inspection.pk)
    monkeypatch.setattr(models, "library", lambda: Library([tmp_path]))
    monkeypatch.setattr(unchanged, "library", models.library)
    assert _look(inspection.pk) == first
    (tmp_path / "local.toml").write_text("")
    changed = _look(inspection.pk)
    assert changed != first
    (tmp_path / "local.toml").write_text("# longer")
    assert _look(inspection.pk) not in (first, changed)
    assert replace(first, today=TODAY + timedelta(days=1)) != first


def test_two_databases_are_two(inspection) -> None:
    as_seen = _look(inspection.pk)
    _ask(as_seen, "first")
    assert _ask(replace(as_seen, database=("another", "", "")), "second") == "second"
    assert _ask(as_seen, "third") == "first"


def test_nothing_is_kept_or_looked_up_inside_of_a_transaction(inspection) -> None:
    """A version that is taken back is somebody else's next: what was read under it must not be found again."""
    before = _look(inspection.pk)
    with transaction.atomic():
        _next_version(inspection)
        assert _look(inspection.pk) is None
        assert _ask(before, "inside") == "inside"
        assert _ask(before, "inside again") == "inside again"
        transaction.set_rollback(True)
    assert len(unchanged._STORE) == 0
    assert _ask(before, "outside") == "outside"
    with transaction.atomic():
        assert _ask(before, "inside") == "inside"
    assert _ask(before, "later") == "outside"


def test_without_having_looked_nothing_is_kept(inspection) -> None:
    assert _ask(None, "first") == "first"
    assert _ask(None, "second") == "second"
    assert len(unchanged._STORE) == 0


def test_only_the_latest_of_each_is_kept_however_often_an_inspection_changes(inspection) -> None:
    for number in range(50):
        _next_version(inspection)
        inspection.version += 1
        assert _ask(_look(inspection.pk), str(number)) == str(number)
    assert len(unchanged._STORE) == 1


def test_store_keeps_so_many_bytes_and_lets_go_of_what_was_not_asked_for_longest() -> None:
    store = _Store(most=1000, largest=400)
    for number in range(10):
        store.put(number, _Kept("v", number, 100))
    assert store.look_up(0, "v").answer == 0
    store.put(10, _Kept("v", 10, 150))
    assert [number for number in range(11) if store.look_up(number, "v")] == [0, 3, 4, 5, 6, 7, 8, 9, 10]
    assert store.bytes == 950
    store.put(10, _Kept("w", "too large", 401))
    assert store.look_up(10, "v") is None
    assert store.look_up(10, "w") is None
    assert store.bytes == 800


def test_hundreds_of_inspections_stay_within_the_bound(inspection) -> None:
    as_seen = _look(inspection.pk)
    for number in range(300):
        kept(replace(as_seen, inspection=number), "page", lambda: "x", size=lambda _: 1024 * 1024)
    assert len(unchanged._STORE) == 32
    assert unchanged._STORE.bytes == unchanged.MOST_BYTES

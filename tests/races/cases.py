"""Case lists: one import, or the lists of one inspection, and two people or two workers at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Event
from cases.imports import actions, worker
from cases.models import CaseImport, ListRow
from inspections.models import Inspection
from tests.factories.cases import IN_NEED, ask, case_file, csv_of, on_list, read, row
from tests.factories.people import NOW, make_council, make_inspection
from tests.racing import Race

WHO: dict[str, Any] = {"by": None, "now": NOW}
State = CaseImport.State


def _inspection() -> Inspection:
    return make_inspection(make_council())


def _checked(inspection: Inspection, *identifiers: str) -> CaseImport:
    return read(inspection, case_file(csv_of([row(each) for each in identifiers])))


def _states(inspection: Inspection) -> list[str]:
    return sorted(CaseImport.objects.filter(inspection=inspection).values_list("state", flat=True))


def _applied(inspection: Inspection) -> int:
    return Event.objects.filter(inspection=inspection.slug, verb="case lists applied").count()


def _apply_and_work(case_import: CaseImport) -> Callable[[], object]:
    def call() -> None:
        actions.apply_import(case_import=case_import, **WHO)
        worker.work(case_import.pk, now=lambda: NOW)

    return call


def two_imports_are_asked_for() -> Race:
    inspection = _inspection()
    files = [case_file(csv_of([row(each)])) for each in ("A1", "B1")]
    one, other = ((lambda file=file: ask(inspection, file)) for file in files)
    numbers = CaseImport.objects.filter(inspection=inspection).values_list("number", flat=True)
    return Race(one, other, lambda: sorted(numbers.all()) == [1, 2])


def two_checked_imports_are_applied() -> Race:
    """One is applied; the other is shown again, against what the first one left."""
    inspection = _inspection()
    one, other = _checked(inspection, "A1", "A2"), _checked(inspection, "A1", "B1")

    def holds() -> bool:
        waiting = CaseImport.objects.get(inspection=inspection, state=State.CHECKED)
        gone, added = (waiting.difference[IN_NEED][kind] for kind in ("gone", "added"))
        whole = set(on_list(inspection)) in ({"A1", "A2"}, {"A1", "B1"})
        return _states(inspection) == ["applied", "checked"] and (gone, added) == (1, 1) and whole

    return Race(_apply_and_work(one), _apply_and_work(other), holds)


def one_import_is_applied_twice() -> Race:
    inspection = _inspection()
    checked = _checked(inspection, "A1", "A2")
    return Race(
        _apply_and_work(checked),
        _apply_and_work(checked),
        lambda: _applied(inspection) == 1 and ListRow.objects.filter(inspection=inspection).count() == 2,
    )


def two_workers_take_one_import() -> Race:
    inspection = _inspection()
    asked = ask(inspection, case_file(csv_of([row("A1"), row("A2")])))
    work = lambda: worker.work(asked.pk, now=lambda: NOW)  # noqa: E731
    return Race(work, work, lambda: asked.staged.count() == 2 and _states(inspection) == ["checked"])


def import_is_discarded_while_it_is_read() -> Race:
    inspection = _inspection()
    asked = ask(inspection, case_file(csv_of([row("A1")])))
    return Race(
        lambda: worker.work(asked.pk, now=lambda: NOW),
        lambda: actions.discard_import(case_import=asked, **WHO),
        lambda: _states(inspection) == ["discarded"] and not asked.staged.exists(),
    )


def import_is_discarded_while_it_is_applied() -> Race:
    inspection = _inspection()
    checked = _checked(inspection, "A1")

    def holds() -> bool:
        on = len(on_list(inspection))
        return (_states(inspection), on) in ((["applied"], 1), (["discarded"], 0))

    return Race(_apply_and_work(checked), lambda: actions.discard_import(case_import=checked, **WHO), holds)


def list_is_stated_empty_while_an_import_fills_it() -> Race:
    """Who states it first sees it filled again; who comes second is shown who would go."""
    inspection = _inspection()
    checked = _checked(inspection, "A1")
    state = lambda: actions.state_empty(inspection=inspection, list_key=IN_NEED, **WHO)  # noqa: E731

    def holds() -> bool:
        on = len(on_list(inspection))
        return (_states(inspection), on) == (["applied", "checked"], 0 if checked_waits(checked) else 1)

    return Race(_apply_and_work(checked), state, holds)


def checked_waits(case_import: CaseImport) -> bool:
    case_import.refresh_from_db()
    return case_import.state == State.CHECKED


RACES = (
    two_imports_are_asked_for,
    two_checked_imports_are_applied,
    one_import_is_applied_twice,
    two_workers_take_one_import,
    import_is_discarded_while_it_is_read,
    import_is_discarded_while_it_is_applied,
    list_is_stated_empty_while_an_import_fills_it,
)

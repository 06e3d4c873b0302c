"""The actions on case lists, as `tests.test_house_actions` runs them: each made ready, then a function that acts."""

from __future__ import annotations

from typing import Any

from cases import contradictions
from cases.imports import actions
from cases.imports.immediate import import_immediately
from cases.imports.queue import new_import
from cases.models import CaseImport, Contradiction
from tests.factories.case_lists import import_lists, record
from tests.factories.cases import case_file, csv_of, row

State = CaseImport.State


def _import(scene: Any, state: str, **facts: Any) -> CaseImport:
    at = {"applied_at": scene.here["now"]} if state == State.APPLIED else {}
    return new_import(scene.inspection, kind="files", state=state, **scene.who, **at, **facts)


def _request(scene: Any) -> Any:
    file = case_file(csv_of([row("A1")]))
    return lambda: actions.request_import(
        files=[file], on=None, list_key="", source="", allow_empty=False, **scene.here
    )


def _match(scene: Any) -> Any:
    waiting = _import(scene, State.MAPPING, unmapped=[{"heading": "Whatever"}])
    return lambda: actions.match_headings(case_import=waiting, fields={"Whatever": "identifier"}, **scene.who)


def _apply(scene: Any) -> Any:
    checked = _import(scene, State.CHECKED)
    return lambda: actions.apply_import(case_import=checked, **scene.who)


def _discard(scene: Any) -> Any:
    refused = _import(scene, State.REFUSED)
    return lambda: actions.discard_import(case_import=refused, **scene.who)


def _bring_back(scene: Any) -> Any:
    former = _import(scene, State.APPLIED)
    return lambda: actions.bring_back(case_import=former, **scene.who)


def _at_once(scene: Any) -> Any:
    file = case_file(csv_of([row("A1")]))
    return lambda: import_immediately(files=[file], on=None, list_key="", source="", allow_empty=False, **scene.here)


def _contradiction(scene: Any) -> Contradiction:
    """Two things said of one child on two lists."""
    lists = scene.inspection.framework.case_lists
    said = {lists[0].key: {"A1": record()}, lists[2].key: {"A1": record(gender="1")}}
    import_lists(scene.inspection, said)
    return Contradiction.objects.get()


def _explain(scene: Any) -> Any:
    contradiction = _contradiction(scene)
    return lambda: contradictions.explain(contradiction=contradiction, note="So it is.", **scene.who)


def _reopen(scene: Any) -> Any:
    _explain(scene)()
    contradiction = Contradiction.objects.get()
    return lambda: contradictions.reopen(contradiction=contradiction, **scene.who)


CASES = {
    "cases.contradictions.explain": _explain,
    "cases.contradictions.reopen": _reopen,
    "cases.imports.immediate.import_immediately": _at_once,
    "cases.imports.actions.request_import": _request,
    "cases.imports.actions.match_headings": _match,
    "cases.imports.actions.apply_import": _apply,
    "cases.imports.actions.discard_import": _discard,
    "cases.imports.actions.state_empty": lambda s: (
        lambda: actions.state_empty(list_key=s.inspection.framework.case_lists[0].key, **s.here)
    ),
    "cases.imports.actions.bring_back": _bring_back,
}

"""The actions on people and answers of audits, as `tests.test_house_actions` runs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Role
from audits.assigning import actions as assigning
from audits.models import Assignment, Audit
from audits.writing import actions as writing
from audits.writing import concerns, contributions, files
from tests.audits.making import answer, give_part, store_file, submit
from tests.factories.audits import make_selected_case
from tests.factories.documents import received
from tests.factories.people import make_person

Part = Assignment.Part


def _audit(scene: Any) -> Audit:
    return make_selected_case(scene.inspection).audit


def _auditor(scene: Any):
    return make_person(scene.council, Role.AUDITOR)


def _written(scene: Any) -> tuple[Audit, Any]:
    audit = _audit(scene)
    scene.by = _auditor(scene)
    return audit, give_part(audit, scene.by, Part.AUDITOR)


def _contributing(scene: Any) -> Assignment:
    audit = _audit(scene)
    scene.by = _auditor(scene)
    return give_part(audit, scene.by, Part.CONTRIBUTOR)


def _assign(scene: Any) -> Any:
    audit, user = _audit(scene), _auditor(scene)
    return lambda: assigning.assign(audit=audit, user=user, part=Part.AUDITOR, **scene.who)


def _assign_several(scene: Any) -> Any:
    chosen = {_audit(scene).case.number: _auditor(scene)}
    return lambda: assigning.assign_several(chosen=chosen, **scene.here)


def _pass_on(scene: Any) -> Any:
    (audit, _), user = _written(scene), _auditor(scene)
    return lambda: assigning.pass_on(audit=audit, user=user, why="On leave", **scene.who)


def _end(scene: Any) -> Any:
    _, part = _written(scene)
    return lambda: assigning.end_assignment(assignment=part, why="On leave", **scene.who)


def _own_case(scene: Any) -> Any:
    audit, part = _written(scene)
    return lambda: assigning.declare_own_case(audit=audit, user=part.user, **scene.who)


def _save(scene: Any) -> Any:
    audit, _ = _written(scene)
    return lambda: writing.save_answers(audit=audit, answers={"strengths": "Seen"}, seen={}, **scene.who)


def _submit(scene: Any) -> Any:
    audit, _ = _written(scene)
    submit(audit)
    Audit.objects.filter(pk=audit.pk).update(submitted_at=None)
    return lambda: writing.submit_audit(audit=audit, **scene.who)


def _reopen(scene: Any) -> Any:
    audit, _ = _written(scene)
    submit(audit)
    return lambda: writing.reopen_audit(audit=audit, **scene.who)


def _extend(scene: Any) -> Any:
    audit, to = _audit(scene), scene.who["now"] + timedelta(days=60)
    return lambda: writing.extend_audit(audit=audit, to=to, why="Files were missing", **scene.who)


def _raise(scene: Any) -> Any:
    audit, _ = _written(scene)
    make_person(scene.council, Role.COORDINATOR)
    return lambda: concerns.raise_concern(audit=audit, words="A fictional concern", **scene.who)


def _acknowledge(scene: Any) -> Any:
    audit = _audit(scene)
    Audit.objects.filter(pk=audit.pk).update(concern_at=scene.who["now"], concern="A fictional concern")
    return lambda: concerns.acknowledge_concern(audit=audit, done="The team was told", **scene.who)


def _contribute(scene: Any) -> Any:
    part = _contributing(scene)
    return lambda: contributions.save_contribution(assignment=part, text="We knew", seen=0, **scene.who)


def _submit_contribution(scene: Any) -> Any:
    part = _contributing(scene)
    contributions.save_contribution(assignment=part, text="We knew", seen=0, **scene.who)
    return lambda: contributions.submit_contribution(assignment=part, **scene.who)


def _reopen_contribution(scene: Any) -> Any:
    part = _contributing(scene)
    contributions.save_contribution(assignment=part, text="We knew", seen=0, **scene.who)
    contributions.submit_contribution(assignment=part, **scene.who)
    return lambda: contributions.reopen_contribution(assignment=part, **scene.who)


def _add_file(scene: Any) -> Any:
    (audit, _), arrived = _written(scene), received()
    return lambda: files.add_file(audit=audit, received=arrived, **scene.who)


def _remove_file(scene: Any) -> Any:
    audit, _ = _written(scene)
    answer(audit, strengths="Seen")
    file = store_file(audit)
    return lambda: files.remove_file(file=file, **scene.who)


WRITING = {
    "audits.assigning.actions.assign": _assign,
    "audits.assigning.actions.assign_several": _assign_several,
    "audits.assigning.actions.pass_on": _pass_on,
    "audits.assigning.actions.end_assignment": _end,
    "audits.assigning.actions.declare_own_case": _own_case,
    "audits.writing.actions.save_answers": _save,
    "audits.writing.actions.submit_audit": _submit,
    "audits.writing.actions.reopen_audit": _reopen,
    "audits.writing.actions.extend_audit": _extend,
    "audits.writing.concerns.raise_concern": _raise,
    "audits.writing.concerns.acknowledge_concern": _acknowledge,
    "audits.writing.contributions.save_contribution": _contribute,
    "audits.writing.contributions.submit_contribution": _submit_contribution,
    "audits.writing.contributions.reopen_contribution": _reopen_contribution,
    "audits.writing.files.add_file": _add_file,
    "audits.writing.files.remove_file": _remove_file,
}

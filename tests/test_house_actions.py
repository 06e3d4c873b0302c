"""Every action moves the version of its inspection or council on, and writes who did what in the same transaction."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import accounts.actions as people
import documents.evidence.actions as papers
import documents.evidence.carrying as carrying
import documents.evidence.moving as moving
import documents.meetings.actions as calendars
import documents.reviews.comments as comments
import evidencepack.actions as packs
import feeds.actions as feeding
import focusgroups.actions as groups
import inspections.actions as inspecting
import inspections.closures as closing
import inspections.dates_actions as dating
import inspections.owners_actions as owning
import intake.actions as sorting
import outbox.models
import reminders.actions as reminding
import reminders.returned as returned
import timetable.actions as timing
from accounts.models import Council, Event, Post, Role, User
from documents.models import Version
from documents.reviews import actions as reviewing
from documents.state import states
from evidencepack.models import Pack, PackState
from feeds.models import FeedKind
from inspections.models import Inspection
from inspections.owners_import import examine, rows_of
from inspections.snapshot import snapshot_of
from intake.models import Archive
from reminders.models import Audience, Reminder
from tests.accounts.acts import ADDRESS_CHANGES, INVITATIONS
from tests.audits.acts import SELECTING
from tests.audits.exports.acts import EXPORTS as AUDIT_EXPORTS
from tests.audits.moderating.acts import MODERATING
from tests.audits.writing_acts import WRITING
from tests.cases.acts import CASES
from tests.cases.exports.acts import EXPORTS
from tests.cases.privacy.acts import PRIVACY
from tests.cases.surveys.acts import SURVEYS
from tests.contact.acts import CONTACT
from tests.factories.documents import add, complete, received
from tests.factories.intake import archive, folder_zip, wait
from tests.factories.mail import make_message, report_of
from tests.factories.people import NOW, at, make_council, make_inspection, make_person, make_post
from tests.test_house import SOURCES, name_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MOMENT = at("2011-04-20 09:00")


@dataclass
class Scene:
    """A council with people and posts, and an inspection of it that was notified on 18 April 2011."""

    council: Council = field(default_factory=make_council)

    def __post_init__(self) -> None:
        self.by: User = make_person(self.council, Role.ADMINISTRATOR)
        self.person: User = make_person(self.council, Role.OWNER)
        self.post: Post = make_post(self.council, "Head of Testing", self.person)
        self.inspection: Inspection = make_inspection(self.council, notified=date(2011, 4, 18))
        self.group: str = self.inspection.framework.focus_groups[0].key

    @property
    def who(self) -> dict:
        return {"by": self.by, "now": MOMENT}

    @property
    def here(self) -> dict:
        return {"inspection": self.inspection, **self.who}

    @property
    def there(self) -> dict:
        return {"council": self.council, **self.who}

    def attendee(self):
        return groups.add_attendee(group=self.group, name="Ann Example", **self.here)

    def version(self) -> Version:
        return add(self.inspection, "1", "minutes", as_at=date(2011, 3, 1), now=MOMENT).version

    def contents(self, document: str) -> dict:
        complete(self.inspection, document, now=MOMENT)
        found = states(snapshot_of(self.inspection, now=MOMENT))[document]
        return {"document": document, "contents": found.contents, **self.here}

    def nil_return(self):
        document, part = self.nil_part()
        return reviewing.state_nil_return(document=document, part=part, reason="There was none.", **self.here)

    def nil_part(self) -> tuple[str, str]:
        framework = self.inspection.framework
        return next((d.key, p.key) for d in framework.documents for p in d.parts if p.nil_return)

    def pack(self) -> Pack:
        return Pack.objects.create(
            inspection=self.inspection,
            number=1,
            state=PackState.READY,
            requested_at=NOW,
            free_at=NOW,
            finished_at=NOW,
            pdf_sha256="0" * 64,
            zip_sha256="0" * 64,
        )

    def failed_mail(self) -> outbox.models.Message:
        message = make_message(to=self.person.email)
        outbox.models.Message.objects.filter(pk=message.pk).update(
            state=outbox.models.MessageState.FAILED, last_error="550"
        )
        Reminder.objects.create(
            inspection=self.inspection,
            person=self.person,
            audience=Audience.OWNER,
            point="notified",
            message=message,
            created_at=NOW,
        )
        return outbox.models.Message.objects.get(pk=message.pk)

    def owners_file(self):
        content = b"Number,Document,Owner\n1,,Head of Testing\n"
        return owning.keep_owners_file(file_name="owners.csv", content=content, **self.here)

    def unnotified(self) -> Inspection:
        self.inspection = make_inspection(self.council)
        return self.inspection

    def withdrawn(self) -> None:
        inspecting.withdraw(reason="Deferred", **self.here)


Act = Callable[[], object]
NEW: dict[str, Any] = {"email": "new@example.org", "full_name": "New Person", "roles": [Role.OWNER]}


class Planned:
    name, organisation, aliases = "A planned post", "Council", ()


def _correct(s: Scene) -> Act:
    return lambda: inspecting.correct_notification(notified_on=date(2011, 4, 19), reason="As written", **s.here)


def _notify(s: Scene) -> Act:
    s.unnotified()
    return lambda: inspecting.record_notification(notified_on=date(2011, 4, 18), **s.here)


def _reinstate(s: Scene) -> Act:
    s.withdrawn()
    return lambda: inspecting.reinstate(**s.here)


def _remove_closure(s: Scene) -> Act:
    closing.add_closure(date=date(2011, 5, 10), reason="Closed", **s.there)
    day = s.council.closure_days.get()
    return lambda: closing.remove_closure(day=day, **s.who)


def _move_step(s: Scene) -> Act:
    step = s.inspection.framework.steps[1].key
    return lambda: dating.move_step(step_key=step, first=date(2011, 4, 21), reason="Asked for", **s.here)


def _record_actual(s: Scene) -> Act:
    anchor = s.inspection.framework.anchors[1].key
    return lambda: dating.record_actual_date(anchor_key=anchor, day=date(2011, 5, 9), **s.here)


def _undo_date(s: Scene) -> Act:
    _move_step(s)()
    return lambda: dating.undo_date(kind="moved", key=s.inspection.framework.steps[1].key, **s.here)


def _apply_owners(s: Scene) -> Act:
    kept = s.owners_file()
    seen = examine(s.inspection, rows_of(kept)).digest
    return lambda: owning.apply_owners_file(kept=kept, seen=seen, add_posts=False, **s.who)


def _restore_attendee(s: Scene) -> Act:
    attendee = s.attendee()
    groups.remove_attendee(attendee=attendee, **s.who)
    return lambda: groups.restore_attendee(attendee=attendee, **s.who)


def _remove_attendee(s: Scene) -> Act:
    attendee = s.attendee()
    return lambda: groups.remove_attendee(attendee=attendee, **s.who)


def _brief(s: Scene) -> Act:
    s.attendee()
    return lambda: groups.record_briefing(group=s.group, **s.here)


def _unbrief(s: Scene) -> Act:
    _brief(s)()
    return lambda: groups.undo_briefing(group=s.group, **s.here)


def _undo_step(s: Scene) -> Act:
    timing.record_step(step_key="factual-accuracy", **s.here)
    return lambda: timing.undo_step(step_key="factual-accuracy", **s.here)


def _replace(s: Scene) -> Act:
    file, arrived = s.version().file, received()
    return lambda: papers.replace_file(file=file, received=arrived, as_at=date(2011, 3, 2), **s.who)


def _restore_version(s: Scene) -> Act:
    version = s.version()
    papers.replace_file(file=version.file, received=received(), as_at=date(2011, 3, 2), **s.who)
    return lambda: papers.restore_version(version=version, **s.who)


def _describe(s: Scene) -> Act:
    file = s.version().file
    return lambda: papers.describe_file(
        file=file, label="Another name.pdf", names_children=True, as_at=date(2011, 3, 1), **s.who
    )


def _remove_file(s: Scene) -> Act:
    file = s.version().file
    return lambda: papers.remove_file(file=file, **s.who)


def _put_back_file(s: Scene) -> Act:
    file = s.version().file
    papers.remove_file(file=file, **s.who)
    return lambda: papers.put_back_file(file=file, **s.who)


def _meeting(s: Scene):
    return calendars.expect_meetings(document="1", part="minutes", days=[date(2011, 3, 1)], **s.here)[0]


def _bring_forward(s: Scene) -> Act:
    former = make_inspection(s.council)
    add(former, "10", "reports", now=MOMENT)
    return lambda: carrying.bring_forward(source=former, **s.here)


def _move(s: Scene) -> Act:
    file = s.version().file
    return lambda: moving.move_file(file=file, document="2", part="minutes", **s.who)


def _change_meeting(s: Scene) -> Act:
    meeting = _meeting(s)
    return lambda: calendars.change_meeting(meeting=meeting, held_on=date(2011, 3, 2), **s.who)


def _cancel_meeting(s: Scene) -> Act:
    meeting = _meeting(s)
    return lambda: calendars.cancel_meeting(meeting=meeting, reason="Snow", **s.who)


def _hold_meeting(s: Scene) -> Act:
    meeting = _meeting(s)
    calendars.cancel_meeting(meeting=meeting, reason="Snow", **s.who)
    return lambda: calendars.hold_meeting(meeting=meeting, **s.who)


def _remove_meeting(s: Scene) -> Act:
    meeting = _meeting(s)
    return lambda: calendars.remove_meeting(meeting=meeting, **s.who)


def _add_file(s: Scene) -> Act:
    arrived = received()
    return lambda: papers.add_file(
        document="1", part="minutes", received=arrived, as_at=date(2011, 3, 1), names_children=False, **s.here
    )


def _approve(s: Scene) -> Act:
    facts = s.contents("1")
    return lambda: reviewing.approve(**facts)


def _return(s: Scene) -> Act:
    facts = s.contents("1")
    return lambda: reviewing.return_document(reason="Out of date", **facts)


def _comment(s: Scene):
    return comments.add_comment(document="1", text="Looks right.", once=uuid.uuid4(), **s.here)


def _withdraw_comment(s: Scene) -> Act:
    comment = _comment(s)
    return lambda: comments.withdraw_comment(comment=comment, **s.who)


def _documents_sent(s: Scene) -> Act:
    version = s.version()
    return lambda: reviewing.record_sent(version_ids=[version.pk], **s.here)


def _withdraw_nil_return(s: Scene) -> Act:
    nil_return = s.nil_return()
    return lambda: reviewing.withdraw_nil_return(nil_return=nil_return, **s.who)


def _pack_sent(s: Scene) -> Act:
    pack = s.pack()
    return lambda: packs.record_sent(
        pack=pack, sent_at=MOMENT, recipient="Lead inspector", how="By email", once=uuid.uuid4(), **s.who
    )


def _pack_opened(s: Scene) -> Act:
    pack = s.pack()
    return lambda: packs.record_opened(pack=pack, **s.who)


def _came_back(s: Scene) -> Act:
    message = s.failed_mail()
    sent = {"state": outbox.models.MessageState.SENT, "sent_at": NOW, "last_error": ""}
    outbox.models.Message.objects.filter(pk=message.pk).update(**sent)
    return lambda: returned.take(report_of(message), returned.Returned(), now=MOMENT)


def _send_again(s: Scene) -> Act:
    message = s.failed_mail()
    return lambda: reminding.send_again(message=message, **s.here)


SETTINGS: dict[str, Any] = {
    "plan": None, "days": [3, 0], "opens": time(9), "closes": time(17), "late_roles": [Role.COORDINATOR],
    "weekly_roles": [Role.MEMBER], "weekly_day": 2, "reply_to": "",
}  # fmt: skip


def _restore_plan(s: Scene) -> Act:
    reminding.change_settings(**SETTINGS, **s.there)
    return lambda: reminding.restore_plan(**s.there)


def _feed(s: Scene) -> dict[str, Any]:
    return {"council": s.council, "user": s.person, "kind": FeedKind.WORK, "now": MOMENT}


def _of_feed(act: Callable[..., bool]) -> Callable[[Scene], Act]:
    def ready(s: Scene) -> Act:
        feeding.make_feed(**_feed(s))
        return lambda: act(**_feed(s))

    return ready


def _change_roles(s: Scene) -> Act:
    return lambda: people.set_roles(user=s.person, roles=[Role.MEMBER], **s.there)


def _take_archive(s: Scene) -> Act:
    return lambda: archive(s.inspection, folder_zip("a.pdf"), by=s.by, now=MOMENT)


def _dismiss_archive(s: Scene) -> Act:
    found = archive(s.inspection, folder_zip("a.pdf"), by=s.by, now=MOMENT)
    Archive.objects.update(finished_at=MOMENT)
    return lambda: sorting.dismiss_archive(archive=found, **s.who)


def _decide(s: Scene) -> Act:
    choices = {wait(s.inspection, "CYPP.pdf", by=s.by).pk: sorting.Choice("3", "plan", None, False)}
    return lambda: sorting.decide(choices=choices, **s.here)


def _leave_out(s: Scene) -> Act:
    files = [wait(s.inspection, "CYPP.pdf", by=s.by).pk]
    return lambda: sorting.leave_out(files=files, **s.here)


def _add_waiting(s: Scene) -> Act:
    waiting = wait(s.inspection, "CYPP.pdf", by=s.by)
    return lambda: sorting.add(waiting=waiting, choice=sorting.Choice("3", "plan", None, False), **s.who)


# The action, as "module.name" -> what makes ready for it and returns the act itself.
OF_COUNCILS: dict[str, Callable[[Scene], Act]] = {
    "accounts.actions.add_person": lambda s: lambda: people.add_person(**NEW, **s.there),
    **INVITATIONS,
    **ADDRESS_CHANGES,
    "accounts.actions.set_roles": _change_roles,
    "accounts.actions.remove_person": lambda s: lambda: people.remove_person(user=s.person, **s.there),
    "accounts.actions.change_person": lambda s: (
        lambda: people.change_person(user=s.person, full_name="Changed", telephone="", **s.there)
    ),
    "accounts.actions.save_person": lambda s: (
        lambda: people.save_person(user=s.person, full_name="Changed", telephone="", roles=[Role.OWNER], **s.there)
    ),
    "accounts.actions.change_own_details": lambda s: (
        lambda: people.change_own_details(user=s.person, full_name="Changed", telephone="", now=MOMENT)
    ),
    "accounts.actions.change_address": lambda s: (
        lambda: people.change_address(user=s.person, email="right@example.org", **s.there)
    ),
    "accounts.actions.choose_summary": lambda s: lambda: people.choose_summary(user=s.person, hour=16, now=MOMENT),
    "accounts.actions.add_post": lambda s: lambda: people.add_post(name="New", organisation="Council", **s.there),
    "accounts.actions.adopt_posts": lambda s: lambda: people.adopt_posts(posts=[Planned()], **s.there),
    "accounts.actions.give_post": lambda s: lambda: people.give_post(post=s.post, user=s.by, **s.who),
    "accounts.actions.vacate_post": lambda s: lambda: people.vacate_post(post=s.post, **s.who),
    "inspections.closures.add_closure": lambda s: (
        lambda: closing.add_closure(date=date(2011, 5, 10), reason="Closed", **s.there)
    ),
    "inspections.closures.remove_closure": _remove_closure,
    "feeds.actions.make_feed": lambda s: lambda: feeding.make_feed(**_feed(s)),
    "feeds.actions.renew_feed": _of_feed(feeding.renew_feed),
    "feeds.actions.end_feed": _of_feed(feeding.end_feed),
    "reminders.actions.change_settings": lambda s: lambda: reminding.change_settings(**SETTINGS, **s.there),
    "reminders.actions.restore_plan": _restore_plan,
}
OF_INSPECTIONS: dict[str, Callable[[Scene], Act]] = {
    "inspections.closures.add_closure": OF_COUNCILS["inspections.closures.add_closure"],
    "inspections.closures.remove_closure": OF_COUNCILS["inspections.closures.remove_closure"],
    "inspections.actions.record_notification": _notify,
    "inspections.actions.correct_notification": _correct,
    "inspections.actions.withdraw": lambda s: s.withdrawn,
    "inspections.actions.reinstate": _reinstate,
    "inspections.actions.set_owners": lambda s: (
        lambda: inspecting.set_owners(item="document:1", posts=[s.post], **s.here)
    ),
    "inspections.dates_actions.move_step": _move_step,
    "inspections.dates_actions.record_actual_date": _record_actual,
    "inspections.dates_actions.undo_date": _undo_date,
    "inspections.owners_actions.keep_owners_file": lambda s: s.owners_file,
    "inspections.owners_actions.apply_owners_file": _apply_owners,
    "focusgroups.actions.add_attendee": lambda s: s.attendee,
    "focusgroups.actions.remove_attendee": _remove_attendee,
    "focusgroups.actions.restore_attendee": _restore_attendee,
    "focusgroups.actions.record_briefing": _brief,
    "focusgroups.actions.undo_briefing": _unbrief,
    **CONTACT,
    **CASES,
    **PRIVACY,
    **EXPORTS,
    **AUDIT_EXPORTS,
    **SURVEYS,
    **SELECTING,
    **WRITING,
    **MODERATING,
    "timetable.actions.record_step": lambda s: lambda: timing.record_step(step_key="factual-accuracy", **s.here),
    "timetable.actions.undo_step": _undo_step,
    "documents.evidence.actions.add_file": _add_file,
    "documents.evidence.actions.replace_file": _replace,
    "documents.evidence.actions.restore_version": _restore_version,
    "documents.evidence.actions.describe_file": _describe,
    "documents.evidence.actions.remove_file": _remove_file,
    "documents.evidence.actions.put_back_file": _put_back_file,
    "documents.evidence.carrying.bring_forward": _bring_forward,
    "documents.evidence.moving.move_file": _move,
    "documents.meetings.actions.expect_meetings": lambda s: lambda: _meeting(s),
    "documents.meetings.actions.change_meeting": _change_meeting,
    "documents.meetings.actions.cancel_meeting": _cancel_meeting,
    "documents.meetings.actions.hold_meeting": _hold_meeting,
    "documents.meetings.actions.remove_meeting": _remove_meeting,
    "documents.reviews.actions.state_nil_return": lambda s: s.nil_return,
    "documents.reviews.actions.withdraw_nil_return": _withdraw_nil_return,
    "documents.reviews.comments.add_comment": lambda s: lambda: _comment(s),
    "documents.reviews.comments.withdraw_comment": _withdraw_comment,
    "documents.reviews.actions.approve": _approve,
    "documents.reviews.actions.ask_for_approvals": lambda s: (
        lambda: reviewing.ask_for_approvals(document="1", needed=2, **s.here)
    ),
    "documents.reviews.actions.return_document": _return,
    "documents.reviews.actions.record_sent": _documents_sent,
    "intake.actions.take_in": lambda s: lambda: wait(s.inspection, "CYPP.pdf", by=s.by, now=MOMENT),
    "intake.actions.take_archive": _take_archive,
    "intake.actions.dismiss_archive": _dismiss_archive,
    "intake.actions.decide": _decide,
    "intake.actions.leave_out": _leave_out,
    "intake.actions.add": _add_waiting,
    "evidencepack.actions.request_pack": lambda s: lambda: packs.request_pack(**s.here),
    "evidencepack.actions.record_sent": _pack_sent,
    "evidencepack.actions.record_opened": _pack_opened,
    "reminders.actions.send_again": _send_again,
    "reminders.returned.take": _came_back,
}
# What changes the database and yet no inspection or council that stood before it, each with the reason.
OF_NOTHING = {
    "accounts.actions.add_council": "makes the council whose version it would be",
    "inspections.actions.open_inspection": "makes the inspection; tested below",
    "reminders.actions.discard_reminders": "takes away what belongs to an inspection that goes with it",
    "evidencepack.actions.discard_packs": "takes away what belongs to an inspection that goes with it",
    "audits.discarding.discard_audits": "takes away what belongs to an inspection that goes with it",
    "feeds.publishing.catch_up": "notes what a calendar program is told, which no page shows",
    "readiness.demonstration.fill": "is made of actions",
    "readiness.demonstration_evidence.send_pack": "is made of actions",
}


def _is_atomic(function: ast.FunctionDef) -> bool:
    """Whether it is a transaction, or holds one."""
    return any("atomic" in ast.unparse(part) for part in (*function.decorator_list, *function.body))


def _takes_by(function: ast.FunctionDef) -> bool:
    return any(argument.arg == "by" for argument in function.args.kwonlyargs)


def _actions(path: Path) -> list[str]:
    """The public functions of a file that change the database for somebody."""
    module = name_of(path).removesuffix(".py").replace("/", ".")
    return [
        f"{module}.{node.name}"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if _is_atomic(node) or (_takes_by(node) and path.name.endswith("actions.py"))
    ]


def _is_page(path: Path) -> bool:
    folders = name_of(path).split("/")
    return path.name.endswith("views.py") or "views" in folders or "commands" in folders


def _is_work(path: Path) -> bool:
    """What the software does of itself (mail, packs, the tick, the queue, the day's figures), and the record."""
    return (
        path.parts[-2] == "outbox"
        or path.name in {"building.py", "tick.py", "broker.py", "audit.py", "daily.py"}
        or (name_of(path) == "cases/imports/worker.py")
    )


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_every_action_is_in_the_table() -> None:
    found = {name for path in SOURCES if not _is_page(path) and not _is_work(path) for name in _actions(path)}
    assert found | set(OF_NOTHING) == {*OF_COUNCILS, *OF_INSPECTIONS, *OF_NOTHING}


def test_every_name_of_the_table_is_an_action() -> None:
    for name in (*OF_COUNCILS, *OF_INSPECTIONS, *OF_NOTHING):
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("name", OF_COUNCILS)
def test_action_moves_its_councils_version_on(scene: Scene, name: str) -> None:
    act = OF_COUNCILS[name](scene)
    before, events = Council.objects.get(pk=scene.council.pk).version, Event.objects.count()
    act()
    assert Council.objects.get(pk=scene.council.pk).version > before
    assert Event.objects.count() > events


@pytest.mark.parametrize("name", OF_INSPECTIONS)
def test_action_moves_its_inspections_version_on(scene: Scene, name: str) -> None:
    act = OF_INSPECTIONS[name](scene)
    before, events = Inspection.objects.get(pk=scene.inspection.pk).version, Event.objects.count()
    act()
    assert Inspection.objects.get(pk=scene.inspection.pk).version > before
    assert Event.objects.filter(inspection=scene.inspection.slug).count() > 0
    assert Event.objects.count() > events


def test_opening_an_inspection_is_on_its_record(scene: Scene) -> None:
    opened = inspecting.open_inspection(title="Another", framework_key="slac-2009", **scene.there)
    assert [event.verb for event in Event.objects.filter(inspection=opened.slug)] == ["inspection opened"]

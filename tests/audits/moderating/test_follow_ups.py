"""Follow-up actions of audits: added, closed by evidence, opened again, and listed over all cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Event, Role
from audits.access import seen_by
from audits.models import Audit, AuditFile, FollowUp, SelectedCase
from audits.moderating import follow_up_actions as actions
from audits.moderating.follow_ups import follow_ups_context, follow_ups_of, lines
from cases.models import Access
from inspections.access import viewer_of_inspection
from refusals import Refused
from tests import reading
from tests.factories.moderated import Part, give, make_auditor, submitted_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2011, 4, 1)


@pytest.fixture
def inspection():
    return make_inspection(make_council())


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Officer")


@pytest.fixture
def case(inspection):
    return submitted_case(inspection)


def add(case: SelectedCase, what: str = "Visit again", due_on: date = TODAY, **facts) -> FollowUp:
    said = {"who": "The team", "by": None, "now": NOW, **facts}
    return actions.add_follow_up(audit=case.audit, what=what, due_on=due_on, **said)


def close(row: FollowUp, evidence: str = "Visited", file: AuditFile | None = None) -> bool:
    return actions.close_follow_up(follow_up=row, evidence=evidence, file=file, by=None, now=NOW)


def make_file(case: SelectedCase, **facts) -> AuditFile:
    return AuditFile.objects.create(
        audit=case.audit, name="plan.pdf", size=1, sha256="0" * 64, mime="application/pdf", added_at=NOW, **facts
    )


def test_actions_are_numbered_in_their_audit(inspection, case, officer) -> None:
    first, second = add(case, by=officer), add(case, "Write\r\nthe plan ", who=" The  team")
    other = add(submitted_case(inspection))
    assert [row.number for row in (first, second, other)] == [1, 2, 1]
    assert (second.what, second.who, second.due_on, first.added_by) == ("Write\nthe plan", "The team", TODAY, officer)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"what": " \n"}, "what"),
        ({"who": "  "}, "who"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
    ],
    ids=["nothing to do", "nobody", "yesterday"],
)
def test_action_without_what_who_or_a_day_to_come_is_refused(case, facts, field) -> None:
    with pytest.raises(Refused) as refused:
        add(case, **facts)
    assert (refused.value.field, FollowUp.objects.count()) == (field, 0)


def test_action_is_closed_by_words_a_file_or_both(case) -> None:
    file = make_file(case)
    rows = [add(case), add(case), add(case)]
    assert [close(rows[0]), close(rows[1], "", file), close(rows[2], "Visited", file)] == [True, True, True]
    found = FollowUp.objects.order_by("number").values_list("evidence", "file", "closed_at")
    assert list(found) == [("Visited", None, NOW), ("", file.pk, NOW), ("Visited", file.pk, NOW)]


def test_action_is_not_closed_without_evidence(case) -> None:
    row = add(case)
    with pytest.raises(Refused) as refused:
        close(row, "\n ")
    assert (refused.value.field, FollowUp.objects.get().closed_at) == ("evidence", None)


@pytest.mark.parametrize("whose", ["another's", "removed"])
def test_action_is_not_closed_by_a_file_that_is_not_there(inspection, case, whose) -> None:
    removed = {"removed_at": NOW} if whose == "removed" else {}
    file = make_file(submitted_case(inspection) if whose == "another's" else case, **removed)
    with pytest.raises(Refused) as refused:
        close(add(case), "", file)
    assert refused.value.field == "file"


def test_action_is_opened_again_with_its_evidence(case) -> None:
    row = add(case)
    assert actions.reopen_follow_up(follow_up=row, by=None, now=NOW) is False
    close(row)
    assert close(row, "Something else") is False
    assert actions.reopen_follow_up(follow_up=row, by=None, now=NOW) is True
    row.refresh_from_db()
    assert (row.closed_at, row.closed_by, row.evidence) == (None, None, "Visited")


def test_record_says_nothing_of_what_has_to_be_done(inspection, case) -> None:
    row = add(case, "Visit Ann")
    close(row, "Visited Ann")
    actions.reopen_follow_up(follow_up=row, by=None, now=NOW)
    rows = Event.objects.filter(inspection=inspection.slug).order_by("pk")
    said = [(event.verb, event.subject, event.detail) for event in rows]
    assert said == [(f"follow-up action {verb}", "Audits of cases", {}) for verb in ("added", "closed", "reopened")]


@pytest.mark.parametrize("gone", ["taken out", "erased"])
def test_nothing_follows_up_on_a_case_that_is_gone(inspection, case, gone) -> None:
    row = add(case)
    if gone == "erased":
        Audit.objects.update(erased_at=NOW)
    else:
        SelectedCase.objects.update(removed_at=NOW)
    for act in (lambda: add(case), lambda: close(row)):
        with pytest.raises(Refused, match=gone):
            act()
    assert list(follow_ups_of(inspection)) == []


def test_late_ones_lead_then_come_open_ones_by_day_then_closed_ones_latest_first(inspection, case) -> None:
    other = submitted_case(inspection)
    days = {"late": -2, "later": -1, "today": 0, "soon": 5, "done": -9, "done since": -9}
    rows = {name: add(other if name == "later" else case, name) for name in days}
    for name, row in rows.items():
        FollowUp.objects.filter(pk=row.pk).update(due_on=TODAY + timedelta(days=days[name]))
    close(rows["done"])
    FollowUp.objects.filter(what="done since").update(closed_at=NOW + timedelta(hours=1), evidence="x")
    found = lines(follow_ups_of(inspection), inspection.slug, TODAY)
    assert [(line.row.what, line.state) for line in found] == [
        ("late", "late"),
        ("later", "late"),
        ("today", "due today"),
        ("soon", "open"),
        ("done since", "done"),
        ("done", "done"),
    ]


def context_for(case: SelectedCase, user) -> dict:
    viewer = viewer_of_inspection(user, case.inspection.slug)
    assert viewer is not None
    seen = seen_by(viewer, SelectedCase.objects.select_related("child").get(pk=case.pk))
    assert seen is not None
    return follow_ups_context(seen)


@pytest.mark.parametrize(
    ("part", "shows", "may_change"),
    [
        ("officer", True, True),
        (Part.AUDITOR, True, True),
        (Part.MODERATOR, True, False),
        (Part.CONTRIBUTOR, False, False),
    ],
)
def test_who_sees_the_actions_of_an_audit_and_who_changes_them(inspection, officer, part, shows, may_change) -> None:
    person = officer if part == "officer" else make_auditor(inspection)
    case = submitted_case(inspection, auditor=person if part == Part.AUDITOR else None)
    if part in (Part.MODERATOR, Part.CONTRIBUTOR):
        give(case, person, part)
    add(case)
    found = context_for(case, person)
    assert (found["shows_follow_ups"], found["may_change_follow_ups"]) == (shows, may_change)
    assert [line.row.what for line in found["follow_ups"]] == (["Visit again"] if shows else [])


def test_include_shows_each_with_what_can_be_done(case, officer) -> None:
    from django.template.loader import render_to_string
    from lxml import html

    add(case)
    close(add(case, "Write the plan"))
    request = RequestFactory().get("/")
    said = html.fromstring(
        f"<div>{render_to_string('audits/_follow_ups.html', context_for(case, officer), request)}</div>"
    )
    panels = [reading.words(each) for each in said.xpath("//*[contains(@class, 'house-panel')]")]
    assert len(panels) == 2
    assert "Visit again" in panels[0]
    assert "Close follow-up action 1 of case 1" in panels[0]
    assert "Closed on 1 April 2011" in panels[1]
    assert "Open again follow-up action 2 of case 1" in panels[1]


# Pages


def page(name: str, case: SelectedCase, *more: int) -> str:
    return reverse(f"audits:{name}", args=[case.inspection.slug, case.number, *more])


def test_action_is_added_closed_and_opened_again_on_the_pages(case, officer) -> None:
    client = sign_in(officer)
    due = {"due_on_day": "1", "due_on_month": "5", "due_on_year": "2039"}
    done = client.post(page("add-follow-up", case), {"what": "Visit again", "who": "The team", **due})
    assert (done.status_code, done["Location"]) == (302, f"{page('case', case)}#follow-ups")
    file = make_file(case)
    form = client.get(page("close-follow-up", case, 1))
    assert reading.texts(form, "//select/option") == ["No file", "plan.pdf"]
    assert client.post(page("close-follow-up", case, 1), {"evidence": "", "file": ""}).status_code == 422
    assert client.post(page("close-follow-up", case, 1), {"evidence": "", "file": str(file.pk)}).status_code == 302
    assert FollowUp.objects.get().file == file
    assert client.post(page("reopen-follow-up", case, 1)).status_code == 302
    assert FollowUp.objects.get().closed_at is None
    assert reading.texts(client.get(page("close-follow-up", case, 1)), "//option[@selected]") == ["plan.pdf"]


def test_list_shows_open_ones_unless_others_are_asked_for(inspection, case, officer) -> None:
    client = sign_in(officer)
    address = reverse("audits:follow-ups", args=[inspection.slug])
    assert "No follow-up actions yet" in reading.main(client.get(address))
    add(case, due_on=date(2011, 4, 2))
    close(add(case, "Write the plan", due_on=date(2039, 1, 1)))
    caption = "Follow-up actions of all cases"

    def shown(query: str = "") -> list[str]:
        return [row[1].split(" Visited")[0] for row in reading.rows(client.get(f"{address}{query}"), caption)]

    assert shown() == shown("?show=open") == shown("?show=odd") == ["Visit again"]
    assert shown("?show=closed") == ["Write the plan"]
    assert shown("?show=all") == ["Visit again", "Write the plan"]
    assert "1 open, 1 of them late. 1 closed." in reading.main(client.get(address))


def test_reading_the_list_and_an_action_is_logged(inspection, case, officer) -> None:
    client = sign_in(officer)
    client.get(reverse("audits:follow-ups", args=[inspection.slug]))
    client.get(page("add-follow-up", case))
    logged = Access.objects.order_by("pk").values_list("what", "detail", "child", "was_refused")
    assert list(logged) == [
        ("audit", "Follow-up actions", "", False),
        ("audit", "Case 1: follow-up actions", case.child.key, False),
    ]


@pytest.mark.parametrize("part", [Part.MODERATOR, Part.CONTRIBUTOR])
def test_moderators_and_contributors_change_nothing(inspection, case, part) -> None:
    person = make_auditor(inspection)
    give(case, person, part)
    row = add(case)
    client = sign_in(person)
    asked = [client.get(page("add-follow-up", case)), client.post(page("close-follow-up", case, 1), {"evidence": "x"})]
    assert [response.status_code for response in asked] == [404, 404]
    row.refresh_from_db()
    assert row.closed_at is None

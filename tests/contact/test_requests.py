"""Inspectors' requests are owed like everything else, and their words stay on their own pages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Event, Role
from contact import requests_actions as actions
from contact.duties import REQUEST, duties
from contact.models import Answer, Request
from inspections.actions import withdraw
from refusals import Refused
from reminders.due import mails_due
from reminders.mails.writing import compose
from reminders.records.reading import reading_of
from tests import reading
from tests.factories.contact import ask
from tests.factories.people import at, make_ownership, make_person, make_post
from tests.reading import by_class, sign_in
from tests.timetable.worked import stands, worked_example
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db

NOW, DUE = at("2011-04-20 09:00"), at("2011-04-21 12:00")
CHILD = "Zebedee Fictional"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection(clock):
    return worked_example()


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Sample", email="dina@example.org")


def _duty(inspection, moment: str = "2011-04-20 09:00"):
    (found,) = duties(stands(inspection, moment))
    return found


def test_request_is_a_duty_of_the_dcs_office_until_it_is_answered(inspection, office) -> None:
    asked = ask(inspection, due=DUE, now=NOW)
    duty = _duty(inspection)
    assert (duty.key, duty.kind.prefix, duty.title) == (
        "request:1",
        "request",
        "Inspectors’ request 1: figures or a list",
    )
    assert (duty.owners, duty.role, duty.due, duty.due_day) == ((), Role.DCS_OFFICE, DUE, 4)
    assert (duty.done, duty.missing, duty.is_late(DUE + timedelta(minutes=1))) == (False, ("Not answered yet.",), True)
    assert actions.answer_request(request=asked, how="email", answered_at=NOW, by=office, now=NOW) is True
    duty = _duty(inspection)
    assert (duty.done, duty.missing, duty.done_at, duty.done_by) == (True, (), NOW, "Dina Sample")
    assert actions.answer_request(request=asked, how="call", answered_at=NOW, by=office, now=NOW) is False
    assert Answer.objects.count() == 1


def test_request_is_of_the_posts_that_are_named_and_follows_their_holders(inspection, office) -> None:
    posts = [make_post(inspection.council, name) for name in ("Post A", "Post B")]
    asked = ask(inspection, due=DUE, now=NOW, posts=posts)
    assert [owner.name for owner in _duty(inspection).owners] == ["Post A", "Post B"]
    assert _duty(inspection).role is None
    facts = {"about": asked.about, "asked_by": asked.asked_by, "text": asked.text}
    later = DUE + timedelta(days=5)
    assert actions.change_request(request=asked, due=later, posts=posts[1:], by=office, now=NOW, **facts) is True
    assert ([owner.name for owner in _duty(inspection).owners], _duty(inspection).due) == (["Post B"], later)
    assert actions.change_request(request=asked, due=later, posts=posts[1:], by=office, now=NOW, **facts) is False


def test_request_is_opened_again_withdrawn_and_reinstated(inspection, office) -> None:
    asked, who = ask(inspection, due=DUE, now=NOW), {"by": office, "now": NOW}
    actions.answer_request(request=asked, how="email", answered_at=NOW, **who)
    assert actions.reopen_request(request=asked, reason="Half of it", **who) is True
    assert _duty(inspection).done is False
    assert actions.reopen_request(request=asked, reason="Half of it", **who) is False
    assert actions.withdraw_request(request=asked, reason="Not needed", **who) is True
    assert duties(stands(inspection, "2011-04-20 09:00")) == []
    with pytest.raises(Refused, match="was withdrawn"):
        actions.answer_request(request=asked, how="email", answered_at=NOW, **who)
    assert actions.reinstate_request(request=asked, **who) is True
    assert _duty(inspection).done is False


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"due": NOW - timedelta(minutes=1)}, "due_on"),
        ({"asked_at": NOW + timedelta(minutes=1)}, "asked_on"),
        ({"text": " "}, "text"),
        ({"about": "gossip"}, "about"),
    ],
)
def test_request_that_cannot_be_is_refused_and_leaves_nothing(inspection, changed, field) -> None:
    facts = {"about": "figures", "asked_by": "Ines", "asked_at": NOW, "text": "Figures", "due": DUE, **changed}
    with pytest.raises(Refused) as refused:
        actions.record_request(inspection=inspection, once=uuid.uuid4(), by=None, now=NOW, **facts)
    assert (refused.value.field, Request.objects.count()) == (field, 0)


def test_form_of_one_inspection_is_refused_for_another(inspection) -> None:
    other = ask(worked_example(), due=DUE, now=NOW)
    facts: dict[str, Any] = {"about": "figures", "asked_by": "Ines", "asked_at": NOW, "text": "Figures", "due": DUE}
    with pytest.raises(Refused, match="was used somewhere else already"):
        actions.record_request(inspection=inspection, once=other.once, by=None, now=NOW, **facts)
    assert Request.objects.filter(inspection=inspection).count() == 0


def test_nothing_is_asked_before_the_call_or_after_a_withdrawal(inspection) -> None:
    with pytest.raises(Refused, match="notification has not been recorded"):
        ask(worked_example(None), due=DUE, now=NOW)
    withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    with pytest.raises(Refused, match="was withdrawn"):
        ask(inspection, due=DUE, now=NOW)


def test_words_of_a_request_are_in_no_duty_email_or_record(inspection, office, capsys) -> None:
    """Whatever people were told, they may have named a child."""
    asked = ask(inspection, due=DUE, now=NOW, text=f"The file of {CHILD}", by=office)
    who = {"by": office, "now": NOW}
    actions.answer_request(request=asked, how="email", answered_at=NOW, text=CHILD, evidence=CHILD, **who)
    actions.reopen_request(request=asked, reason=CHILD, **who)
    facts: dict[str, Any] = {"about": "records", "asked_by": "Ines", "due": DUE, "posts": []}
    actions.change_request(request=asked, text=f"Two files of {CHILD}", **facts, **who)
    call_command("duties", inspection.slug, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert [row["title"] for row in told if row["kind"] == "request"] == ["Inspectors’ request 1: case records"]
    mails = mails_due(reading_of(stands(inspection, "2011-04-20 09:30")))
    written = [compose(reading_of(stands(inspection, "2011-04-20 09:30")), mail, now=NOW) for mail in mails]
    bodies = [f"{mail.subject} {mail.text} {mail.html}" for mail in written]
    assert sum("Inspectors’ request 1: case records" in body for body in bodies) == 1
    rows = [f"{event.subject} {event.detail}" for event in Event.objects.filter(inspection=inspection.slug)]
    assert [text for text in [json.dumps(told), *bodies, *rows] if "Zebedee" in text] == []
    assert len(rows) == 4


def test_request_sent_twice_is_one_and_is_owed_everywhere(inspection, office) -> None:
    client = sign_in(office)
    address = reverse("contact:add-request", args=[inspection.slug])
    sent = {"about": "figures", "text": "The figures", "asked_by": "Ines", "once": str(uuid.uuid4())}
    sent |= {"asked_on_day": "20", "asked_on_month": "4", "asked_on_year": "2011"}
    sent |= {"asked_at": "8:30am", "due_on_day": "20", "due_on_month": "4", "due_on_year": "2011", "due_at": "5pm"}
    response = client.post(address, sent, follow=True)
    assert reading.success(response) == ["Request 1 recorded: owed by the DCS office, due 20 April 2011 at 5pm."]
    client.post(address, sent)
    assert Request.objects.count() == 1
    countdown = client.get(reverse("timetable:countdown", args=[inspection.slug]))
    # At its hour, before the step that has until the end of the day.
    first, *rest = reading.texts(countdown, "//main//ul[contains(@class, 'govuk-task-list')]/li")
    assert ([text for text in rest if "request" in text], len(rest) > 0) == ([], True)
    assert first == (
        "Inspectors’ request 1: figures or a list due 20 April 2011 at 5pm "
        "Dina Sample, 01632 960001, dina@example.org (DCS office) To do"
    )
    work = client.get(reverse("timetable:my-work", args=[inspection.slug]))
    assert "Inspectors’ request 1: figures or a list" in reading.texts(work, "//h2")
    assert [duty.key for duty in all_duties(stands(inspection, "2011-04-20 09:00")) if duty.kind is REQUEST] == [
        "request:1"
    ]


def test_owner_answers_on_the_requests_page_and_sees_no_other(inspection) -> None:
    owner = make_person(inspection.council, Role.OWNER, name="Pat Sample")
    ask(inspection, due=DUE, now=NOW, posts=[make_post(inspection.council, "Post A", owner)])
    ask(inspection, due=DUE, now=NOW)
    client, address = sign_in(owner), reverse("contact:request", args=[inspection.slug, 1])
    assert reading.texts(client.get(address), by_class("govuk-inset-text")) == ["The figures of last month"]
    faulty = client.post(address, {"how": "email", "on_day": "20", "on_month": "4", "on_year": "2011", "at": "25"})
    assert faulty.status_code == 422
    assert reading.texts(faulty, by_class("govuk-error-summary__list") + "/li") == [
        "The time it was answered must be a real time, like 9:30am or 2pm"
    ]
    sent = {"how": "email", "on_day": "20", "on_month": "4", "on_year": "2011", "at": "8:50am"}
    early = client.post(address, sent)
    assert reading.texts(early, by_class("govuk-error-summary__list") + "/li") == [
        "Enter when it was answered: that is before it was asked."
    ]
    done = client.post(address, {**sent, "at": "9:00am", "evidence": "Document 8"}, follow=True)
    assert reading.success(done) == ["Answer to request 1 recorded. Nothing more is owed on it."]
    assert "Answered by: Document 8" in reading.texts(done, "//main//p")
    assert client.get(reverse("contact:request", args=[inspection.slug, 2])).status_code == 404
    assert client.get(reverse("contact:contact", args=[inspection.slug])).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_contact_page_takes_the_same_queries_whatever_there_is(
    inspection, office, number, django_assert_num_queries
) -> None:
    for place in range(number):
        post = make_post(inspection.council, holder=make_person(inspection.council, Role.OWNER))
        ask(inspection, due=DUE, now=NOW, posts=[post])
        make_ownership(inspection, f"document:{place}", post)
    client = sign_in(office)
    address = reverse("contact:contact", args=[inspection.slug])
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)


@pytest.mark.parametrize("due", ["2111-04-21 12:00", "9999-12-31 12:00"])
def test_slip_of_a_century_is_refused_and_would_keep_no_reminder_back(inspection, office, due) -> None:
    with pytest.raises(Refused, match="Check the year") as refused:
        ask(inspection, due=at(due), now=NOW)
    assert (refused.value.field, Request.objects.count()) == ("due_on", 0)
    Request.objects.filter(pk=ask(inspection, due=DUE, now=NOW).pk).update(due=at(due))
    (mail,) = mails_due(reading_of(stands(inspection, "2011-04-20 09:00")))
    assert mail.person.pk == office.pk

"""An audit in a real browser: saved as it is written, nothing lost between two windows, no barrier on any screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role
from audits.models import Answer, Assignment, Audit, Contribution
from outbox.models import Message
from tests.audits.making import WHOLE, answer, give_part, store_file
from tests.browsing import HEIGHT, PHONE, WIDE, axe, chromium, open_page, overflow
from tests.factories.audits import make_selected_case
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER
from tests.factories.people import make_council, make_inspection, make_person
from tests.files.places import uploads

__all__ = ["uploads"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Part = Assignment.Part
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def inspection():
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    return make_inspection(make_council(), notified=monday)


@pytest.fixture
def ann(inspection):
    return make_person(inspection.council, Role.AUDITOR, name="Audrey Example")


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


@pytest.fixture
def audit(inspection, ann) -> Audit:
    made = make_selected_case(inspection, lists=[IN_NEED, LOOKED_AFTER]).audit
    give_part(made, ann)
    return made


def opened(browser: Browser, live_server, name: str, audit: Audit, person) -> Page:
    address = reverse(f"audits:{name}", args=[audit.case.inspection.slug, audit.case.number])
    return open_page(browser, live_server.url + address, person)


def status(page: Page):
    return page.locator("[data-status]")


def box(page: Page, label: str):
    return page.get_by_role("textbox", name=label, exact=True)


def test_it_is_saved_as_it_is_written(browser, live_server, audit, ann):
    """Given an open audit, when its auditor writes, chooses and ticks, then it is saved without any button, and what
    was typed meanwhile is saved on top of it."""
    page = opened(browser, live_server, "case", audit, ann)
    box(page, "Strengths").fill("Visited every week")
    expect(status(page)).to_contain_text("Saved at")
    box(page, "Strengths").press_sequentially(", by one worker")
    page.get_by_role("radio", name="Good").check()
    page.get_by_role("checkbox", name="Assessment").first.check()
    expect(status(page)).to_have_text("Not saved yet")
    expect(status(page)).to_contain_text("Saved at")
    found = dict(Answer.objects.values_list("question", "text"))
    assert found["strengths"] in {"Visited every week, by one worker", ", by one workerVisited every week"}
    assert (found["grade"], found["strength-themes"]) == ("good", "assessment")
    page.context.close()


def test_two_windows_lose_nothing(browser, live_server, audit, ann):
    """Given one audit in two windows, when both write in one question, then the second sees both texts, keeps both, and
    its other answers are saved."""
    one, other = (opened(browser, live_server, "case", audit, ann) for _ in range(2))
    box(one, "Strengths").fill("Of the first window")
    expect(status(one)).to_contain_text("Saved at")
    box(other, "Strengths").fill("Of the second window")
    box(other, "Areas for development").fill("Plans have no dates")
    expect(status(other)).to_have_text("Not saved: look at what is marked.")
    clash = other.locator("[data-question=strengths] [data-other]")
    expect(clash).to_contain_text("Of the first window")
    assert axe(other) == []
    clash.get_by_role("button", name="Put both together").click()
    expect(status(other)).to_contain_text("Saved at")
    found = dict(Answer.objects.values_list("question", "text"))
    assert found["strengths"] == "Of the second window\n\nOf the first window"
    assert found["areas-for-development"] == "Plans have no dates"
    one.context.close()
    other.context.close()


def test_without_a_connection_it_says_so_and_tries_again(browser, live_server, audit, ann):
    page = opened(browser, live_server, "case", audit, ann)
    page.route("**/cases/1/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    box(page, "Strengths").fill("Visited every week")
    expect(status(page)).to_have_text("Not saved: the connection was lost.")
    page.unroute_all()
    page.get_by_role("button", name="Try now").click()
    expect(status(page)).to_contain_text("Saved at")
    assert Answer.objects.get().text == "Visited every week"
    page.context.close()


def test_an_immediate_concern_is_told_at_once(browser, live_server, inspection, audit, ann, officer):
    page = opened(browser, live_server, "case", audit, ann)
    tell = page.get_by_role("button", name="Tell the coordinator and the case officers now")
    expect(tell).to_be_hidden()
    page.get_by_role("group", name="Is there an immediate concern").get_by_role("radio", name="Yes").check()
    expect(tell).to_be_visible()
    box(page, "What is the concern?").fill("A fictional concern")
    tell.click()
    expect(page.get_by_text("The coordinator and the case officers are told by email: 1 person.")).to_be_visible()
    assert Message.objects.get().to == officer.email
    assert Answer.objects.get(question="immediate-concern").text == "yes"
    page.context.close()


def test_a_contribution_is_saved_and_submitted(browser, live_server, audit, ann, inspection):
    bob = make_person(inspection.council, Role.AUDITOR, name="Bob Example")
    give_part(audit, bob, Part.CONTRIBUTOR, agency="Police")
    page = opened(browser, live_server, "case", audit, bob)
    box(page, "What your agency has to say about this case").fill("Called out twice")
    expect(status(page)).to_contain_text("Saved at")
    page.get_by_role("button", name="Submit the contribution").click()
    expect(page.get_by_role("heading", name="What Police contributed")).to_be_visible()
    assert Contribution.objects.get().submitted_at is not None
    page.context.close()


def fill(audit: Audit, ann) -> None:
    """A lot of everything."""
    long = "A long account of what happened, in the order in which it happened. " * 60
    words = {**WHOLE, "what_was_found": long + "w" * 200, "childs_experience": long}
    words |= {"strength_themes": "assessment planning visits voice", "immediate_concern": "yes"}
    answer(audit, ann, **words)
    moment = timezone.now()
    Audit.objects.filter(pk=audit.pk).update(concern_at=moment, concern="A fictional concern. " * 20)
    for number in range(5):
        name = f"A chronology with a long name of its own {number} {'x' * (80 if number == 3 else 0)}.txt"
        store_file(audit, name, f"File {number}".encode())
    for agency in ("Police", "Health visiting of a long-named trust", "Primary school"):
        part = give_part(audit, part=Part.CONTRIBUTOR, agency=agency)
        Contribution.objects.create(assignment=part, text=long[:1500], saved_at=moment, submitted_at=moment)


@pytest.mark.parametrize(
    "amount", ["much", *(pytest.param(each, marks=pytest.mark.long) for each in ("nothing", "submitted"))]
)
def test_no_page_has_a_barrier(browser, live_server, audit, ann, officer, inspection, amount):
    """Given audits with nothing and with much in them, when each page is opened on a wide screen and on a phone, then
    nothing stands in the way."""
    bob = make_person(inspection.council, Role.AUDITOR, name="Bob Example-With-A-Very-Long-Name of Fictionshire")
    if amount != "nothing":
        fill(audit, ann)
        for _ in range(3):
            make_selected_case(inspection)
    contributed = make_selected_case(inspection).audit
    part = give_part(contributed, bob, Part.CONTRIBUTOR, agency="Police")
    if amount == "submitted":
        Audit.objects.filter(pk=audit.pk).update(submitted_at=timezone.now(), submitted_by=ann)
        now = timezone.now()
        Contribution.objects.create(assignment=part, text="Called out twice. " * 90, saved_at=now, submitted_at=now)
    wanted = [("case", audit, ann), ("case", audit, officer), ("contribution", contributed, bob)]
    wanted += [("assign", audit, officer), ("own-case", audit, ann), ("extend", audit, officer)]
    for name, of, person in wanted:
        _look(opened(browser, live_server, name, of, person), f"{amount}-{name}-{person.full_name.split()[0]}")
    address = live_server.url + reverse("audits:auditors", args=[inspection.slug])
    _look(open_page(browser, address, officer), f"{amount}-auditors")


def _look(page: Page, name: str) -> None:
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        assert [*axe(page), *overflow(page)] == []
    page.context.close()

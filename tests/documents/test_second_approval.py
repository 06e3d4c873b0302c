"""Documents that two different people have to approve, neither of whom has added what is in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from documents.evidence import actions, moving
from documents.models import File, Review
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.factories.documents import add, complete, received
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
#: A document of one part without dates.
KEY, PART = "10", "reports"


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def people(inspection):
    """Ada and Bob coordinate; Olive owns the document and has added what is in it."""
    council = inspection.council
    ada, bob = (make_person(council, Role.COORDINATOR, name=name) for name in ("Ada Sample", "Bob Sample"))
    olive = make_person(council, Role.OWNER, name="Olive Sample")
    make_ownership(inspection, f"document:{KEY}", make_post(council, "Lead", holder=olive))
    complete(inspection, KEY, by=olive, now=NOW)
    reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=2, by=ada, now=NOW)
    return ada, bob, olive


def state(inspection):
    return states(snapshot_of(inspection, now=timezone.now()))[KEY]


def approve(inspection, by, minutes: int = 1):
    contents = state(inspection).contents
    at = NOW + timedelta(minutes=minutes)
    return reviewing.approve(inspection=inspection, document=KEY, contents=contents, by=by, now=at)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(inspection, name: str = "document") -> str:
    return reverse(f"documents:{name}", args=[inspection.slug, KEY])


def test_one_approval_leaves_it_submitted_and_a_second_person_approves_it(inspection, people):
    ada, bob, _ = people
    approve(inspection, ada)
    assert (state(inspection).state, state(inspection).approved_by) == ("submitted", "")
    shown = signed_in(bob).get(page(inspection)).content.decode()
    assert shown.count("Approved by Ada Sample; a second person has to approve it too.") == 1
    approve(inspection, bob, 2)
    assert (state(inspection).state, state(inspection).approved_by) == ("approved", "Ada Sample and Bob Sample")


def test_the_same_person_twice_is_one_approval(inspection, people):
    approve(inspection, people[0])
    approve(inspection, people[0], 2)
    assert (state(inspection).state, Review.objects.filter(verdict="approved").count()) == ("submitted", 1)
    shown = signed_in(people[0]).get(page(inspection)).content.decode()
    assert shown.count("You have approved it. A second person has to approve it too.") == 1
    assert shown.count('type="submit" class="govuk-button" data-module="govuk-button"') == 0


def test_who_added_to_it_may_not_approve_it_and_sees_why(inspection, people):
    with pytest.raises(Refused) as refusal:
        approve(inspection, people[2])
    assert "You have added some of it" in refusal.value.message
    assert Review.objects.filter(verdict="approved").count() == 0
    assert signed_in(people[2]).get(page(inspection)).content.decode().count("You have added some of it") == 1


@pytest.mark.parametrize("how", ["moved", "restored"])
def test_who_sent_it_may_not_approve_it_after_somebody_else_moved_or_restored_it(inspection, people, how):
    ada, bob, olive = people
    file = File.objects.get(inspection=inspection, document=KEY)
    if how == "moved":
        other = next(each for each in inspection.framework.documents if each.key != KEY and not each.parts[0].dated)
        for document, part in ((other.key, other.parts[0].key), (KEY, PART)):
            moving.move_file(file=File.objects.get(pk=file.pk), document=document, part=part, by=ada, now=NOW)
    else:
        first = file.versions.get()
        actions.replace_file(file=file, received=received(), as_at=None, by=bob, now=NOW)
        actions.restore_version(version=first, by=ada, now=NOW)
    assert state(inspection).approvals.authors == {ada.pk, olive.pk}
    with pytest.raises(Refused, match="You have added some of it"):
        approve(inspection, olive)
    assert Review.objects.filter(verdict="approved").count() == 0


def test_a_new_version_or_a_return_ends_both_approvals(inspection, people):
    ada, bob, olive = people
    for by in (ada, bob):
        approve(inspection, by)
    contents = state(inspection).contents
    reviewing.return_document(
        inspection=inspection, document=KEY, contents=contents, reason="Old", by=bob, now=NOW + timedelta(hours=1)
    )
    assert state(inspection).state == "returned"
    approve(inspection, ada, 120)
    assert (state(inspection).state, len(state(inspection).approvals.given)) == ("submitted", 1)
    add(inspection, KEY, PART, by=olive, now=NOW)
    assert state(inspection).approvals.given == ()


def test_owners_own_approval_stops_counting_when_a_second_pair_of_eyes_is_asked_for(inspection, people):
    ada, bob, olive = people
    reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=1, by=ada, now=NOW)
    approve(inspection, olive)
    assert state(inspection).state == "approved"
    at = NOW + timedelta(minutes=5)
    assert reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=2, by=ada, now=at) is True
    assert reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=2, by=ada, now=at) is False
    assert (state(inspection).state, state(inspection).approvals.given) == ("submitted", ())
    for number, by in enumerate((ada, bob)):
        approve(inspection, by, 10 + number)
    assert state(inspection).state == "approved"


def test_a_coordinator_changes_it_on_the_page(inspection, people):
    client = signed_in(people[0])
    response = client.post(page(inspection, "approvals"), {"needed": "1"})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "From now on one person has to approve document 10."
    ]
    assert state(inspection).approvals.needed == 1
    assert Event.objects.filter(verb="one approval asked for", by=people[0]).count() == 1


@pytest.mark.parametrize("how", ["added", "approved"])
def test_who_added_to_it_or_approved_it_does_not_let_one_approval_do(inspection, people, how):
    _, bob, _ = people
    if how == "added":
        add(inspection, KEY, PART, by=bob, now=NOW)
    else:
        approve(inspection, bob)
    what = {"added": "added some of what is in this document", "approved": "approved this document"}[how]
    reason = f"You have {what}, so somebody else has to say that one approval will do."
    client = signed_in(bob)
    shown = client.get(page(inspection)).content.decode()
    assert (shown.count(reason), shown.count("Let one approval do")) == (1, 0)
    response = client.post(page(inspection, "approvals"), {"needed": "1"})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [reason]
    assert (state(inspection).approvals.needed, state(inspection).state) == (2, "submitted")


def test_whoever_lets_one_approval_do_does_not_give_it_whatever_they_add_later(inspection, people):
    ada, bob, _ = people
    reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=1, by=bob, now=NOW)
    for minutes in (1, 2):
        with pytest.raises(Refused, match="for somebody else to give it"):
            approve(inspection, bob, minutes)
        add(inspection, KEY, PART, by=bob, now=NOW)
    client = signed_in(bob)
    assert client.get(page(inspection)).content.decode().count("so it is for somebody else to give it.") == 1
    listed = client.get(reverse("documents:list", args=[inspection.slug])).content.decode()
    assert listed.count('name="document"') == 0
    approve(inspection, ada, 3)
    assert (state(inspection).state, state(inspection).approved_by) == ("approved", "Ada Sample")


def test_who_takes_back_their_own_request_for_a_second_pair_of_eyes_leaves_things_as_they_were(inspection, people):
    """Ada asked for two where the plan wants one; a slip must not keep her from approving as the plan says."""
    ada, _, _ = people
    add(inspection, KEY, PART, by=ada, now=NOW)
    assert reviewing.ask_for_approvals(inspection=inspection, document=KEY, needed=1, by=ada, now=NOW) is True
    approve(inspection, ada)
    assert (state(inspection).approvals.needed, state(inspection).state) == (1, "approved")


def test_bulk_approval_takes_what_it_can_and_names_what_it_cannot(inspection):
    """Ada ticks four: one was changed after she opened the page, one waits for a second person."""
    council = inspection.council
    ada, olive = make_person(council, Role.COORDINATOR, name="Ada"), make_person(council, Role.OWNER, name="Olive")
    now = timezone.now()
    for key in ("4", "10", "7", "13"):
        complete(inspection, key, by=olive, now=now)
    reviewing.ask_for_approvals(inspection=inspection, document="7", needed=2, by=ada, now=now)
    client = signed_in(ada)
    seen = client.get(reverse("documents:list", args=[inspection.slug])).content.decode()
    assert seen.count('name="document"') == 4
    ticked = [f"{key}:{found.contents}" for key, found in states(snapshot_of(inspection, now=now)).items()]
    ticked = [value for value in ticked if value.partition(":")[0] in {"4", "7", "10", "13"}]
    add(inspection, KEY, PART, by=olive, now=now, as_at=date(2011, 1, 1))
    address = reverse("documents:approve-several", args=[inspection.slug])
    response = client.post(address, {"document": ticked, "narrowed": "state=submitted&page=//evil.example.org"})
    assert response.url == (
        reverse("documents:list", args=[inspection.slug]) + "?state=submitted&page=%2F%2Fevil.example.org"
    )
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Documents 4 and 13 approved. Your approval of document 7 is recorded; a second person has to approve it too. "
        "Document 10 was not approved: The document was changed after you opened this page. Look at it again before "
        "you decide."
    ]
    found = states(snapshot_of(inspection, now=timezone.now()))
    assert [found[key].state for key in ("4", "7", "10", "13")] == ["approved", "submitted", "submitted", "approved"]
    assert client.post(address, {"document": ticked}).status_code == 302
    assert Review.objects.filter(verdict="approved").count() == 3


def test_bulk_approval_of_nothing_and_of_what_is_not_ones_own(inspection, people):
    client = signed_in(people[2])
    address = reverse("documents:approve-several", args=[inspection.slug])
    response = client.post(address, {})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Tick the documents that you want to approve."
    ]
    assert client.post(address, {"document": ["1:0"]}).status_code == 404
    listed = client.get(reverse("documents:list", args=[inspection.slug])).content.decode()
    assert listed.count('name="document"') == 0

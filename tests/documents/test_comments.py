"""Comments on a document: each one added once, in order, and withdrawn only by its author."""

from __future__ import annotations

import logging
import uuid

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from documents.models import Comment
from documents.reviews.comments import add_comment, comments_on, withdraw_comment
from refusals import Refused
from tests.factories.people import NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
CHILD = "Zebedee Quince"


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def ada(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Ada Sample")


@pytest.fixture
def olive(inspection):
    olive = make_person(inspection.council, Role.OWNER, name="Olive Sample")
    make_ownership(inspection, "document:1", make_post(inspection.council, "Lead", holder=olive))
    return olive


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(inspection, name: str = "document", key: str = "1") -> str:
    return reverse(f"documents:{name}", args=[inspection.slug, key])


def thread(client, inspection) -> list[tuple[str, str]]:
    """Who said what on the page of document 1, in order; nothing for what was withdrawn."""
    return [(str(row.by), row.text) for row in client.get(page(inspection)).context["comments"]]


def test_comments_stand_in_order_for_everybody_who_sees_the_document(inspection, ada, olive):
    for person, text in ((ada, "Is this the right board?"), (olive, "Yes, since <March>.\nSee item 2.")):
        response = signed_in(person).post(page(inspection, "comment"), {"text": text, "once": str(uuid.uuid4())})
        assert response.url == f"{page(inspection)}#comments"
    for person in (ada, olive):
        assert thread(signed_in(person), inspection) == [
            ("Ada Sample", "Is this the right board?"),
            ("Olive Sample", "Yes, since <March>.\nSee item 2."),
        ]
    shown = signed_in(ada).get(page(inspection)).content.decode()
    assert shown.count("Yes, since &lt;March&gt;.<br>See item 2.") == 1
    assert signed_in(olive).post(page(inspection, "comment", "2"), {"text": "x"}).status_code == 404


def test_a_form_sent_twice_is_one_comment(inspection, ada):
    client, sent = signed_in(ada), {"text": "Seen.", "once": str(uuid.uuid4())}
    for _ in range(2):
        client.post(page(inspection, "comment"), sent)
    assert Comment.objects.count() == Event.objects.filter(verb="comment added").count() == 1


def test_form_of_one_document_does_not_speak_of_another(inspection, ada):
    other = make_inspection(make_council("Otherham"))
    once = uuid.uuid4()
    add_comment(inspection=other, document="1", text=CHILD, once=once, by=ada, now=NOW)
    response = signed_in(ada).post(page(inspection, "comment"), {"text": "Seen.", "once": str(once)})
    refused = ["This form was used somewhere else already. Load the page again."]
    assert (response.status_code, response.context["comment_form"].non_field_errors()) == (422, refused)
    add_comment(inspection=inspection, document="2", text="Seen.", once=uuid.UUID(int=2), by=ada, now=NOW)
    with pytest.raises(Refused):
        add_comment(inspection=inspection, document="1", text="Seen.", once=uuid.UUID(int=2), by=ada, now=NOW)
    assert [comment.document for comment in comments_on(inspection, "1")] == []


@pytest.mark.parametrize(
    "text, fault",
    [
        ("  \n ", "Write a comment"),
        ("x" * 2001, "Ensure this value has at most 2000 characters (it has 2001)."),
    ],
)
def test_an_empty_or_endless_comment_is_refused_beside_its_field(inspection, ada, text, fault):
    response = signed_in(ada).post(page(inspection, "comment"), {"text": text, "once": str(uuid.uuid4())})
    assert (response.status_code, response.context["comment_form"].errors["text"]) == (422, [fault])
    assert Comment.objects.count() == 0
    with pytest.raises(Refused):
        add_comment(inspection=inspection, document="1", text=text, once=uuid.uuid4(), by=ada, now=NOW)


def test_withdrawing_takes_the_words_away_and_leaves_that_there_was_a_comment(inspection, ada, olive):
    once = uuid.uuid4()
    comment = add_comment(inspection=inspection, document="1", text=CHILD, once=once, by=ada, now=timezone.now())
    address = reverse("documents:withdraw-comment", args=[inspection.slug, comment.pk])
    assert signed_in(olive).post(address).status_code == 404
    with pytest.raises(Refused):
        withdraw_comment(comment=comment, by=olive, now=timezone.now())
    client = signed_in(ada)
    response = client.post(address)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Comment withdrawn. Its words are gone; that there was one stays."
    ]
    assert client.post(address).status_code == 302
    shown = client.get(page(inspection)).content.decode()
    assert (shown.count(CHILD), shown.count("Withdrawn "), thread(client, inspection)) == (0, 1, [("Ada Sample", "")])
    assert Event.objects.filter(verb="comment withdrawn").count() == 1


def test_the_words_are_in_no_record_and_no_log(inspection, ada, caplog):
    with caplog.at_level(logging.DEBUG):
        signed_in(ada).post(page(inspection, "comment"), {"text": f"{CHILD} again", "once": str(uuid.uuid4())})
    assert Comment.objects.get().text == f"{CHILD} again"
    assert [event for event in Event.objects.all() if "Zebedee" in f"{event.subject}{event.detail}"] == []
    assert [record for record in caplog.records if "Zebedee" in record.getMessage()] == []

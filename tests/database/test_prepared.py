"""Queries compiled to SQL once give the same rows as the queryset, for every value and every later call."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.models import Council, Holding, Role, User
from database.prepared import Prepared, PreparedTogether, columns, instance
from govuk.addresses import address_of
from inspections.models import ClosureDay
from tests.factories.people import NOW, make_council, make_person, make_post

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOLDINGS = Prepared(
    lambda user, council: (
        Holding.objects.current()
        .filter(user=user, post__council=council)
        .order_by("pk")
        .values_list("post_id", "started_on", "user__joined_at")
    ),
    takes=(int, int),
)
COUNCILS = Prepared(lambda slug: Council.objects.filter(slug=slug).values_list(*columns(Council)), takes=(str,))
JOINED = Prepared(
    lambda since, until: (
        User.objects.filter(joined_at__gte=since, joined_at__lt=until).order_by("pk").values_list("pk", "joined_at")
    ),
    takes=(datetime, datetime),
)


def test_a_prepared_query_answers_for_each_value_what_is_there_now() -> None:
    first, second = make_council(), make_council()
    ann, bob = make_person(first, Role.OWNER), make_person(second, Role.OWNER)
    assert [HOLDINGS(user.pk, council.pk) for user in (ann, bob) for council in (first, second)] == [[], [], [], []]
    posts = [make_post(first, holder=ann), make_post(first, holder=ann), make_post(second, holder=bob)]
    # With the fields' own types, also where the database keeps dates as text.
    assert HOLDINGS(ann.pk, first.pk) == [(post.pk, NOW.date(), NOW) for post in posts[:2]]
    assert HOLDINGS(ann.pk, second.pk) == []
    assert HOLDINGS(bob.pk, second.pk) == [(posts[2].pk, NOW.date(), NOW)]
    Holding.objects.filter(post=posts[0]).update(ended_on=NOW.date())
    assert [row[0] for row in HOLDINGS(ann.pk, first.pk)] == [posts[1].pk]


@pytest.mark.parametrize("slug", ["fictionshire", "o'brien", "a%sb", 'quo"te', "", "-8610000000000001"])
def test_a_value_is_never_part_of_the_sql(slug: str) -> None:
    Council.objects.create(slug="fictionshire", name="Fictionshire")
    with CaptureQueriesContext(connection) as queries:
        found = COUNCILS(slug)
    assert [row[1] for row in found] == (["fictionshire"] if slug == "fictionshire" else [])
    assert len(queries) == 1


def test_a_moment_is_compared_as_the_database_keeps_it() -> None:
    council = make_council()
    ann, bob = make_person(council), make_person(council)
    User.objects.filter(pk=bob.pk).update(joined_at=NOW + timedelta(hours=1))
    assert JOINED(NOW, NOW + timedelta(hours=1)) == [(ann.pk, NOW)]
    assert JOINED(NOW + timedelta(microseconds=1), NOW + timedelta(hours=2)) == [(bob.pk, NOW + timedelta(hours=1))]
    assert JOINED(NOW, NOW) == []


def test_a_row_becomes_the_object_that_a_queryset_gives() -> None:
    council = make_council()
    day = ClosureDay.objects.create(council=council, date=date(2011, 4, 29), reason="Closed", added_at=NOW)
    prepared = Prepared(lambda pk: ClosureDay.objects.filter(council=pk).values_list(*columns(ClosureDay)))
    [row] = prepared(council.pk)
    made = instance(ClosureDay, row)
    assert (made, made.__dict__ | {"_state": None}) == (
        day,
        ClosureDay.objects.get(pk=day.pk).__dict__ | {"_state": None},
    )
    made.reason = "Office move"
    made.save()
    assert ClosureDay.objects.get().reason == "Office move"


def test_a_value_that_does_not_arrive_in_the_sql_is_refused() -> None:
    with pytest.raises(ValueError, match="has to be a parameter"):
        Prepared(lambda user: User.objects.filter(is_active=True).values_list("pk"))(1)


def test_an_address_is_what_django_makes_of_it() -> None:
    for _ in range(2):
        assert address_of("health") == reverse("health")
        assert address_of("documents:document", "a-slug", "1") == reverse("documents:document", args=["a-slug", "1"])
        assert address_of("accounts:person", "a-slug", 7) == reverse("accounts:person", args=["a-slug", 7])
    with pytest.raises(NoReverseMatch):
        address_of("dashboard")


TOGETHER = PreparedTogether(
    lambda user, council: Holding.objects.filter(user=user, post__council=council).values_list(
        "post_id", "started_on", "ended_on"
    ),
    lambda user, council: Council.objects.filter(pk=council).values_list("name"),
    lambda user, council: User.objects.filter(pk=user).values_list("joined_at", "full_name", "is_active"),
    takes=(int, int),
)


def test_queries_asked_together_answer_what_each_answers_alone(django_assert_num_queries) -> None:
    council = make_council()
    ann = make_person(council, Role.OWNER, name="Ann Example")
    posts = [make_post(council, holder=ann) for _ in range(2)]
    for _ in range(2):
        with django_assert_num_queries(1):
            holdings, councils, people = TOGETHER(ann.pk, council.pk)
        assert sorted(holdings) == [(post.pk, NOW.date(), None) for post in posts]
        assert (councils, people) == ([("Fictionshire",)], [(NOW, "Ann Example", True)])
    assert TOGETHER(ann.pk, -1) == [[], [], [(NOW, "Ann Example", True)]]
    assert TOGETHER(-1, -1) == [[], [], []]


def test_each_value_has_to_arrive_in_one_of_the_queries() -> None:
    with pytest.raises(ValueError, match="has to be a parameter"):
        PreparedTogether(
            lambda user, council: User.objects.filter(pk=user).values_list("pk"),
            lambda user, council: Council.objects.values_list("pk"),
            takes=(int, int),
        )(1, 1)

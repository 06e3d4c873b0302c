from __future__ import annotations

import pytest

from accounts import actions
from accounts.models import Event, Holding, Membership, Post, PostAlias, Role, User
from refusals import Refused
from tests.factories.people import NOW, at, make_council, make_person, make_post

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def administrator(council):
    return make_person(council, Role.ADMINISTRATOR, name="Ada Sample")


def _verbs(council) -> list[str]:
    return list(Event.objects.filter(council=council).order_by("pk").values_list("verb", flat=True))


def test_add_person_gives_exactly_the_roles_and_no_password(council, administrator) -> None:
    user = actions.add_person(
        council=council,
        email=" New.Person@Example.ORG ",
        full_name="New Person",
        roles=[Role.OWNER, Role.MEMBER],
        by=administrator,
        now=NOW,
    )
    assert user.email == "new.person@example.org"
    assert not user.has_usable_password()
    assert set(Membership.objects.filter(user=user).values_list("role", flat=True)) == {"owner", "member"}
    assert _verbs(council) == ["person added"]


def test_add_person_known_elsewhere_is_the_same_person(council, administrator) -> None:
    known = make_person(make_council("Elsewhere"), Role.OWNER, email="both@example.org")
    user = actions.add_person(
        council=council, email="both@example.org", full_name="X", roles=[Role.OWNER], by=administrator, now=NOW
    )
    assert user == known
    assert user.full_name == known.full_name
    assert Membership.objects.filter(user=known).count() == 2


@pytest.mark.parametrize(
    ("roles", "email", "field"), [([], "new@example.org", "roles"), ([Role.OWNER], "ada@example.org", "email")]
)
def test_add_person_refuses_no_role_and_the_same_person_twice(council, roles, email, field) -> None:
    make_person(council, Role.ADMINISTRATOR, email="ada@example.org")
    with pytest.raises(Refused) as refused:
        actions.add_person(council=council, email=email, full_name="X", roles=roles, by=None, now=NOW)
    assert refused.value.field == field
    assert User.objects.count() == 1
    assert Event.objects.count() == 0


def test_set_roles_replaces_them_and_does_nothing_the_second_time(council, administrator) -> None:
    person = make_person(council, Role.OWNER, Role.MEMBER)
    for expected in (True, False):
        changed = actions.set_roles(
            council=council, user=person, roles=[Role.BOARD, Role.OWNER], by=administrator, now=NOW
        )
        assert changed is expected
    assert set(Membership.objects.filter(user=person).values_list("role", flat=True)) == {"owner", "board"}
    assert _verbs(council) == ["roles changed"]


def test_the_last_administrator_stays(council, administrator) -> None:
    with pytest.raises(Refused, match="only administrator"):
        actions.set_roles(council=council, user=administrator, roles=[Role.OWNER], by=administrator, now=NOW)
    other = make_person(council, Role.ADMINISTRATOR)
    actions.set_roles(council=council, user=administrator, roles=[Role.OWNER], by=other, now=NOW)
    with pytest.raises(Refused, match="only administrator"):
        actions.remove_person(council=council, user=other, by=administrator, now=NOW)


def test_remove_person_vacates_their_posts_and_keeps_the_history(council, administrator) -> None:
    person = make_person(council, Role.OWNER)
    post = make_post(council, "Strategic Lead, Testing", holder=person)
    actions.remove_person(council=council, user=person, by=administrator, now=at("2011-05-01 10:00"))
    assert Holding.objects.current().filter(post=post).count() == 0
    assert Holding.objects.get(post=post).user == person
    assert not Membership.objects.filter(user=person).exists()
    with pytest.raises(Refused, match="remove yourself"):
        actions.remove_person(council=council, user=administrator, by=administrator, now=NOW)


def test_give_post_hands_over_from_the_holder_before(council, administrator) -> None:
    first, second = make_person(council, Role.OWNER), make_person(council, Role.MEMBER)
    post = make_post(council, "Head of Service", holder=first)
    assert actions.give_post(post=post, user=second, by=administrator, now=at("2011-05-03 09:00"))
    assert not actions.give_post(post=post, user=second, by=administrator, now=at("2011-05-04 09:00"))
    rows = list(Holding.objects.filter(post=post).order_by("pk").values_list("user", "ended_on"))
    assert rows == [(first.pk, at("2011-05-03 09:00").date()), (second.pk, None)]
    assert Membership.objects.filter(user=second, role=Role.OWNER).exists()


def test_give_post_refuses_somebody_of_another_council(council) -> None:
    stranger = make_person(make_council("Elsewhere"), Role.OWNER)
    post = make_post(council)
    with pytest.raises(Refused, match="Add the person first"):
        actions.give_post(post=post, user=stranger, by=None, now=NOW)
    assert Holding.objects.count() == 0


@pytest.mark.parametrize(
    "spelling", ["strategic lead, children looked after", "  Strategic  Lead,  CLA ", "STRATEGIC LEAD, CLA"]
)
def test_a_post_is_found_by_its_name_and_aliases(council, spelling) -> None:
    post = actions.add_post(
        council=council,
        name="Strategic Lead, Children Looked After",
        organisation="Council",
        aliases=["Strategic Lead, CLA"],
        by=None,
        now=NOW,
    )
    assert actions.find_post(council, spelling) == post
    with pytest.raises(Refused, match="is already the post"):
        actions.add_post(council=council, name=spelling, organisation="Council", by=None, now=NOW)


class Planned:
    def __init__(self, name: str, aliases: tuple[str, ...] = ()) -> None:
        self.name, self.aliases, self.organisation = name, aliases, "Council"


@pytest.mark.parametrize(
    "spelling",
    ["Head  of   Service", " head of\nservice", "Head\u00a0of Serv\u200bice", "HEAD OF SERVICE\x00"],
)
def test_add_post_refuses_a_name_that_only_looks_different(council, spelling) -> None:
    make_post(council, "Head of  Service")
    assert Post.objects.get().name == "Head of Service"
    for given in ({"name": spelling}, {"name": "Another post", "aliases": [spelling]}):
        with pytest.raises(Refused) as refused:
            actions.add_post(council=council, organisation="Council", by=None, now=NOW, **given)
        assert refused.value.message.endswith("is already the post Head of Service (Council).")
    assert Post.objects.count() == 1


def test_add_post_refuses_capitals_that_a_database_does_not_know(council) -> None:
    make_post(council, "\u00c9quipe de l\u2019enfance")
    for spelling in ("\u00c9quipe de l\u2019enfance", "E\u0301QUIPE DE L\u2019ENFANCE"):
        with pytest.raises(Refused):
            actions.add_post(council=council, name=spelling, organisation="Council", by=None, now=NOW)


def test_add_post_refuses_what_only_the_database_holds_for_the_same(council, monkeypatch) -> None:
    make_post(council, "Head of Service")
    monkeypatch.setattr(actions, "find_post", lambda *args: None)
    with pytest.raises(Refused) as refused:
        make_post(council, "Head of Service")
    assert refused.value.message == "“Head of Service” is written like a post that there is already."
    assert Post.objects.count() == 1


def test_add_post_keeps_each_alias_once(council) -> None:
    post = actions.add_post(
        council=council,
        name="Lead  member",
        aliases=["LM", " lm", "", "lead member"],
        organisation=" The\tCouncil",
        by=None,
        now=NOW,
    )
    assert (post.name, post.organisation) == ("Lead member", "The Council")
    assert [alias.name.lower() for alias in post.aliases.all()] == ["lm"]


def test_a_name_is_kept_on_one_line_and_never_empty(council, administrator) -> None:
    person = make_person(council, Role.OWNER)
    actions.change_own_details(user=person, full_name="Owen\r\n \u200bSample\x00", telephone=" 01632\t960001 ", now=NOW)
    person.refresh_from_db()
    assert (person.full_name, person.telephone) == ("Owen Sample", "01632 960001")
    for blank in ("\x00", " \u200b\n"):
        with pytest.raises(Refused) as refused:
            actions.change_own_details(user=person, full_name=blank, telephone="", now=NOW)
        assert refused.value.field == "full_name"
        with pytest.raises(Refused):
            actions.add_council(slug="blank", name=blank)


def test_adopting_posts_twice_changes_nothing(council) -> None:
    plan = [Planned("Director of Children's Services", ("DCS",)), Planned("Chief Executive")]
    first = actions.adopt_posts(council=council, posts=plan, by=None, now=NOW)
    events = Event.objects.count()
    assert actions.adopt_posts(council=council, posts=plan, by=None, now=NOW) == first
    assert (Post.objects.count(), PostAlias.objects.count(), Event.objects.count()) == (2, 1, events)


def test_every_action_moves_the_councils_version_on(council, administrator) -> None:
    council.refresh_from_db()
    before = council.version
    actions.add_post(council=council, name="A post", organisation="Council", by=administrator, now=NOW)
    council.refresh_from_db()
    assert council.version == before + 1


def test_the_record_is_only_added_to(council) -> None:
    actions.add_post(council=council, name="A post", organisation="Council", by=None, now=NOW)
    event = Event.objects.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_details_of_somebody_of_two_councils_are_theirs_alone_to_change(council, administrator) -> None:
    both = make_person(council, Role.OWNER, name="Bea Both")
    Membership.objects.create(council=make_council("Elsewhere"), user=both, role=Role.OWNER)
    same = {"council": council, "user": both, "telephone": both.telephone, "by": administrator, "now": NOW}
    with pytest.raises(Refused, match="in another council too"):
        actions.save_person(full_name="Renamed", roles=[Role.MEMBER], **same)
    both.refresh_from_db()
    assert (both.full_name, sorted(Membership.objects.filter(user=both).values_list("role", flat=True))) == (
        "Bea Both",
        ["owner", "owner"],
    )
    actions.save_person(full_name="Bea Both", roles=[Role.MEMBER], **same)
    assert list(Membership.objects.filter(user=both, council=council).values_list("role", flat=True)) == ["member"]

"""People, roles and posts: what two administrators can do to one council at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts import actions
from accounts.models import Council, Holding, Membership, Post, PostAlias, Role, User
from tests.factories.people import NOW, make_council, make_person, make_post
from tests.racing import Race

OTHERS = (Role.OWNER, Role.MEMBER)


@dataclass(frozen=True)
class Planned:
    name: str
    aliases: tuple[str, ...] = ()
    organisation: str = "Council"


def _roles(council: Council, user: User, *roles: Role, by: User | None = None) -> Callable[[], object]:
    return lambda: actions.set_roles(council=council, user=user, roles=roles, by=by, now=NOW)


def _remove(council: Council, user: User, by: User) -> Callable[[], object]:
    return lambda: actions.remove_person(council=council, user=user, by=by, now=NOW)


def _add(council: Council, email: str) -> Callable[[], object]:
    return lambda: actions.add_person(
        council=council, email=email, full_name="New Person", roles=[Role.OWNER], by=None, now=NOW
    )


def _two_administrators() -> tuple[Council, User, User]:
    council = make_council()
    return council, make_person(council, Role.ADMINISTRATOR), make_person(council, Role.ADMINISTRATOR)


def _has_administrator(council: Council) -> bool:
    return Membership.objects.filter(council=council, role=Role.ADMINISTRATOR).exists()


def administrators_demote_each_other() -> Race:
    council, ada, bo = _two_administrators()
    return Race(
        _roles(council, bo, Role.OWNER, by=ada),
        _roles(council, ada, Role.OWNER, by=bo),
        lambda: _has_administrator(council),
    )


def administrators_remove_each_other() -> Race:
    council, ada, bo = _two_administrators()
    return Race(_remove(council, bo, by=ada), _remove(council, ada, by=bo), lambda: _has_administrator(council))


def administrator_is_removed_while_the_other_is_demoted() -> Race:
    council, ada, bo = _two_administrators()
    return Race(
        _remove(council, bo, by=ada), _roles(council, ada, Role.OWNER, by=bo), lambda: _has_administrator(council)
    )


def _removal() -> tuple[Council, User, User, Callable[[], bool]]:
    """A council, its administrator, a person who is removed, and whether that person is gone."""
    council = make_council()
    person = make_person(council, Role.MEMBER)

    def gone() -> bool:
        posts = Holding.objects.current().filter(user=person)
        return not posts.exists() and not Membership.objects.filter(user=person).exists()

    return council, make_person(council, Role.ADMINISTRATOR), person, gone


def person_is_removed_while_given_a_post() -> Race:
    council, by, person, gone = _removal()
    post = make_post(council)
    give = lambda: actions.give_post(post=post, user=person, by=by, now=NOW)  # noqa: E731
    return Race(_remove(council, person, by), give, gone)


def person_is_removed_while_given_roles() -> Race:
    council, by, person, gone = _removal()
    return Race(_remove(council, person, by), _roles(council, person, *OTHERS), gone)


def one_person_is_given_roles_twice() -> Race:
    council = make_council()
    person = make_person(council, Role.BOARD)
    return Race(
        _roles(council, person, *OTHERS),
        _roles(council, person, Role.OWNER, Role.AUDITOR),
        lambda: Membership.objects.filter(user=person).count() == 2,
    )


def person_is_given_a_post_and_the_role_of_owner() -> Race:
    council = make_council()
    person, post = make_person(council, Role.MEMBER), make_post(council)
    give = lambda: actions.give_post(post=post, user=person, by=None, now=NOW)  # noqa: E731
    return Race(give, _roles(council, person, *OTHERS), lambda: Holding.objects.current().filter(post=post).exists())


def post_is_given_to_two_people() -> Race:
    council = make_council()
    post, people = make_post(council), [make_person(council, Role.OWNER) for _ in range(2)]
    one, other = (lambda user=user: actions.give_post(post=post, user=user, by=None, now=NOW) for user in people)
    return Race(one, other, lambda: Holding.objects.filter(post=post).current().count() == 1)


def post_is_given_while_vacated() -> Race:
    council = make_council()
    post, person = make_post(council, holder=make_person(council, Role.OWNER)), make_person(council, Role.OWNER)
    return Race(
        lambda: actions.give_post(post=post, user=person, by=None, now=NOW),
        lambda: actions.vacate_post(post=post, by=None, now=NOW),
        lambda: Holding.objects.filter(post=post).current().count() <= 1,
    )


def post_is_added_under_the_name_and_as_an_alias() -> Race:
    council = make_council()
    facts: dict[str, Any] = {"council": council, "organisation": "Council", "by": None, "now": NOW}
    return Race(
        lambda: actions.add_post(name="Lead member", **facts),
        lambda: actions.add_post(name="Cabinet member", aliases=["lead member"], **facts),
        lambda: Post.objects.filter(council=council).count() == 1,
    )


def plan_is_adopted_twice() -> Race:
    council = make_council()
    posts = [Planned("Lead member", ("LM",)), Planned("Director")]
    adopt = lambda: len(actions.adopt_posts(council=council, posts=posts, by=None, now=NOW))  # noqa: E731
    return Race(
        adopt,
        adopt,
        lambda: (
            Post.objects.filter(council=council).count() == 2 and PostAlias.objects.filter(council=council).count() == 1
        ),
    )


def council_is_added_twice() -> Race:
    slug = make_council().slug + "-new"
    add = lambda: actions.add_council(slug=slug, name="Fictionshire")  # noqa: E731
    return Race(add, add, lambda: Council.objects.filter(slug=slug).count() == 1)


def person_is_added_twice() -> Race:
    council = make_council()
    email = f"{council.slug}@example.org"
    return Race(_add(council, email), _add(council, email), lambda: User.objects.filter(email=email).count() == 1)


def person_is_added_by_two_councils() -> Race:
    here, there = make_council(), make_council()
    email = f"{here.slug}@example.org"
    return Race(_add(here, email), _add(there, email), lambda: User.objects.filter(email=email).count() == 1)


def two_people_are_given_one_address() -> Race:
    council = make_council()
    by, email = make_person(council, Role.ADMINISTRATOR), f"{council.slug}@example.org"
    people = [make_person(council, Role.OWNER) for _ in range(2)]
    one, other = (
        lambda user=user: actions.change_address(council=council, user=user, email=email, by=by, now=NOW)
        for user in people
    )
    return Race(one, other, lambda: User.objects.filter(email=email).count() == 1)


def _known_elsewhere() -> tuple[Council, User, User, Callable[[], object], Callable[[], bool]]:
    """A council with its administrator and a person whom another council adds, and whether that one has done so."""
    here, there = make_council(), make_council()
    by, person = make_person(here, Role.ADMINISTRATOR), make_person(here, Role.OWNER)
    return here, by, person, _add(there, person.email), lambda: Membership.objects.filter(council=there).exists()


def address_is_changed_while_another_council_adds_the_person() -> Race:
    here, by, person, add, _ = _known_elsewhere()
    email = f"{here.slug}@example.org"

    def holds() -> bool:
        both = Membership.objects.filter(user=person).values("council").distinct().count() == 2
        return not (both and User.objects.filter(email=email).exists())

    return Race(lambda: actions.change_address(council=here, user=person, email=email, by=by, now=NOW), add, holds)


def address_is_changed_while_the_person_acts() -> Race:
    council = make_council()
    by, person, third = (make_person(council, Role.ADMINISTRATOR) for _ in range(3))
    email = f"{council.slug}@example.org"
    return Race(
        lambda: actions.change_address(council=council, user=person, email=email, by=by, now=NOW),
        _roles(council, third, Role.OWNER, by=person),
        lambda: User.objects.filter(email=email).exists(),
    )


def people_of_two_councils_change_what_both_councils_show() -> Race:
    early, late = make_council("Zedshire"), make_council("Ayshire")
    ada, bo = make_person(early, Role.OWNER), make_person(early, Role.OWNER)
    Membership.objects.bulk_create(Membership(council=late, user=user, role=Role.OWNER) for user in (ada, bo))
    return Race(
        lambda: actions.choose_summary(user=ada, hour=16, now=NOW),
        lambda: actions.change_own_details(user=bo, full_name="Bo Sample", telephone="", now=NOW),
        lambda: User.objects.filter(pk__in=[ada.pk, bo.pk], summary_hour=16).count() == 1,
    )


RACES = (
    administrators_demote_each_other,
    administrators_remove_each_other,
    administrator_is_removed_while_the_other_is_demoted,
    person_is_removed_while_given_a_post,
    person_is_removed_while_given_roles,
    one_person_is_given_roles_twice,
    person_is_given_a_post_and_the_role_of_owner,
    post_is_given_to_two_people,
    post_is_given_while_vacated,
    post_is_added_under_the_name_and_as_an_alias,
    plan_is_adopted_twice,
    council_is_added_twice,
    person_is_added_twice,
    person_is_added_by_two_councils,
    two_people_are_given_one_address,
    address_is_changed_while_another_council_adds_the_person,
    address_is_changed_while_the_person_acts,
    people_of_two_councils_change_what_both_councils_show,
)

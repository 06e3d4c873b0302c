"""Councils, people and inspections for the tests; plainly fictional."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from accounts import actions
from accounts.models import Council, Membership, Post, Role, User
from inspections.models import Inspection, InspectionKind, Ownership

LONDON = ZoneInfo("Europe/London")
PASSWORD = "a-long-fictional-password"
_numbers = count(1)


def at(text: str) -> datetime:
    """An aware moment in Europe/London from "2011-04-18 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


NOW = at("2011-04-01 09:00")


def make_council(name: str = "Fictionshire") -> Council:
    return Council.objects.create(slug=f"{name.lower()}-{next(_numbers)}", name=name)


def make_person(council: Council, *roles: Role, name: str | None = None, email: str | None = None) -> User:
    """A person with a password (PASSWORD) and these roles in the council."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@example.org",
        PASSWORD,
        full_name=name or f"Person Number {number}",
        telephone="01632 960001",
        joined_at=NOW,
    )
    Membership.objects.bulk_create(Membership(council=council, user=user, role=role) for role in roles)
    return user


def make_post(council: Council, name: str | None = None, holder: User | None = None) -> Post:
    post = actions.add_post(
        council=council, name=name or f"Post {next(_numbers)}", organisation="Council", by=None, now=NOW
    )
    if holder is not None:
        actions.give_post(post=post, user=holder, by=None, now=NOW)
    return post


def make_inspection(
    council: Council,
    *,
    notified: date | None = None,
    framework: str = "slac-2009",
    plan: str = "",
    kind: str = InspectionKind.REAL,
    title: str | None = None,
) -> Inspection:
    """An inspection row by itself: no posts and no owners; `make_ownership` adds them."""
    number = next(_numbers)
    return Inspection.objects.create(
        council=council,
        slug=f"inspection-{number}",
        title=title or f"Inspection {number}",
        kind=kind,
        framework_key=framework,
        plan_key=plan,
        opened_at=NOW,
        notified_on=notified,
        notification_recorded_at=NOW if notified else None,
    )


def make_ownership(inspection: Inspection, item: str, *posts: Post) -> None:
    Ownership.objects.bulk_create(
        Ownership(inspection=inspection, item=item, post=post, position=position) for position, post in enumerate(posts)
    )

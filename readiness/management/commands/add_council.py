"""Adds a council and its first administrator: how a real installation begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils import timezone

from accounts.actions import add_council
from accounts.invitations import LINK_LASTS, invite_person, path_of
from accounts.permissions import FIRST_PERSON
from inspections.commands import CommandRefused, ContractCommand


class Command(ContractCommand):
    help = (
        "Adds a council and its first administrator, who is invited by email and then adds everybody else. "
        "Also prints the link of the invitation, in case no mail can be sent yet."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="its short name in addresses, such as fictionshire")
        parser.add_argument("name", metavar="NAME", help="its name, such as Fictionshire")
        parser.add_argument("--email", required=True, help="the administrator's email address")
        parser.add_argument("--person", required=True, metavar="FULL_NAME", help="the administrator's name")

    def answer(self, *, slug: str, name: str, email: str, person: str, **options: Any) -> Any:
        try:
            validate_slug(slug)
        except ValidationError:
            raise CommandRefused(f"“{slug}” is no short name: use letters, numbers and hyphens.") from None
        try:
            validate_email(email)
        except ValidationError:
            raise CommandRefused(f"“{email}” is no email address.") from None
        with transaction.atomic():
            now = timezone.now()
            council = add_council(slug=slug, name=name)
            roles = FIRST_PERSON
            found = invite_person(council=council, email=email, full_name=person, roles=roles, by=None, now=now)
        return {"council": slug, "administrator": found.email, "link": f"{settings.PUBLIC_URL}{path_of(found)}"}

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield f"{answer['council']} is there; {answer['administrator']} is invited as administrator and coordinator."
        yield f"They accept here, within {LINK_LASTS.days} days: {answer['link']}"

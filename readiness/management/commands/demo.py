"""Makes the demonstration council again, without changing anything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.commands import ContractCommand
from readiness.demonstration import fill


class Command(ContractCommand):
    help = (
        "Makes a fictional council with an inspection that is partly ready, and prints who can sign in. "
        "Running it again makes the demonstration again and changes nothing else."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day", type=int, metavar="N", help="notified so that today is working day N; without it, not yet notified"
        )

    def answer(self, *, day: int | None, **options: Any) -> Any:
        made = fill(day=day, now=timezone.now())
        return {
            "inspection": made.inspection.slug,
            "day": made.day,
            "people": [{"email": user.email, "roles": [role.value for role in roles]} for user, roles in made.people],
            "password": made.password,
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        day = answer["day"]
        yield f"The demonstration is filled in; its inspection is {f'on day {day}' if day else 'not notified yet'}."
        yield "Sign in as one of these, all with the same password:"
        for person in answer["people"]:
            yield f"  {person['email']:<28} {', '.join(person['roles'])}"
        yield f"  password: {answer['password']}"

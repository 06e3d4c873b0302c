"""The rules that every command of the project keeps, so that scripts can rely on all of them.

Plain text for people by default, one JSON document on standard output with `--format json`. Faults are one line each on
standard error, never a traceback. The status is 0 when done, 1 when the input is refused, 2 for wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from frameworks import Framework, FrameworkError, Plan
from inspections.models import Inspection, library
from inspections.working_days import NotAWorkingDay, NoWorkingDay
from refusals import Refused

# The briefing paper's own framework, which a command uses unless it is told another.
DEFAULT_FRAMEWORK = "slac-2009"

LONDON = ZoneInfo("Europe/London")
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y")


class CommandRefused(Exception):
    """The command cannot do what was asked; `faults` are whole sentences, one line each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ContractCommand(BaseCommand):
    """A command that keeps these rules: its options are in `add_options`, its answer in `answer`.

    `answer` returns what JSON shows; `as_text` turns that into lines for people. A refusal is raised, as `Refused`,
    `FrameworkError`, `NotAWorkingDay` or `CommandRefused`.
    """

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # A usage error ends the same way everywhere, so `call_command` in a test ends as a shell would see it.
        parser.called_from_command_line = True
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="text for people (default), or one JSON document"
        )
        self.add_options(parser)

    def add_options(self, parser: CommandParser) -> None:
        """Adds the command's own arguments to `parser`."""

    def answer(self, *args: Any, **options: Any) -> Any:
        """Does the work of the command and returns what JSON shows."""
        raise NotImplementedError

    def as_text(self, *args: Any, **options: Any) -> Iterable[str]:
        """The lines that people read."""
        raise NotImplementedError

    def handle(self, **options: Any) -> None:
        try:
            answer = self.answer(**options)
        except (Refused, FrameworkError, CommandRefused, NotAWorkingDay, NoWorkingDay) as error:
            self._refuse(str(error).splitlines() or ["Refused."])
        except DatabaseError as error:
            # Only the kind of error: the text of a database error quotes the row, and a row can name a person.
            self._refuse([f"The database cannot be used ({type(error).__name__}). Has `manage.py migrate` been run?"])
        try:
            self._show(answer, options)
            self.stdout.flush()
        except BrokenPipeError:
            # The reader has stopped reading (`| head`). What is still buffered is dropped, without an error at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _show(self, answer: Any, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for line in self.as_text(answer, **options):
            self.stdout.write(line)

    def _refuse(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stderr.write(line)
        raise SystemExit(1)


def a_date(text: str) -> date:
    """A date on the command line: 2011-04-18, 18/04/2011 or "18 April 2011". Use it as `type=` of an argument."""
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a date has no time zone
        except ValueError:
            continue
    raise ArgumentTypeError(f"“{text}” is not a date; write it as 2011-04-18")


def a_moment(text: str) -> datetime:
    """A date and time on the command line, in Europe/London unless it names another zone.

    Use it as `type=` of an argument.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a date and time; write it as 2011-04-18T09:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def inspection_named(slug: str) -> Inspection:
    """The inspection with this slug; raises CommandRefused with the existing ones."""
    found = Inspection.objects.select_related("council").filter(slug=slug).first()
    if found is None:
        slugs = Inspection.objects.values_list("slug", flat=True).order_by("slug")
        raise CommandRefused(_none_such("inspection", slug, list(slugs[:20])))
    return found


def framework_named(key: str) -> Framework:
    """The framework with this key; raises CommandRefused with the existing ones."""
    try:
        return library().framework(key)
    except KeyError:
        raise CommandRefused(_none_such("framework", key, [each.key for each in library().frameworks()])) from None


def plan_named(key: str) -> Plan:
    """The local plan with this key; raises CommandRefused with the existing ones."""
    try:
        return library().plan(key)
    except KeyError:
        raise CommandRefused(_none_such("local plan", key, [each.key for each in library().plans()])) from None


def _none_such(kind: str, key: str, there_are: list[str]) -> str:
    if not there_are:
        return f"There is no {kind} “{key}”, nor any other yet."
    return f"There is no {kind} “{key}”. There are: {', '.join(there_are)}."

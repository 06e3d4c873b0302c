"""Reads reports of returned mail, from the mailbox of BOUNCES_URL or one message from standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from inspections.commands import ContractCommand
from outbox.bounces import LARGEST
from outbox.post_box import MailboxUnreachable
from reminders.returned import Returned, receive, take


class Command(ContractCommand):
    help = "Notes which emails came back, from the mailbox that BOUNCES_URL names or from a message on standard input."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stdin",
            action="store_true",
            help="read one message from standard input, as a mail server pipes it",
        )

    def answer(self, *, stdin: bool, **options: Any) -> Any:
        result = Returned()
        if stdin:
            take(sys.stdin.buffer.read(LARGEST), result, now=timezone.now())
        elif not settings.BOUNCES_URL:
            raise CommandError("BOUNCES_URL is not set, so there is no mailbox to read. Set it, or use --stdin.")
        else:
            try:
                result = receive(now=timezone.now())
            except MailboxUnreachable as error:
                raise CommandError(str(error)) from None
        return result.as_dict()

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield f"{answer['read']} read: {answer['bounced']} emails came back, {answer['ignored']} say nothing of ours."

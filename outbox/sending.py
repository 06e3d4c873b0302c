"""Sending waiting mail: claimed before it is sent, committed as soon as the server has accepted it.

A worker claims a batch of messages (`jobs.queue`). If it is killed, it loses them after OUTBOX_LEASE seconds, and they
are sent by another. Each message is marked as sent in a transaction of its own as soon as the server has accepted it.
So a killed worker can repeat one email at most, the one between the server's answer and the commit, and then with the
same Message-ID.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from jobs.queue import Queue
from outbox.line import MailConnection, SendResult, Verdict
from outbox.models import WAITING, Message, MessageState

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_RUN = 20 * 60  # seconds; beat starts the next run, and no broker treats a task as lost by then
WHILE_DOWN = 30  # seconds until mail that found no server is tried again
FIRST_DELAY = 60  # seconds after a temporary refusal; doubled with each, up to
LONGEST_DELAY = 60 * 60
CUTS_IN_A_ROW = 3  # broken connections after which the server is at fault and not a message
PAUSES_FOR_DATABASE = (0.2, 1.0, 5.0)  # seconds between attempts to store the server's answer


@dataclass
class Outcome:
    """The result of a run: messages accepted by the server, refused for good, put off; `trouble` is why it stopped
    early.
    """

    sent: int = 0
    failed: int = 0
    delayed: int = 0
    trouble: str = ""

    def as_dict(self) -> dict[str, int]:
        return {key: value for key, value in asdict(self).items() if key != "trouble"}


class Clock:
    """The time that was passed in, moving on with real time."""

    def __init__(self, now: datetime) -> None:
        self._start = now
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.running())

    def running(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began


def lease() -> timedelta:
    """How long a claim holds: longer than one message can take, which is some ten network waits of
    EMAIL_TIMEOUT each.
    """
    return timedelta(seconds=settings.OUTBOX_LEASE)


#: Never given up: a message waits for its server to come back, however long that takes.
QUEUE = Queue[Message](lambda: Message.objects.filter(state__in=WAITING), lease=lease)


def send_waiting(*, now: datetime, batch: int = BATCH) -> Outcome:
    """Send all messages that are due at `now` (aware), in batches over one connection to the mail server.

    Stops early if no server can be reached; unsent messages wait and nothing is lost. Call it outside any transaction:
    one that is rolled back would forget messages that have been sent.
    """
    outcome = Outcome()
    clock = Clock(now)
    with MailConnection() as line:
        while clock.running() < LONGEST_RUN:
            run = Batch.claim(clock, batch)
            if not run.waiting:
                break
            run.send(line, outcome)
            if outcome.trouble:
                log.warning("mail waits: %s", outcome.trouble)
                break
    return outcome


class Batch:
    """The messages that one worker has claimed, in the order in which they were written."""

    def __init__(self, claim: str, waiting: list[Message], clock: Clock) -> None:
        self.mark = claim
        self.waiting = waiting
        self.clock = clock
        self.renewed = clock.running()

    @classmethod
    def claim(cls, clock: Clock, size: int) -> Batch:
        """Takes up to `size` due messages that no other worker has."""
        waiting = QUEUE.take_some(size, clock.now(), state=MessageState.SENDING)
        waiting.sort(key=lambda message: (message.created_at, message.pk))
        return cls(waiting[0].claim if waiting else "", waiting, clock)

    def send(self, line: MailConnection, outcome: Outcome) -> None:
        """Hands the messages over one by one; if anything stops it, those not yet begun are released."""
        cuts = 0
        try:
            while self.waiting:
                self.renew()
                if not self.waiting:
                    break
                message = self.waiting[0]
                answer = line.send(message)
                cuts = cuts + 1 if answer.verdict is Verdict.CUT else 0
                if answer.verdict is Verdict.DOWN:
                    outcome.trouble = answer.words
                    break
                del self.waiting[0]
                self.settle(message, answer, outcome)
                if cuts == CUTS_IN_A_ROW:
                    outcome.trouble = answer.words
                    break
        finally:
            if self.waiting:
                self.give_back(outcome)

    def renew(self) -> None:
        """Extends the lease of a batch that takes long, and drops messages that another worker has taken since."""
        if self.clock.running() - self.renewed < lease().total_seconds() / 6:
            return
        still = QUEUE.keep_some(self.mark, self.clock.now())
        self.waiting = [message for message in self.waiting if message.pk in still]
        self.renewed = self.clock.running()

    def settle(self, message: Message, answer: SendResult, outcome: Outcome) -> None:
        """Stores the result of the message, and commits it."""
        now = self.clock.now()
        if answer.verdict is Verdict.SENT:
            insist(lambda: mark_sent(message, now))
            outcome.sent += 1
            return
        mine = Message.objects.claimed_by(self.mark).filter(pk=message.pk)
        over = {"claim": "", "tries": F("tries") + 1, "last_error": answer.words}
        if answer.verdict is Verdict.REFUSED:
            erased = {"text": "", "html": ""} if message.secret else {}
            outcome.failed += insist(lambda: mine.update(state=MessageState.FAILED, **over, **erased))
            log.warning("mail %s was refused", message.pk)
        else:
            again = now + delay_after(message.tries + 1)
            outcome.delayed += insist(lambda: mine.update(state=MessageState.QUEUED, free_at=again, **over))

    def give_back(self, outcome: Outcome) -> None:
        """Releases the messages that were not handed over, to be tried again soon."""
        now = self.clock.now()
        rest = Message.objects.claimed_by(self.mark).filter(pk__in=[message.pk for message in self.waiting])
        changes: dict[str, object] = {"state": MessageState.QUEUED, "claim": "", "free_at": now}
        if outcome.trouble:
            changes |= {"free_at": now + timedelta(seconds=WHILE_DOWN), "last_error": outcome.trouble}
        outcome.delayed += rest.update(**changes)


def mark_sent(message: Message, now: datetime) -> int:
    """Marks the message as sent, even if another worker has the claim by now, because the server has it.

    In SQL, since it happens between any two emails: Django takes several times as long to compile it as a database to
    run it.
    """
    erased = ", text = '', html = ''" if message.secret else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Message._meta.db_table} SET state = 'sent', sent_at = %s, tries = tries + 1, last_error = '',"  # noqa: S608
            f" claim = ''{erased} WHERE id = %s AND state NOT IN ('sent', 'bounced')",
            [connection.ops.adapt_datetimefield_value(now), message.pk],
        )
        return int(cursor.rowcount)


def delay_after(tries: int) -> timedelta:
    """How long a message waits after its `tries`th try got a temporary refusal."""
    return timedelta(seconds=min(FIRST_DELAY * 2 ** min(tries - 1, 10), LONGEST_DELAY))


def insist(update: Callable[[], int]) -> int:
    """The update, tried again if the database is away for a moment, because the server's answer comes only once."""
    for pause in PAUSES_FOR_DATABASE:
        try:
            return update()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    return update()

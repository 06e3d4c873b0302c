"""Two actions at the same moment on PostgreSQL, each stopped between its checks and its first write.

Threads that are merely let go together meet by luck. Here an action that checks without a lock has always passed its
check before the other writes, so a rule that nothing locks is broken in every round; where the rule's row is locked,
one of the two waits for the other. The referee looks at what PostgreSQL says of who waits for whom and guesses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from django.db import connection

from refusals import Refused

WRITES = ("INSERT", "UPDATE", "DELETE")
MOST_SECONDS = 120
WAITING = "SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s) AND cardinality(pg_blocking_pids(pid)) > 0"


@dataclass(frozen=True)
class Race:
    """Two actions that are asked for at once, and whether their rule holds afterwards."""

    one: Callable[[], Any]
    other: Callable[[], Any]
    holds: Callable[[], bool]


class Racer(Thread):
    """Runs one action on a connection of its own; stops before its first write until its gate is opened."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.call, self.pid, self.outcome = call, 0, ""
        self.arrived, self.gate, self.done = Event(), Event(), Event()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self.pid,) = cursor.fetchone()
            with connection.execute_wrapper(self._hold):
                self.call()
            self.outcome = "done"
        except Refused as refused:
            self.outcome = f"refused: {refused.message}"
        except Exception as error:
            self.outcome = f"fault: {type(error).__name__}: {error}"
        finally:
            connection.close()
            self.done.set()

    def _hold(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.gate.is_set() and sql.startswith(WRITES):
            self.arrived.set()
            assert self.gate.wait(MOST_SECONDS)
        return execute(sql, params, many, context)

    @property
    def is_still(self) -> bool:
        return self.done.is_set() or (self.arrived.is_set() and not self.gate.is_set())


def outcomes(*calls: Callable[[], Any]) -> list[str]:
    """What becomes of actions that are asked for at once, the first of them being the first that may write.

    Each is "done", "refused: " with the words, or "fault: " with an error that a person would meet as a broken page.
    """
    racers = [Racer(call) for call in calls]
    for racer in racers:
        racer.start()
    for racer in racers:
        _wait_until_still(racers)
        racer.gate.set()
    for racer in racers:
        assert racer.done.wait(MOST_SECONDS)
        racer.join()
    return [racer.outcome for racer in racers]


def _wait_until_still(racers: Sequence[Racer]) -> None:
    """Until each has ended, stands before its first write, or waits for a lock that another one holds."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        # Asked for before the database is: one that had ended by then keeps nobody waiting.
        moving = [racer.pid for racer in racers if not racer.is_still]
        if not moving or (0 not in moving and set(moving) == _waiting(moving)):
            return
        time.sleep(0.001)
    raise AssertionError("actions neither ended nor waited for one another")


def _waiting(pids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [pids])
        return {pid for (pid,) in cursor.fetchall()}


def broken_rounds(ready: Callable[[], Race], rounds: int) -> list[str]:
    """Runs the race so often, either action being the first by turns; the rounds that broke its rule, in words."""
    broken = []
    for number in range(rounds):
        race = ready()
        calls = (race.one, race.other) if number % 2 == 0 else (race.other, race.one)
        found = outcomes(*calls)
        if any(outcome.startswith("fault") for outcome in found) or not race.holds():
            broken.append(f"round {number + 1}: {'; '.join(found)}")
    return broken

"""Jobs: one worker at a time, a lease that expires, a limit on tries. Packs serve as the example."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from evidencepack.models import UNFINISHED, Pack, PackState
from jobs.queue import JobTakenOver, Queue
from tests.factories.people import NOW, make_council, make_inspection

pytestmark = pytest.mark.database

LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)
QUEUE = Queue[Pack](lambda: Pack.objects.filter(state__in=UNFINISHED), lease=lambda: LEASE, most_tries=2)


def _job(**given) -> Pack:
    facts = {"number": 1, "requested_at": NOW, "free_at": NOW, **given}
    return Pack.objects.create(inspection=make_inspection(make_council()), **facts)


@pytest.fixture
def job(db) -> Pack:
    return _job()


def _taken(job: Pack, now=NOW) -> Pack:
    taken = QUEUE.take(job.pk, now)
    assert taken is not None
    return taken


def test_job_waits_until_it_is_free(job) -> None:
    assert (QUEUE.waiting(NOW - SECOND), QUEUE.waiting(NOW)) == ([], [job.pk])


def test_job_is_taken_by_one_worker_with_the_changes_it_asks_for(job) -> None:
    taken = QUEUE.take(job.pk, NOW, state=PackState.BUILDING)
    assert taken is not None
    assert (len(taken.claim), taken.tries, taken.free_at, taken.state) == (32, 1, NOW + LEASE, "building")
    assert (QUEUE.take(job.pk, NOW), QUEUE.waiting(NOW + LEASE - SECOND)) == (None, [])


def test_job_of_a_worker_that_has_gone_quiet_is_taken_by_another_and_the_first_one_stops(job) -> None:
    first = _taken(job)
    second = _taken(job, NOW + LEASE)
    assert second.claim != first.claim
    for say in (QUEUE.keep, lambda job, now: QUEUE.end(job, state=PackState.FAILED)):
        with pytest.raises(JobTakenOver):
            say(first, NOW + LEASE)
    kept = Pack.objects.get()
    assert (kept.claim, kept.tries, kept.state) == (second.claim, 2, "queued")


def test_sign_of_life_keeps_the_job(job) -> None:
    taken = _taken(job)
    QUEUE.keep(taken, NOW + SECOND, done=40)
    assert QUEUE.take(job.pk, NOW + LEASE) is None
    assert Pack.objects.get().done == 40
    assert QUEUE.waiting(NOW + SECOND + LEASE) == [job.pk]


def test_finished_job_is_nobodys_and_is_not_taken_again(job) -> None:
    QUEUE.end(_taken(job), state=PackState.FAILED, error="No room.")
    kept = Pack.objects.get()
    assert (kept.claim, kept.state, kept.error) == ("", "failed", "No room.")
    assert QUEUE.take(job.pk, NOW + LEASE) is None


@pytest.mark.parametrize(("tries", "given_up"), [(0, False), (1, False), (2, True)])
def test_job_is_given_up_after_so_many_tries(db, tries, given_up) -> None:
    assert QUEUE.is_given_up(_taken(_job(tries=tries))) is given_up


def test_kind_that_is_never_given_up_is_tried_for_ever(db) -> None:
    patient = Queue[Pack](QUEUE.unfinished, lease=QUEUE.lease)
    assert patient.is_given_up(_taken(_job(tries=10_000))) is False


@pytest.mark.django_db(transaction=True)
def test_several_are_taken_under_one_claim_the_oldest_first() -> None:
    jobs = [_job(free_at=NOW - hours * timedelta(hours=1)) for hours in range(3)]
    taken = QUEUE.take_some(2, NOW)
    assert {job.pk for job in taken} == {jobs[1].pk, jobs[2].pk}
    assert len({job.claim for job in taken}) == 1
    assert [job.was_taken_over for job in taken] == [False, False]
    assert [job.pk for job in QUEUE.take_some(2, NOW)] == [jobs[0].pk]
    assert QUEUE.take_some(2, NOW) == []


@pytest.mark.django_db(transaction=True)
def test_one_that_a_dead_worker_left_says_so() -> None:
    _job()
    QUEUE.take_some(1, NOW)
    assert [job.was_taken_over for job in QUEUE.take_some(1, NOW + LEASE)] == [True]


@pytest.mark.django_db(transaction=True)
def test_of_several_those_are_kept_that_nobody_else_has_taken() -> None:
    first, second = _job(), _job()
    claim = QUEUE.take_some(2, NOW)[0].claim
    Pack.objects.filter(pk=first.pk).update(claim="another")
    assert QUEUE.keep_some(claim, NOW + SECOND) == {second.pk}


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_ask_at_once_one_gets_the_job() -> None:
    job = _job()
    barrier = Barrier(4)

    def worker(_: int) -> bool:
        return _with_own_connection(lambda: barrier.wait() >= 0 and QUEUE.take(job.pk, NOW) is not None)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(worker, range(4))) == [False, False, False, True]
    assert Pack.objects.get().tries == 1


def _with_own_connection(act: Callable[[], bool]) -> bool:
    try:
        return act()
    finally:
        connection.close()

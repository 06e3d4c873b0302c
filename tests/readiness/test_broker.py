"""The embedded mode's queue on its own: whole messages, confirmation, and what a killed worker leaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from kombu.connection import Connection
from kombu.message import Message
from kombu.simple import SimpleQueue

from readiness import broker
from tests.processes import ENOUGH


def connection(directory: Path) -> Connection:
    """A connection of its own to the queue in `directory`, as another process would have it."""
    broker.register()
    return Connection(
        f"{broker.SCHEME}://",
        transport_options={
            "data_folder_in": str(directory / "messages"),
            "data_folder_out": str(directory / "messages"),
            "processed_folder": str(directory / "taken"),
            "control_folder": str(directory / "control"),
        },
    )


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[SimpleQueue]:
    with connection(tmp_path) as opened, opened.SimpleQueue("work") as simple:
        yield simple


def files(directory: Path) -> list[str]:
    return sorted(path.name.partition(".")[2] for path in directory.iterdir())


def take(queue: SimpleQueue) -> Message:
    return queue.get(timeout=ENOUGH)


def test_message_arrives_in_order_and_is_gone_when_confirmed(queue, tmp_path):
    queue.put({"n": 1})
    queue.put({"n": 2})
    first, second = take(queue), take(queue)
    assert [first.payload, second.payload] == [{"n": 1}, {"n": 2}]
    assert files(tmp_path / "taken") == ["work.msg", "work.msg"]
    first.ack()
    second.ack()
    assert files(tmp_path / "taken") == []
    assert files(tmp_path / "messages") == []


def test_message_given_back_comes_again(queue, tmp_path):
    queue.put({"n": 1})
    take(queue).requeue()
    assert files(tmp_path / "taken") == []
    again = take(queue)
    assert again.payload == {"n": 1}
    again.ack()
    assert files(tmp_path / "messages") == []


def test_message_of_a_killed_worker_is_put_back_once(queue, tmp_path):
    queue.put({"n": 1})
    message = take(queue)
    assert files(tmp_path / "messages") == []
    assert broker.return_taken(tmp_path) == 1
    assert broker.return_taken(tmp_path) == 0
    with connection(tmp_path) as other, other.SimpleQueue("work") as simple:
        again = take(simple)
        assert again.payload == {"n": 1}
        again.ack()
    assert files(tmp_path / "messages") == []
    message.ack()


def test_return_taken_in_a_fresh_folder_finds_nothing(tmp_path):
    assert broker.return_taken(tmp_path / "queue") == 0


def test_many_senders_and_readers_lose_and_double_nothing(tmp_path):
    def send(start: int) -> None:
        with connection(tmp_path) as opened, opened.SimpleQueue("work") as simple:
            for n in range(start, start + 25):
                simple.put({"n": n})

    received: list[int] = []

    def receive(_: int) -> None:
        with connection(tmp_path) as opened, opened.SimpleQueue("work") as simple:
            while len(received) < 100:
                with suppress(simple.Empty):  # another one has had the last
                    message = simple.get(timeout=0.5)
                    received.append(message.payload["n"])
                    message.ack()

    with ThreadPoolExecutor(8) as pool:
        receiving = pool.map(receive, range(4))
        list(pool.map(send, range(0, 100, 25)))
        list(receiving)
    assert sorted(received) == list(range(100))
    assert files(tmp_path / "messages") == files(tmp_path / "taken") == []

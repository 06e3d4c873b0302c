"""The embedded mode's queue: Celery's own folder of message files, with two of its weaknesses removed.

Kombu's filesystem transport opens a message under its final name before it writes it, so a worker can take an empty
file. It also deletes a message when it is taken, so the task of a killed worker is lost. Here a message appears only
when complete, and stays in a second folder until the worker confirms it; `return_taken` puts back the messages of a
killed worker.

Kombu's transport was tried unchanged, since beat finds lost work. But an empty file ends the worker, and with it
`manage.py serve`. Kombu's other transport without a server, SQLAlchemy's, never deletes a message
([why](../docs/decisions/0016-libraries-tried.md)).
"""

import fcntl
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

SCHEME = "embedded"
SUFFIX = ".msg"


class QoS(virtual.QoS):
    """Keeps track of messages that a worker has taken and not yet confirmed."""

    def ack(self, delivery_tag: str) -> None:
        """Confirms a message: deletes its file."""
        super().ack(delivery_tag)
        self.channel.settle(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Gives a message back (`requeue`) or drops it; in both cases the file of the taken message is deleted."""
        super().reject(delivery_tag, requeue)
        self.channel.settle(delivery_tag)


class Channel(filesystem.Channel):
    """Message files in `data_folder_out`, taken ones in `processed_folder` until they are confirmed."""

    QoS = QoS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unconfirmed: dict[str, Path] = {}
        self.never_confirmed: set[str] = set()
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)

    def basic_consume(self, queue: str, no_ack: bool, *args: Any, **kwargs: Any) -> Any:
        """Reads from `queue`; with `no_ack` (the worker's control messages) taking a message confirms it."""
        if no_ack:
            self.never_confirmed.add(queue)
        return super().basic_consume(queue, no_ack, *args, **kwargs)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Stores where an exchange delivers to; the whole table is replaced under a lock, so no process reads half of
        it.
        """
        entry = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table_file = self._exchange_file(exchange)
        with (self.control_folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if entry not in table:
                partial = table_file.with_suffix(".partial")
                partial.write_text(dumps([entry, *table]))
                partial.rename(table_file)

    # Kombu's own two classes have different names for the second parameter, so one of them always disagrees.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.{queue}{SUFFIX}"
        partial = Path(self.data_folder_out) / f".{name}.partial"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(dumps(payload))
            partial.rename(Path(self.data_folder_out) / name)
        except OSError:
            partial.unlink(missing_ok=True)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}{SUFFIX}":
                continue
            taken = Path(self.processed_folder) / path.name
            try:
                path.rename(taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            payload: dict[str, Any] = loads(taken.read_text())
            if queue in self.never_confirmed:
                taken.unlink(missing_ok=True)
            else:
                self.unconfirmed[payload["properties"]["delivery_tag"]] = taken
            return payload
        raise Empty

    def _restore(self, message: virtual.Message) -> None:
        super()._restore(message)
        self.settle(message.delivery_tag)

    def settle(self, delivery_tag: str) -> None:
        """Deletes the file of a message that is confirmed, dropped or back in the queue."""
        taken = self.unconfirmed.pop(delivery_tag, None)
        if taken is not None:
            taken.unlink(missing_ok=True)


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above, under the name `embedded://`."""

    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        # Bindings are in the folder's own table. What one process remembers of them must end with its connection, or it
        # would not write them again into a queue folder that was cleared.
        self.state = virtual.BrokerState()


def register() -> None:
    """Registers `embedded://` with Kombu, before the first connection."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def return_taken(queue_dir: Path) -> int:
    """Puts back the messages that a killed worker had taken. Returns how many there were.

    Call it before the embedded mode's only worker starts: messages of a living worker look the same.
    """
    taken = sorted((queue_dir / "taken").glob(f"*{SUFFIX}"))
    for path in taken:
        (queue_dir / "messages").mkdir(parents=True, exist_ok=True, mode=0o700)
        path.rename(queue_dir / "messages" / path.name)
    return len(taken)

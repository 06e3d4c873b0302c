"""Dashboard, countdown, my work and register, signed in, on PostgreSQL, against an empty view behind the same sign-in.

The floor and the pages are requested in turn, a block of requests each, in one process through the WSGI handler. The
dashboard is also measured behind gunicorn, over loopback. No page is cached. The council has 10,000 file versions and
30 past inspections; it has no case lists. Each page is also measured on a hundredth of that, which is the plain
demonstration, and with all 10,000 versions in the inspection shown.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.serving import Served, served
from tests.outbox.installation import ROOT, Installation, installation

REACH = "10 ms of CPU and 12 queries for a page of the demonstration; 40 ms at p95 in the large council"
FLOOR = "an empty view, same middleware, session and user"
BLOCKS = 6  # requests of a page in a round
REQUESTS = 6  # requests in a block
#: page -> (role that opens it, address)
PAGES = {
    "dashboard": ("coordinator", "/inspections/{slug}/"),
    "countdown": ("dcs-office", "/inspections/{slug}/countdown/"),
    "my work": ("owner", "/inspections/{slug}/my-work/"),
    "document register": ("coordinator", "/inspections/{slug}/documents/"),
}
NOTHING = "/benchmark-floor/"
#: name of a council -> (file versions, past inspections, share of the versions in the inspection that is shown)
COUNCILS = {
    "full": (10_000, 30, 1 / 31),
    "demonstration": (100, 1, 0.6),
    "heavy": (10_000, 0, 1.0),
}


class Measurer:
    """A process with Django set up that runs a round of requests each time it is asked."""

    def __init__(self, place: Installation, council: str) -> None:
        environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        self.facts = filled(environment, *COUNCILS[council])
        place.query("VACUUM ANALYZE")
        self.environment = environment
        command = [sys.executable, "-m", "benchmarks.pages", json.dumps(self.facts)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.round()  # This request loads what is loaded once.

    def round(self) -> dict[str, Any]:
        """Seconds for a request of each page, and of the floor beside it: the medians of one round."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def filled(environment: dict[str, str], versions: int, past: int, here: float) -> dict[str, str]:
    """Fill an installation with the council of `benchmarks.council`. Returns what that prints."""
    words = [sys.executable, "-m", "benchmarks.council", str(versions), str(past), str(here)]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    facts: dict[str, str] = json.loads(done.stdout)
    return facts


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure the floor and the pages in turn on all three councils. Returns a row for each page and council."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pages-")))
        measurers = {name: stack.enter_context(_measurer(folder, name)) for name in COUNCILS}
        rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in COUNCILS}
        for _ in range(repeats):
            for name, measurer in measurers.items():
                rounds[name].append(measurer.round())
        rows = [_row(name, page, rounds) for page in PAGES for name in COUNCILS]
        with served(measurers["full"].environment) as web:
            rows.append(_behind_gunicorn(web, measurers["full"].facts, repeats))
    return rows


@contextmanager
def _measurer(folder: Path, name: str) -> Iterator[Measurer]:
    directory = folder / f"bench-pages-{name}"
    directory.mkdir()
    with installation("postgresql", directory) as place:
        measurer = Measurer(place, name)
        try:
            yield measurer
        finally:
            measurer.close()


def _row(name: str, page: str, rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    found = [each[page] for each in rounds[name]]
    floor = statistics.median(each["floor"] for each in found)
    seconds = statistics.median(each["seconds"] for each in found)
    versions, past, _ = COUNCILS[name]
    where = f"{past} past inspections" if past > 1 else "1 past inspection" if past else "all in the inspection shown"
    row = {
        "benchmark": "pages",
        "case": f"{page}, {versions:,} file versions, {where}",
        "floor": FLOOR,
        "floor_seconds": round(floor, 5),
        "seconds": round(seconds, 5),
        "ratio": round(seconds / floor, 2),
        "cpu_ms": round(1000 * statistics.median(each["cpu"] for each in found), 1),
        "p95_ms": round(1000 * statistics.median(each["p95"] for each in found), 1),
        "queries": found[-1]["queries"],
        "kilobytes": found[-1]["bytes"] // 1000,
        "reach": REACH,
    }
    if name != "demonstration":
        # The pages take turns, so that anything that slows the machine down slows all of them.
        growth = statistics.median(
            mine[page]["cpu"] / small[page]["cpu"]
            for mine, small in zip(rounds[name], rounds["demonstration"], strict=True)
        )
        row["growth"] = f"{growth:.2f} x the CPU of a hundredth of the data"
    return row


def _behind_gunicorn(web: Served, facts: dict[str, str], repeats: int) -> dict[str, Any]:
    """The dashboard over one kept-alive connection to gunicorn, with one worker process."""
    role, address = PAGES["dashboard"]
    cookie = {"Cookie": f"session={facts[role]}; csrf={'a' * 32}"}
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)

    def ask(path: str) -> float:
        began = time.perf_counter()
        connection.request("GET", path, headers=cookie)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        return time.perf_counter() - began

    floors: list[float] = []
    times: list[float] = []
    for number in range(repeats * BLOCKS + 1):
        empty = [ask(NOTHING) for _ in range(REQUESTS)]
        whole = [ask(address.format(**facts)) for _ in range(REQUESTS)]
        if number:  # The first block loads what is loaded once.
            floors += empty
            times += whole
    connection.close()
    floor, seconds = statistics.median(floors), statistics.median(times)
    return {
        "benchmark": "pages",
        "case": "dashboard, 10,000 file versions, 30 past inspections, behind gunicorn on loopback",
        "floor": FLOOR,
        "floor_seconds": round(floor, 5),
        "seconds": round(seconds, 5),
        "ratio": round(seconds / floor, 2),
        "reach": REACH,
    }


# Runs in the process that is measured.


def measure(facts: dict[str, str]) -> None:
    """Answer each line of standard input with one round, as JSON."""
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()
    for _ in sys.stdin:
        found = {}
        for page, (role, address) in PAGES.items():
            path = address.format(**facts)
            floors: list[float] = []
            asked: list[Asked] = []
            for _ in range(BLOCKS):
                floors += [_ask(handler, NOTHING, facts[role]).seconds for _ in range(REQUESTS)]
                asked += [_ask(handler, path, facts[role]) for _ in range(REQUESTS)]
            seconds = [each.seconds for each in asked]
            found[page] = {
                "floor": statistics.median(floors),
                "seconds": statistics.median(seconds),
                "p95": statistics.quantiles(seconds, n=20)[-1],
                "cpu": statistics.median(each.cpu for each in asked),
                "bytes": asked[-1].size,
                "queries": _queries(handler, path, facts[role]),
            }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _queries(handler: Any, path: str, session: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _ask(handler, path, session)
    return len(queries)


class Asked(NamedTuple):
    """What one request took: seconds by the clock and of this process's CPU, and the bytes of its answer."""

    seconds: float
    cpu: float
    size: int


def _ask(handler: Any, path: str, session: str) -> Asked:
    """One request through the WSGI handler, body read."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": f"session={session}; csrf={'a' * 32}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    status: list[str] = []
    began, worked = time.perf_counter(), time.process_time()
    answer = handler(environ, lambda line, headers, *rest: status.append(line))
    body = b"".join(answer)
    answer.close()
    found = Asked(time.perf_counter() - began, time.process_time() - worked, len(body))
    assert status == ["200 OK"], (path, status)
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(json.loads(sys.argv[1]))
    else:
        for row in run(int(os.environ.get("REPEATS", "3"))):
            sys.stdout.write(json.dumps(row) + "\n")

"""Dashboard, countdown, my work and register, signed in, on PostgreSQL, against an empty view behind the same sign-in.

Floor and pages are asked for in turn, a block of requests each, in one process through the WSGI handler; the dashboard
also behind gunicorn, over loopback. The council has 10,000 file versions and 30 past inspections; records of children
have no room in the house yet, so there are none. Each page is also measured on a hundredth of the data, and with all
10,000 versions in the one inspection that is shown. Four times over: after a file of a document changed, and after
anything else did, when all but files is read and drawn anew; in another minute, when what was read is still there and
the page is drawn; and again in the same minute.
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
from typing import Any

from benchmarks.serving import Served, served
from tests.outbox.installation import ROOT, Installation, installation

REACH = "25 % of the floor's rate after a change, 85 % unchanged; no page under 10 %"
FLOOR = "an empty view, same middleware, session and user"
BLOCKS = 6  # of a page in a round
REQUESTS = 6  # in a block
#: page -> (role that opens it, address)
PAGES = {
    "dashboard": ("coordinator", "/inspections/{slug}/"),
    "countdown": ("dcs-office", "/inspections/{slug}/countdown/"),
    "my work": ("owner", "/inspections/{slug}/my-work/"),
    "document register": ("coordinator", "/inspections/{slug}/documents/"),
}
NOTHING = "/benchmark-floor/"
CASES = ("a file changed", "changed", "another minute", "unchanged")
#: name of a council -> (file versions, past inspections, share of the versions in the inspection that is shown)
COUNCILS = {
    "full": (10_000, 30, 1 / 31),
    "hundredth": (100, 1, 0.6),
    "heavy": (10_000, 0, 1.0),
}


class Measurer:
    """A process with Django set up that does a round of requests each time it is asked."""

    def __init__(self, place: Installation, council: str) -> None:
        environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        self.facts = filled(environment, *COUNCILS[council])
        place.query("VACUUM ANALYZE")
        self.environment = environment
        command = [sys.executable, "-m", "benchmarks.pages", json.dumps(self.facts)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.round()  # loads what is loaded once

    def round(self) -> dict[str, Any]:
        """Seconds of a request of each page and of the floor beside it: medians of one round."""
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
    """Fill an installation with a council of `benchmarks.council`; what that says of it."""
    words = [sys.executable, "-m", "benchmarks.council", str(versions), str(past), str(here)]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    facts: dict[str, str] = json.loads(done.stdout)
    return facts


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measures floor and pages in turn on all three councils and answers a row for each page and council."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pages-")))
        measurers = {name: stack.enter_context(_measurer(folder, name)) for name in COUNCILS}
        rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in COUNCILS}
        for _ in range(repeats):
            for name, measurer in measurers.items():
                rounds[name].append(measurer.round())
        rows = [_row(name, page, case, rounds) for page in PAGES for case in CASES for name in COUNCILS]
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


def _row(name: str, page: str, case: str, rounds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    found = [each[page] for each in rounds[name]]
    floor = statistics.median(each["floor"] for each in found)
    seconds = statistics.median(each[case]["seconds"] for each in found)
    versions, past, _ = COUNCILS[name]
    where = f"{past} past inspections" if past else "all in the inspection shown"
    row = {
        "benchmark": "pages",
        "case": f"{page}, {case}, {versions:,} file versions, {where}",
        "floor": FLOOR,
        "floor_seconds": round(floor, 5),
        "seconds": round(seconds, 5),
        "ratio": round(seconds / floor, 2),
        "rate": f"{floor / seconds:.0%} of the floor's rate",
        "queries": found[-1][case]["queries"],
        "kilobytes": found[-1]["bytes"] // 1000,
        "reach": REACH,
    }
    if name != "hundredth":
        # In turn with one another, so that what slowed the machine down slowed both.
        growth = statistics.median(
            mine[page][case]["seconds"] / small[page][case]["seconds"]
            for mine, small in zip(rounds[name], rounds["hundredth"], strict=True)
        )
        row["growth"] = f"{growth:.2f} x a hundredth of the data"
    return row


def _behind_gunicorn(web: Served, facts: dict[str, str], repeats: int) -> dict[str, Any]:
    """The dashboard over one kept connection to gunicorn, one worker process as it comes."""
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
        if number:  # the first block loads what is loaded once
            floors += empty
            times += whole
    connection.close()
    floor, seconds = statistics.median(floors), statistics.median(times)
    return {
        "benchmark": "pages",
        "case": "dashboard, unchanged, 10,000 file versions, 30 past inspections, behind gunicorn on loopback",
        "floor": FLOOR,
        "floor_seconds": round(floor, 5),
        "seconds": round(seconds, 5),
        "ratio": round(seconds / floor, 2),
        "rate": f"{floor / seconds:.0%} of the floor's rate",
        "reach": REACH,
    }


# In the process that measures


def measure(facts: dict[str, str]) -> None:
    """Answers each line of standard input with one round, as JSON."""
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()
    for _ in sys.stdin:
        found = {}
        for page, (role, address) in PAGES.items():
            path = address.format(**facts)
            floors: list[float] = []
            times: dict[str, list[float]] = {case: [] for case in CASES}
            for _ in range(BLOCKS):
                floors += [_ask(handler, NOTHING, facts[role])[0] for _ in range(REQUESTS)]
                for case in CASES:
                    for _ in range(REQUESTS):
                        _prepare(case, facts["slug"])
                        times[case].append(_ask(handler, path, facts[role])[0])
            found[page] = {
                "floor": statistics.median(floors),
                "bytes": _ask(handler, path, facts[role])[1],
                **{
                    case: {
                        "seconds": statistics.median(seconds),
                        "queries": _queries(handler, case, path, facts["slug"], facts[role]),
                    }
                    for case, seconds in times.items()
                },
            }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _prepare(case: str, slug: str) -> None:
    """What has happened since the page was last looked at."""
    from django.db.models import F

    from documents.stamps import moved_on
    from inspections.models import Inspection
    from inspections.unchanged import _STORE

    if case == "a file changed":
        inspection = Inspection.objects.get(slug=slug)
        moved_on(inspection, inspection.framework.documents[0].key)
    if case in ("changed", "a file changed"):
        Inspection.objects.filter(slug=slug).update(version=F("version") + 1)
    elif case == "another minute":
        for place in [place for place in _STORE._rows if place[2][0] == "page"]:  # type: ignore[index]
            _STORE._drop(place)


def _queries(handler: Any, case: str, path: str, slug: str, session: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _prepare(case, slug)
    with CaptureQueriesContext(connection) as queries:
        _ask(handler, path, session)
    return len(queries)


def _ask(handler: Any, path: str, session: str) -> tuple[float, int]:
    """Seconds and bytes of one request through the WSGI handler, body read."""
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
    began = time.perf_counter()
    answer = handler(environ, lambda line, headers, *rest: status.append(line))
    body = b"".join(answer)
    answer.close()
    taken = time.perf_counter() - began
    assert status == ["200 OK"], (path, status)
    return taken, len(body)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(json.loads(sys.argv[1]))
    else:
        for row in run(int(os.environ.get("REPEATS", "3"))):
            sys.stdout.write(json.dumps(row) + "\n")

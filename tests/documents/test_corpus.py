"""Every file of the corpus is uploaded through the real action and gets exactly the expected answer."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest

from documents.evidence import actions
from documents.models import File, Version
from files import storage
from files.receiving import receive
from files.types import TYPES
from refusals import Refused
from tests.documents.cases import Case, Not
from tests.documents.corpus import corpus
from tests.documents.corpus_office import bombs
from tests.factories.people import NOW, make_council, make_inspection
from tests.processes import ENOUGH, ROOT

CASES = list(corpus())
#: What looking at any one file may cost, however it is made.
MOST_SECONDS, MOST_MEGABYTES = 4.0, 160


def test_corpus_is_as_large_as_it_is_meant_to_be():
    assert Counter(isinstance(case.answer, Not) for case in CASES) >= Counter({True: 150, False: 100})
    assert len({case.what for case in CASES}) == len(CASES)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_file_gets_its_answer(case: Case, on_disk) -> None:
    inspection = make_inspection(make_council("Fictionshire"))
    content = case.content()
    taken = receive(io.BytesIO(content), name=case.name)
    name = case.answer.kept_as or taken.name
    assert taken.name == name
    add = partial(
        actions.add_file,
        inspection=inspection,
        document="10",
        part="reports",
        received=taken,
        as_at=None,
        by=None,
        now=NOW,
    )
    if isinstance(case.answer, Not):
        with pytest.raises(Refused) as refused:
            add()
        start = f"{name} was not added: {case.answer.reason}"
        assert (refused.value.message[: len(start)], refused.value.field) == (start, "file")
        assert (on_disk(), File.objects.count(), Version.objects.count()) == ([], 0, 0)
        return
    version = add().version
    assert (version.detected_type, version.remark) == (TYPES[case.answer.kind].mime, case.answer.remark)
    with storage.local(version.stored_name) as path:
        assert path.read_bytes() == content


MEASURED = """
import json, resource, sys, time
import django
django.setup()
from pathlib import Path
from refusals import Refused
from files.types import recognise
for line in sys.stdin:
    path, name = json.loads(line)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + {most} * 2**20, resource.RLIM_INFINITY))
    begun = time.process_time()
    try:
        answer = recognise(Path(path), name).remark
    except Refused as refused:
        answer = refused.message
    print(json.dumps([time.process_time() - begun, answer]), flush=True)
"""


def test_bombs_cost_neither_memory_nor_time(tmp_path):
    """Each in a process that may have little more memory than it has; one that asked for more would end it."""
    asked, cases = [], list(bombs())
    for number, case in enumerate(cases):
        path = tmp_path / str(number)
        path.write_bytes(case.content())
        asked.append(json.dumps([str(path), case.name]))
    program = MEASURED.replace("{most}", str(MOST_MEGABYTES))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input="\n".join(asked),
        capture_output=True,
        text=True,
        timeout=ENOUGH,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases)
    slow = {case.what: spent for case, (spent, _) in zip(cases, answers, strict=True) if spent > MOST_SECONDS}
    assert slow == {}
    for case, (_, answer) in zip(cases, answers, strict=True):
        expected = f"{case.name} was not added: {case.answer.reason}" if isinstance(case.answer, Not) else answer
        assert answer[: len(expected)] == expected, case.what

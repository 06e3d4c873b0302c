"""Damaged files of every kind, sent in every way: never a crash, never a hang, always an explanation.

A quick selection runs each time; `LONG=1` damages every member of every package in every way, and 200 of each kind
by lot. A lot is drawn from its number, so that what fails can be made again.
"""

from __future__ import annotations

import os
import random
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inspections.models import Inspection
from intake.models import Archive, WaitingFile
from tests.factories.intake import zip_of
from tests.hostile.conftest import Hangs
from tests.hostile.damage import cut_short, damaged_bytes, damaged_zips, members
from tests.hostile.files import EVERY_KIND, PACKAGES
from tests.reading import main

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bounded")]
IS_LONG = os.environ.get("LONG") == "1"
LOTS = 200 if IS_LONG else 5
#: Of the processor's time, far more than any file may take, and far less than for ever.
MOST_SECONDS = 30
Damaged = Iterable[tuple[str, bytes]]


def damaged(ending: str) -> Iterator[tuple[str, bytes]]:
    """A whole file of a kind, and it damaged one way after the other; in a quick selection each kind has its share."""
    content = EVERY_KIND[ending]
    yield "whole", content
    ways = list(cut_short(content))
    if ending in PACKAGES:
        for member in range(members(content) if IS_LONG else 1):
            ways += [(f"member {member}, {what}", made) for what, made in damaged_zips(content, member)]
    share = list(EVERY_KIND).index(ending) % len(PACKAGES)
    yield from (way for number, way in enumerate(ways) if IS_LONG or number % len(PACKAGES) == share)
    for number in range(LOTS):
        yield f"lot {number}", damaged_bytes(content, random.Random(number))


def judged(files: Damaged, judge: Callable[[bytes], str]) -> tuple[Counter[str], dict[str, str]]:
    """How many files got which answer, and what broke on which."""
    answers: Counter[str] = Counter()
    broken = {}
    for what, content in files:
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            answers[judge(content)] += 1
        except (Exception, Hangs) as error:  # whatever it is, it is what is looked for
            broken[what] = "".join(traceback.format_exception(error)[-3:])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{sum(answers.values())} files: {dict(answers)}, {len(broken)} broken")
    return answers, broken


def _posted(client: Client, address: str, field: str, name: str, content: bytes) -> str:
    """ "taken", or "refused" with words on the page that name the file's field."""
    response = client.post(address, {field: SimpleUploadedFile(name, content)})
    if response.status_code == 302:
        return "taken"
    assert (response.status_code, "There is a problem" in main(response)) == (422, True)
    return "refused"


@pytest.mark.parametrize("ending", EVERY_KIND)
def test_damaged_file_that_is_uploaded_is_taken_or_refused_in_words(client, inspection, ending: str) -> None:
    address = reverse("documents:upload", args=[inspection.slug, "10", "reports"])
    answers, broken = judged(
        damaged(ending), lambda content: _posted(client, address, "row0-file", f"a.{ending}", content)
    )
    assert broken == {}
    assert answers["taken"] > 0


def _unpacked(client: Client, inspection: Inspection, content: bytes) -> str:
    """What became of a ZIP: each of its files waits, or is left out with a reason; or why none could be read."""
    Archive.objects.all().delete()
    WaitingFile.objects.all().delete()
    address = reverse("intake:add-many", args=[inspection.slug])
    response = client.post(address, {"file": SimpleUploadedFile("set.zip", content)})
    assert response.status_code in (302, 422)
    archive = Archive.objects.first()
    if archive is None:
        assert "There is a problem" in main(response)
        return "refused"
    assert (archive.is_finished, archive.done) == (True, archive.entries)
    shown = client.get(reverse("intake:sort", args=[inspection.slug]))
    assert shown.status_code == 200
    waiting = WaitingFile.objects.filter(archive=archive).count()
    if archive.fault or archive.left_out:
        assert "set.zip" in main(shown)
        assert all(reason for _, reason in archive.left_out)
        client.post(reverse("intake:dismiss", args=[inspection.slug, archive.pk]))
        assert not Archive.objects.exists()
    if archive.fault:
        return "not unpacked"
    assert waiting + len(archive.left_out) >= 1
    return "left out" if archive.left_out else "waits"


@pytest.mark.parametrize("ending", EVERY_KIND)
def test_zip_with_a_damaged_file_in_it_is_unpacked_to_its_end(client, inspection, ending: str) -> None:
    files = ((what, zip_of({f"01/a.{ending}": content, "b.txt": b"words"})) for what, content in damaged(ending))
    answers, broken = judged(files, lambda content: _unpacked(client, inspection, content))
    assert broken == {}
    assert answers.keys() <= {"waits", "left out"}


def test_damaged_zip_is_unpacked_as_far_as_it_goes(client, inspection) -> None:
    whole = zip_of({"01/a.pdf": EVERY_KIND["pdf"], "b.txt": b"words " * 50, "c.docx": EVERY_KIND["docx"]})

    def files() -> Iterator[tuple[str, bytes]]:
        yield from cut_short(whole)
        for member in range(3 if IS_LONG else 1):
            yield from ((f"member {member}, {what}", made) for what, made in damaged_zips(whole, member))
        for number in range(LOTS):
            yield f"lot {number}", damaged_bytes(whole, random.Random(number))

    answers, broken = judged(files(), lambda content: _unpacked(client, inspection, content))
    assert broken == {}
    assert set(answers) == {"waits", "left out", "not unpacked"}


@pytest.mark.parametrize("name", ["owners.xlsx", "owners.csv"])
def test_damaged_list_of_owners_is_read_or_refused_in_words(client, inspection, name: str) -> None:
    address = reverse("inspections:import-owners", args=[inspection.slug])
    files = damaged(name.rpartition(".")[2])
    answers, broken = judged(files, lambda content: _posted(client, address, "file", name, content))
    assert broken == {}
    assert answers["refused"] > 0

"""Background work on documents that beat starts."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from documents import tasks
from files import storage
from tests.factories.documents import add
from tests.factories.people import make_council, make_inspection

pytestmark = pytest.mark.django_db


def test_beat_asks_for_everything_that_is_done_on_documents_by_itself(settings):
    scheduled = {entry["task"] for entry in (settings.CELERY_BEAT_SCHEDULE | settings.ROUTINE).values()}
    wanted = {task.name for task in (tasks.make_previews, tasks.sweep, tasks.sweep_previews, tasks.verify)}
    assert wanted - scheduled == set()


def test_the_sweep_takes_half_received_files_of_yesterday_and_no_evidence(uploads, on_disk):
    version = add(make_inspection(make_council()), "10", "reports").version
    left = uploads / "incoming" / "left.part"
    left.write_bytes(b"half of it")
    for path in (left, storage.path_of(version.stored_name)):
        before = (timezone.now() - timedelta(days=2)).timestamp()
        os.utime(path, (before, before))
    assert tasks.sweep() == 1
    assert on_disk() == ["files"]

"""Several processes that look while others change: each keeps pages of its own, and none shows what is no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbox.installation import Installation, installation

pytestmark = [pytest.mark.processes]
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]
FILL = """
from datetime import date
from accounts.models import Role
from tests.factories.people import make_council, make_inspection, make_ownership, make_person, make_post
council = make_council()
make_person(council, Role.COORDINATOR, email="reader@example.org")
make_person(council, Role.ADMINISTRATOR, email="writer@example.org")
owner = make_person(council, Role.OWNER, name="Owner 000", email="owner@example.org")
inspection = make_inspection(council, notified=date(2011, 4, 18))
make_ownership(inspection, "document:1", make_post(council, "Head of Testing", owner))
"""
#: Renames the owner time and again, once both readers have looked. Every third time is taken back again.
WRITE = """
import time
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from accounts.actions import change_person
from accounts.models import Council, User
council, by, owner = Council.objects.get(), *(User.objects.get(email=f"{n}@example.org") for n in ("writer", "owner"))
end = time.monotonic() + 60
while len(list(settings.DATA_DIR.glob("ready-*"))) < 2 and time.monotonic() < end:
    time.sleep(0.05)
for number in range(1, 61):
    time.sleep(0.05)
    owner.refresh_from_db()
    try:
        with transaction.atomic():
            change_person(council=council, user=owner, full_name=f"Owner {number:03}", telephone="", by=by,
                          now=timezone.now())
            if number % 3 == 0:
                raise RuntimeError
    except RuntimeError:
        pass
print("null")
"""
#: Looks until the last name is there; what it finds on a page has to be at least as new as what was there before.
READ = """
import json, os, re, time
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from accounts.models import User
from inspections.models import Inspection
client = Client(HTTP_HOST="localhost")
client.force_login(User.objects.get(email="reader@example.org"), "django.contrib.auth.backends.ModelBackend")
addresses = [reverse(name, args=[Inspection.objects.get().slug]) for name in ("documents:list", "dashboard")]
stale, seen, warm, looks, end = [], set(), 0, 0, time.monotonic() + 60
connection.force_debug_cursor = True
while time.monotonic() < end:
    before = User.objects.get(email="owner@example.org").full_name
    for address in addresses:
        connection.queries_log.clear()
        page = client.get(address).content.decode()
        warm += len(connection.queries_log) == 3
        looks += 1
        names = set(re.findall(r"Owner \\d{3}", page))
        seen |= names
        if not names or min(names) < before:
            stale.append([before, sorted(names)])
    (settings.DATA_DIR / f"ready-{os.getpid()}").touch()
    if before == "Owner 059":
        break
print(json.dumps({"stale": stale, "seen": sorted(seen), "warm": warm, "looks": looks, "last": before}))
"""


@pytest.fixture(params=DATABASES)
def place(request, tmp_path: Path) -> Iterator[Installation]:
    with installation(request.param, tmp_path) as made:
        made.run(FILL)
        yield made


def test_page_is_never_older_than_what_was_there_when_it_was_asked_for(place) -> None:
    readers = [place.start(READ) for _ in range(2)]
    place.run(WRITE)
    for found in map(place.finish, readers):
        assert found["stale"] == []
        assert found["last"] == "Owner 059"
        # What was taken back was never on a page; and pages were kept, or nothing would be proved.
        assert [name for name in found["seen"] if int(name[-3:]) % 3 == 0 and name != "Owner 000"] == []
        assert len(found["seen"]) > 3, json.dumps(found["seen"])
        assert found["warm"] > 0

"""After an erasure a search of everything finds no child: database, files, mailbox, queue, sessions, and what was said.

In an installation of its own, since the very files are searched: on SQLite the database is one of them, with its free
room; on PostgreSQL every table is read as text.
"""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.factories.cases import HEADINGS, csv_of, row
from tests.outbox.installation import installation

pytestmark = [pytest.mark.processes]

#: An identifier and a name that stand in the files, in other cells and in the name of one; an allocated worker.
SECRETS = ("FICTIONAL-4711", "Jane Fictional", "FICTIONAL-4712", "Wanda Workerton")
WITH_WORKER = (*HEADINGS, "Allocated worker")
FILL = """
import json
from datetime import date
from accounts.models import Role
from tests.factories.people import make_council, make_inspection, make_person
council = make_council()
make_person(council, Role.CASE_OFFICER)
make_person(council, Role.DATA_PROTECTION)
print(json.dumps(make_inspection(council, notified=date(2011, 4, 18)).slug))
"""
# Somebody reads, searches, sends and is told; a refused import stays with its faults.
USE = """
import json
from datetime import datetime, time, timedelta
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from accounts.models import Role, User
from audits.exports.actions import request_export
from audits.exports.building import make
from audits.models import Contribution, Moderation
from cases.models import Child, ImportFault
from cases.privacy.warning import warn
from cases.privacy.retention import retention_of
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from tests.factories.audited import Part, add_file, give_part, grade, submit
from tests.factories.audits import make_selected_case
from tests.factories.cases import case_file, csv_of, read, row
from tests.factories.people import make_person
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}).enable()
inspection = Inspection.objects.get()
read(inspection, case_file(csv_of([row("FICTIONAL-4711", Date_of_birth="Jane Fictional")]), name="Jane Fictional.csv"),
     list_key="child-in-need")
officer = User.objects.get(memberships__role=Role.DATA_PROTECTION)
client = Client(headers={"host": "127.0.0.1"})
client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
log = reverse("cases:log", args=[inspection.slug])
found = client.post(log, {"identifier": "fictional-4711"})
statuses = [found.status_code, client.get(found.url).status_code]
statuses.append(client.post(log, {"identifier": "Jane Fictional"}).status_code)
until = retention_of(snapshot_of(inspection, now=timezone.now())).until
near = datetime.combine(until - timedelta(days=3), time(9), timezone.get_default_timezone())
warned = warn(inspection=inspection, now=near)
case = make_selected_case(inspection, child=Child.objects.get(identifier="FICTIONAL-4711"))
people = [make_person(inspection.council, Role.AUDITOR, email=f"auditor{n}@example.org") for n in range(2)]
part = give_part(case, people[0], Part.CONTRIBUTOR, agency="Police")
Contribution.objects.create(assignment=part, text="Jane Fictional is known", saved_at=near, submitted_at=near)
submit(case, what_was_found="Jane Fictional was seen")
grade(case, people[1], agreed="good")
Moderation.objects.update(comments="Jane Fictional", why_agreed="FICTIONAL-4711")
add_file(case, "Jane Fictional.txt", b"FICTIONAL-4711")
export, _ = request_export(inspection=inspection, selection="initial", by=None, now=near)
made = make(export.pk)
print(json.dumps([statuses, warned, ImportFault.objects.count(), made.cases]))
"""
DUMP = """
import json
from django.db import connection
found = []
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT * FROM "{table}"')
        found.extend(f"{table}: {row}" for row in cursor.fetchall())
print(json.dumps(found))
"""
COUNTS = """
import json
from cases.models import CaseImport
print(json.dumps(list(CaseImport.objects.order_by("number").values_list("lists", flat=True))))
"""


def found_in(folder: Path) -> set[str]:
    """The files below a folder in which a secret stands, those that are packed looked into as well."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and _holds(path)}


def _holds(path: Path) -> bool:
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            content += b"".join(packed.read(name) + name.encode() for name in packed.namelist())
    return any(secret.encode() in content or secret.lower().encode() in content for secret in SECRETS)


def _in_rows(rows: list[str]) -> list[str]:
    return [row for row in rows if any(secret.lower() in row.lower() for secret in SECRETS)]


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.services, pytest.mark.long])]
)
def test_a_search_of_everything_finds_no_child_that_was_erased(tmp_path, database) -> None:
    place, file, target = tmp_path / "place", tmp_path / "Jane Fictional.csv", tmp_path / "exports"
    place.mkdir()
    said = ""
    with installation(database, place) as made:
        slug = made.run(FILL)
        first = [row(name, Allocated_worker=SECRETS[3]) for name in (SECRETS[0], SECRETS[2])]
        for rows in (first, [row(SECRETS[0], Disability="Jane Fictional is deaf", Allocated_worker=SECRETS[3])]):
            file.write_bytes(csv_of(rows, WITH_WORKER))
            done = made.manage("import_cases", slug, str(file), "--list", "child-in-need")
            assert done.returncode == 0, done.stderr
        assert made.manage("export_cases", slug, str(target)).returncode == 0
        statuses, warned, faults, exported = made.run(USE)
        assert (statuses, warned, faults > 0, exported) == ([302, 200, 422], 2, True, [1])
        # Before: it is there, so the search can find something.
        rows = made.run(DUMP)
        assert len(_in_rows(rows)) > 5
        assert any(each.startswith("audits_answer:") for each in _in_rows(rows))
        assert any(name.startswith("uploads/audits/") for name in found_in(place))
        assert any(each.startswith("cases_child:") and SECRETS[3] in each for each in rows)
        assert {name.partition("/")[0] for name in found_in(place)} >= {"uploads"}
        # A server has the database open meanwhile, so that SQLite keeps its write-ahead log.
        with ExitStack() as stack:
            for path in place.rglob("*.sqlite3"):
                held = stack.enter_context(closing(sqlite3.connect(path)))
                held.execute("SELECT COUNT(*) FROM cases_child").fetchall()
            erased = made.manage("erase_cases", slug)
            assert erased.returncode == 0, erased.stderr
            assert [name for name in found_in(place) if "sqlite3" in name] == []
        said += erased.stdout + erased.stderr
        assert _in_rows(made.run(DUMP)) == []
        assert made.run(COUNTS)[:2] == [{"child-in-need": 2}, {"child-in-need": 1}]
    assert found_in(place) == set()
    assert not any(secret in said for secret in SECRETS)
    assert found_in(target), "what was exported for the inspector is the council's to keep"

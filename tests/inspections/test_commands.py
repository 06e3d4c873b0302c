"""The commands that scripts rely on: options, JSON keys, exit statuses, one line a fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from inspections.commands import a_date
from inspections.models import Inspection
from tests.factories.people import make_council, make_inspection

ROOT = Path(__file__).resolve().parents[2]
WORKED_EXAMPLE = {
    1: "2011-04-18",
    4: "2011-04-21",
    5: "2011-04-26",
    8: "2011-05-03",
    10: "2011-05-05",
    11: "2011-05-06",
    20: "2011-05-19",
    25: "2011-05-26",
    30: "2011-06-03",
    35: "2011-06-10",
    40: "2011-06-17",
}


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command run here."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def run_json(*arguments: str):
    status, out, err = run(*arguments, "--format", "json")
    assert (status, err) == (0, "")
    return json.loads(out)


def run_apart(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as a shell runs it."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


# Without a database: pytest-django fails a test that touches one without asking for it.


def test_framework_lists_and_shows() -> None:
    assert {"key": "slac-2009", "title": "Joint inspection of safeguarding and looked after children"} in run_json(
        "framework"
    )
    shown = run_json("framework", "slac-2009")
    assert [len(shown[key]) for key in ("documents", "focus_groups", "case_lists", "grades")] == [13, 37, 4, 4]
    status, out, err = run("framework", "slac-2009")
    assert (status, err) == (0, "")
    titles = [item["title"] for item in (*shown["documents"], *shown["focus_groups"], *shown["steps"])]
    assert [title for title in titles if title not in out] == []


def test_plan_lists_and_shows() -> None:
    assert "oxfordshire" in [row["key"] for row in run_json("plan")]
    shown = run_json("plan", "oxfordshire")
    assert [shown["framework"], len(shown["documents"]), len(shown["focus_groups"])] == ["slac-2009", 13, 37]
    status, out, err = run("plan", "oxfordshire")
    assert (status, err) == (0, "")
    assert [post["name"] for post in shown["posts"] if post["name"] not in out] == []
    assert out.count("to be confirmed (as written: tbc)") == sum(
        row["as_written"] == "tbc" for row in (*shown["documents"], *shown["focus_groups"])
    )


@pytest.mark.parametrize("command", ["framework", "plan"])
def test_unknown_key_is_refused_with_those_there_are(command) -> None:
    status, out, err = run(command, "nobody-knows")
    assert (status, out) == (1, "")
    assert err.startswith(f"There is no {'framework' if command == 'framework' else 'local plan'} “nobody-knows”.")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["framework", "plan"])
def test_check_accepts_what_comes_with_the_project_and_names_every_fault(command, tmp_path) -> None:
    built_in = ROOT / "frameworks" / "data" / {"framework": "slac-2009.toml", "plan": "oxfordshire.toml"}[command]
    assert run(command, "--check", str(built_in))[0] == 0
    broken = tmp_path / "broken.toml"
    broken.write_text('key = "broken"\nnonsense = 1\n')
    status, out, err = run(command, "--check", str(broken), "--format", "json")
    assert (status, out) == (1, "")
    assert all("broken.toml" in line for line in err.splitlines())
    assert any("nonsense" in line for line in err.splitlines())
    assert run(command, "--check", str(tmp_path / "missing.toml"))[0] == 1


def test_timetable_is_the_worked_example() -> None:
    shown = run_json("timetable", "--notified", "2011-04-18")
    days = {day["day"]: day["date"] for day in shown["days"]}
    assert shown["notified"] == "2011-04-18"
    assert sorted(days) == list(range(1, 41))
    assert {number: days[number] for number in WORKED_EXAMPLE} == WORKED_EXAMPLE
    skipped = {row["date"]: row["reason"] for row in shown["skipped"]}
    holidays = {day: reason for day, reason in skipped.items() if reason not in ("Saturday", "Sunday")}
    assert sorted(holidays) == ["2011-04-22", "2011-04-25", "2011-04-29", "2011-05-02", "2011-05-30"]
    assert all({"title", "party", "deadline"} <= set(step) for day in shown["days"] for step in day["steps"])


def test_timetable_reads_as_text() -> None:
    status, out, _ = run("timetable", "--notified", "2011-04-18")
    assert status == 0
    assert "day 40  Friday 17 June 2011" in out
    assert "Friday 22 April 2011: Good Friday" in out


def test_timetable_refuses_a_day_that_does_not_count() -> None:
    status, out, err = run("timetable", "--notified", "2011-04-22", "--format", "json")
    assert (status, out) == (1, "")
    assert err == (
        "Friday 22 April 2011 is not a working day (Good Friday). The next working day is Tuesday 26 April 2011.\n"
    )


@pytest.mark.parametrize("day", ["1889-04-18", "2300-04-18"])
def test_timetable_refuses_a_year_without_known_holidays(day) -> None:
    status, out, err = run("timetable", "--notified", day)
    assert (status, out, len(err.splitlines())) == (1, "", 1)


@pytest.mark.parametrize("text", ["2011-04-18", "18/04/2011", "18 April 2011", " 2011-04-18 "])
def test_date_is_read_as_people_write_it(text) -> None:
    assert a_date(text) == date(2011, 4, 18)


@pytest.mark.parametrize(
    "arguments",
    [
        ("timetable",),
        ("timetable", "--notified", "yesterday"),
        ("timetable", "--notified", "2011-02-30"),
        ("framework", "--form", "xml"),
        ("framework", "slac-2009", "--check", "x.toml"),
        ("notify", "only-a-slug"),
    ],
)
def test_wrong_usage_ends_with_two(arguments, capsys) -> None:
    assert run(*arguments)[0] == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["framework", "plan", "timetable", "inspections", "notify"])
def test_help_says_what_the_command_does(command, capsys) -> None:
    assert run(command, "--help")[0] == 0
    assert "--format {text,json}" in capsys.readouterr().out


@pytest.mark.processes
def test_command_in_a_shell_needs_no_database_and_shows_no_traceback(tmp_path) -> None:
    elsewhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DATA_DIR": str(tmp_path)}
    done = run_apart("timetable", "--notified", "2011-04-18", "--format", "json", **elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["days"][39]["date"] == "2011-06-17"
    refused = run_apart("timetable", "--notified", "2011-04-23", **elsewhere)
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)


# With one


def test_inspections_lists_where_each_is(db) -> None:
    council = make_council()
    waiting = make_inspection(council)
    running = make_inspection(council, notified=date(2011, 4, 18), kind="rehearsal")
    rows = {row["slug"]: row for row in run_json("inspections")}
    assert {key: rows[waiting.slug][key] for key in ("kind", "notified", "day", "phase")} == {
        "kind": "real",
        "notified": None,
        "day": None,
        "phase": "preparation",
    }
    over = rows[running.slug]
    assert (over["kind"], over["notified"], over["phase"]) == ("rehearsal", "2011-04-18", "over")
    assert over["day"] > 40
    lines = run("inspections")[1].splitlines()
    assert lines[0].startswith(f"{waiting.slug}  real  not notified")
    assert [line.split("  ")[2].partition(",")[0] for line in lines[1:]] == ["notified 18 April 2011"]


def test_inspections_says_that_there_are_none(db) -> None:
    assert run("inspections")[1] == "There are no inspections yet.\n"
    assert run_json("inspections") == []


@pytest.mark.parametrize("number", [1, 30])
def test_inspections_takes_two_queries(db, number, django_assert_num_queries) -> None:
    council = make_council()
    for _ in range(number):
        make_inspection(council, notified=date(2011, 4, 18))
    with django_assert_num_queries(2):
        run("inspections")


def test_notify_records_and_corrects(db) -> None:
    inspection = make_inspection(make_council())
    shown = run_json("notify", inspection.slug, "2011-04-18")
    assert (shown["notified"], shown["days"][39]["date"]) == ("2011-04-18", "2011-06-17")
    status, out, err = run("notify", inspection.slug, "2011-04-19")
    assert (status, out, err.count("\n")) == (1, "", 1)
    corrected = run_json("notify", inspection.slug, "2011-04-19", "--correct")
    assert corrected["days"][0]["date"] == "2011-04-19"
    assert Inspection.objects.get().notified_on == date(2011, 4, 19)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("april", "2011-04-23"), "Saturday 23 April 2011 is not a working day (Saturday)."),
        (("april", "2011-04-18", "--correct"), "No notification is recorded yet"),
        (("may", "2011-04-18"), "There is no inspection “may”. There are: april."),
    ],
)
def test_notify_refuses_with_the_reason(db, arguments, said) -> None:
    Inspection.objects.filter(pk=make_inspection(make_council()).pk).update(slug="april")
    status, out, err = run("notify", *arguments)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(said)
    assert Inspection.objects.get().notified_on is None


def test_command_without_tables_says_what_to_run(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inspections_inspection RENAME TO hidden")
    status, out, err = run("inspections")
    assert (status, out) == (1, "")
    assert err.startswith("The database cannot be used (")
    assert err.endswith("Has `manage.py migrate` been run?\n")

"""The rules of the project: who may import and refer to whom, what belongs where, and what every action must do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from frameworks import Library

ROOT = Path(settings.BASE_DIR)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = next(contract["layers"] for contract in CONTRACTS["contracts"] if contract["type"] == "layers")
# The floor of each app, the lowest being 0.
FLOORS = {app.strip(): floor for floor, layer in enumerate(reversed(LAYERS)) for app in layer.split("|")}
SOURCES = sorted(path for app in FLOORS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
# Rooms that are no apps of Django.
WITHOUT_MODELS = {"codesets", "database", "frameworks", "jobs", "parsing", "refusals", "spreadsheets"}
LONGEST_FILE = 400
LONGEST_TEST = 600


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_house_is_seen_whole() -> None:
    assert set(FLOORS) == set(CONTRACTS["root_packages"])
    assert {name_of(path) for path in SOURCES} >= {"timetable/countdown.py", "inspections/views/posts.py"}
    assert {config.name for config in apps.get_app_configs()} & set(FLOORS) == set(FLOORS) - WITHOUT_MODELS


# Floors


def test_every_app_imports_only_from_floors_below() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def _foreign_keys() -> Iterator[tuple[type[Model], str, type[Model]]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            to = field.related_model
            if field.concrete and isinstance(to, type) and model._meta.app_label in FLOORS:
                yield model, field.name, to


def test_every_foreign_key_stays_in_its_app_or_points_down() -> None:
    """A reference written as a text hides from the import linter, but not from here."""
    found = list(_foreign_keys())
    assert len(found) > 30
    wrong = [
        f"{model._meta.label}.{name} -> {to._meta.label}"
        for model, name, to in found
        if to._meta.app_label in FLOORS
        and to._meta.app_label != model._meta.app_label
        and FLOORS[to._meta.app_label] >= FLOORS[model._meta.app_label]
    ]
    assert wrong == []


# Who imports and reads what


def _imports(path: Path) -> set[str]:
    """The modules that a file imports, each with the packages that it lies in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name[: match.end() - 1] for name in found for match in re.finditer(r"[^.]+(?:\.|$)", f"{name}.")}


# What runs Celery itself, and what asks whether it runs.
RUNS_CELERY = {
    "readiness/__init__.py",
    "readiness/celery.py",
    "readiness/health.py",
    "readiness/management/commands/clock.py",
    "readiness/management/commands/serve.py",
}


def test_only_tasks_import_celery() -> None:
    importers = {name_of(path) for path in SOURCES if "celery" in _imports(path)}
    tasks = {name for name in importers if name.endswith("/tasks.py")}
    assert len(tasks) >= 4
    assert importers - tasks <= RUNS_CELERY


def test_only_printing_imports_weasyprint() -> None:
    assert {name_of(path) for path in SOURCES if "weasyprint" in _imports(path)} == {"printing/pdf.py"}


@pytest.mark.parametrize("room", ["codesets", "frameworks", "spreadsheets"])
def test_room_knows_nothing_of_django(room) -> None:
    readers = [path for path in SOURCES if path.is_relative_to(ROOT / room)]
    assert [name_of(path) for path in readers if _imports(path) & {"django", "celery"}] == []


# Outside views, tasks and commands: what makes a page's viewer and its navigation, and the local mail server's own.
READS_THE_CLOCK = {"inspections/access.py", "readiness/navigation.py", "readiness/mailbox.py"}
CLOCKS = {"timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.utcnow"}
CLOCKS |= {"date.today", "datetime.today", "time.time", "dt.date.today", "dt.datetime.now", "datetime.datetime.now"}
NEEDS_A_MOMENT = {"timezone.localdate", "timezone.localtime", "localdate", "localtime"}


def _clock_readings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in NEEDS_A_MOMENT and node.args:
                continue
            if called in CLOCKS | NEEDS_A_MOMENT:
                yield f"{name_of(path)}:{node.lineno} {called}"


def _may_read_the_clock(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    is_view = path.name.endswith("views.py") or "views" in parts
    return is_view or path.name == "tasks.py" or "commands" in parts or name_of(path) in READS_THE_CLOCK


def test_only_views_tasks_and_commands_read_the_clock() -> None:
    assert [reading for path in SOURCES if not _may_read_the_clock(path) for reading in _clock_readings(path)] == []


def test_the_clock_is_found_where_it_is_read(tmp_path, monkeypatch) -> None:
    """The rule above can fail: it sees each way of asking for the time."""
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    rule = tmp_path / "rule.py"
    rule.write_text("a = timezone.now()\nb = timezone.localdate(a)\nc = date.today()\nd = timezone.localdate()\n")
    assert [reading.partition(":")[2] for reading in _clock_readings(rule)] == [
        "1 timezone.now",
        "3 date.today",
        "4 timezone.localdate",
    ]


# Frameworks are data


def facts() -> set[str]:
    """Titles, names and labels of the paper's framework and its plan that nobody would write by chance.

    The strands are left out: they are called as the services are, and so is a demonstration of such an inspection.
    """
    library = Library()
    framework, plan = library.framework("slac-2009"), library.plan("oxfordshire")
    words = {
        *(document.title for document in framework.documents),
        *(part.label for document in framework.documents for part in document.parts),
        *(group.title for group in framework.focus_groups),
        *(step.title for step in framework.steps),
        *(phase.title for phase in framework.phases),
        *(field.label for field in framework.case_fields if field.number),
        *(placement.label for placement in framework.placements),
        *(judgement.label for judgement in framework.judgements),
        *(rule.text for rule in framework.rules),
        *(holding.title for holding in framework.holdings),
        *(spelling for post in plan.posts for spelling in (post.name, *post.aliases)),
        *(ownership.as_written for ownership in plan.ownerships),
    }
    return {word for word in words if len(word) > 12 and " " in word}


def _without_docstrings(path: Path) -> str:
    """The text of a Python file without its docstrings and comments, which may give examples."""
    if path.suffix != ".py":
        return re.sub(r"\{#.*?#\}", "", path.read_text())
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body[0] = ast.Pass()
    return ast.unparse(tree)


def test_no_fact_of_a_framework_stands_in_code_or_templates() -> None:
    known = facts()
    assert len(known) > 150
    scripts = sorted(path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts)
    found = [
        f"{name_of(path)}: {fact}"
        for path in [*SOURCES, *TEMPLATES, *scripts]
        for text in [_without_docstrings(path).lower()]
        for fact in known
        # Most facts are in no file at all, which is seen at once.
        if fact.lower() in text and re.search(rf"\b{re.escape(fact.lower())}\b", text)
    ]
    assert found == []


# Text that people type


def test_every_text_of_a_form_is_cleaned() -> None:
    """`LineField` and `TextField` leave nothing hidden in a text; Django's own field keeps it."""
    own = ROOT / "govuk" / "forms.py"
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        if path != own
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in {"forms.CharField", "CharField"}
    ]
    assert calls == []


def test_every_number_of_a_form_has_bounds() -> None:
    """A database keeps numbers up to a size; one beyond it is refused in words before it comes there."""
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "forms.IntegerField"
        and not {"min_value", "max_value"} <= {keyword.arg for keyword in node.keywords}
    ]
    assert calls == []


# Templates

UNSAFE = {
    "a value marked safe": r"\|\s*safe(?:seq)?\b",
    "an inline style": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\bsrc=)",
    "an event handler": r"<[^>]*\son[a-z]+\s*=",
    "a script as an address": r"javascript:",
}


def _tags(path: Path) -> str:
    """The template with its template tags emptied, so that what stands in them ends no element."""
    return re.sub(r"\{%.*?%\}", "{%%}", path.read_text(), flags=re.S)


@pytest.mark.parametrize("fault", UNSAFE)
def test_no_template_has(fault: str) -> None:
    # Mail programs know no style sheets: an email carries its styles on its elements, and is no page of the site.
    pages = [path for path in PAGES if fault != "an inline style" or path.parent.name != "mail"]
    looked_at = {path: path.read_text() if "safe" in fault else _tags(path) for path in pages}
    assert [name_of(path) for path, text in looked_at.items() if re.search(UNSAFE[fault], text, re.I)] == []


def test_no_page_turns_escaping_off() -> None:
    assert [name_of(path) for path in PAGES if re.search(r"\{%\s*autoescape\s+off", path.read_text())] == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("a value marked safe", "{{ name|safe }}"),
        ("an inline style", '<p class="{% if a > b %}x{% endif %}" style="color: red">'),
        ("a style element", "<style>p {}</style>"),
        ("a script in the page", '<script type="module">alert(1)</script>'),
        ("an event handler", '<a href="#" onclick="go()">'),
        ("a script as an address", '<a href="javascript:go()">'),
    ],
)
def test_a_fault_in_a_template_is_found(fault: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text)
    assert re.search(UNSAFE[fault], text if "safe" in fault else _tags(tmp_path / "page.html"), re.I)


# Sizes


def test_files_are_short_enough_to_be_read() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    long = [
        f"{name_of(path)}: {lines} lines"
        for path in [*SOURCES, *TEMPLATES, *tests]
        for lines in [len(path.read_text().splitlines())]
        if lines > (LONGEST_TEST if path in tests else LONGEST_FILE)
    ]
    assert long == []


def test_no_room_is_a_junk_drawer() -> None:
    names = {path.stem for path in SOURCES} | {part for path in SOURCES for part in path.relative_to(ROOT).parts}
    assert names & {"core", "common", "utils", "helpers", "misc", "signals"} == set()

"""Reads framework and local plan files, checks every key, and turns them into records.

Either everything in a file is right and it is loaded, or `FrameworkError` lists everything that is wrong with it.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from frameworks.faults import Fault, Faults, FrameworkError
from frameworks.framework import Framework
from frameworks.plan import Plan
from frameworks.plan_references import check_plan, in_order
from frameworks.reading import in_words, read
from frameworks.references import check_framework, number_days

LARGEST = 2_000_000  # bytes; the framework of the briefing paper has some 60,000
T = TypeVar("T", Framework, Plan)
LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def load_framework(path: Path | str) -> Framework:
    """The framework in a file. Raises FrameworkError with every fault of the file."""
    framework = _load(path, Framework, "framework", check_framework)
    number_days(framework)
    return framework


def load_plan(path: Path | str, framework: Framework | Iterable[Framework]) -> Plan:
    """The local plan in a file, checked against the framework, or against whichever of several the plan names.

    Posts have one name each, and ownerships are in the framework's order. Raises FrameworkError with every fault of the
    file.
    """
    frameworks = [framework] if isinstance(framework, Framework) else list(framework)
    plan = _load(path, Plan, "plan", lambda data, faults: check_plan(data, frameworks, faults))
    return in_order(plan, next(each for each in frameworks if each.key == plan.framework))


def read_data(path: Path | str) -> dict[str, Any]:
    """The data of a TOML file, unchecked. Raises FrameworkError if there is no readable one."""
    file = str(path)
    try:
        if not Path(path).is_file():
            there_is = "is a directory or a device" if Path(path).exists() else "there is no such file"
            raise FrameworkError((Fault(file, "", f"{there_is}; it should be a TOML file"),))
        if Path(path).stat().st_size > LARGEST:
            raise FrameworkError((Fault(file, "", f"is larger than {LARGEST} bytes; no file of this kind is"),))
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        why = getattr(error, "strerror", None) or str(error)
        raise FrameworkError((Fault(file, "", f"cannot be read: {why}"),)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FrameworkError((Fault(file, f"line {line}", "is not UTF-8 text; save the file as UTF-8"),)) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameworkError((_malformed(file, text, error),)) from None


def _malformed(file: str, text: str, error: Exception) -> Fault:
    """The fault of a file that is not TOML, with the line, in TOML's own words without the parts about Python."""
    said = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
    found = LINE.search(said)
    if found:
        return Fault(file, f"line {found[1]}", f"is not valid TOML: {said[: found.start()]}")
    if said.endswith(" (at end of document)"):
        last = max(1, len(text.splitlines()))
        return Fault(file, f"line {last}", f"is not valid TOML: {said.removesuffix(' (at end of document)')}")
    return Fault(file, "", f"is not valid TOML: {said}")


def _load(path: Path | str, record: type[T], kind: str, check: Callable[[dict[str, Any], Faults], None]) -> T:
    """The record in a file. A file of another kind is refused without reading further."""
    data = read_data(path)
    faults = Faults(str(path))
    if "kind" in data and data["kind"] != kind:
        faults.add("kind", f'should be "{kind}", as this is to be a {kind} file, not {in_words(data["kind"])}')
        raise FrameworkError(tuple(faults.found))
    loaded, sound = read(record, data, faults)
    check(sound, faults)
    if loaded is None or faults.found:
        raise FrameworkError(tuple(faults.found))
    return loaded

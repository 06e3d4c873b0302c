"""Framework and local plan files read from disk, checked to the last key, and turned into records.

Either everything in a file is right and it is loaded, or `FrameworkError` says everything that is wrong with it.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from frameworks.build import build_framework, build_plan
from frameworks.faults import Fault, FrameworkError
from frameworks.framework import Framework
from frameworks.plan import Plan
from frameworks.plan_references import check_plan
from frameworks.references import check_framework
from frameworks.schema import Faults, Shape, in_words, read_table
from frameworks.shapes import FRAMEWORK, PLAN

LARGEST = 2_000_000  # bytes; the paper's own framework has some 60,000
LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def load_framework(path: Path | str) -> Framework:
    """The framework in a file. Raises FrameworkError with every fault of the file."""
    data, faults = _sound(path, "framework", FRAMEWORK, "a framework file", check_framework)
    if faults.found:
        raise FrameworkError(tuple(faults.found))
    return build_framework(data)


def load_plan(path: Path | str, framework: Framework | Iterable[Framework]) -> Plan:
    """The local plan in a file, checked against the framework, or against that one of several which the plan names.

    Raises FrameworkError with every fault of the file.
    """
    frameworks = [framework] if isinstance(framework, Framework) else list(framework)
    data, faults = _sound(path, "plan", PLAN, "a plan file", lambda sound, found: check_plan(sound, frameworks, found))
    if faults.found:
        raise FrameworkError(tuple(faults.found))
    return build_plan(data, next(each for each in frameworks if each.key == data["framework"]))


def read_data(path: Path | str) -> dict[str, Any]:
    """A TOML file as it stands, unchecked. Raises FrameworkError where there is no readable one."""
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
    """The fault of a file that is not TOML, with the line; TOML's own words, less what is only Python's."""
    said = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
    found = LINE.search(said)
    if found:
        return Fault(file, f"line {found[1]}", f"is not valid TOML: {said[: found.start()]}")
    if said.endswith(" (at end of document)"):
        last = max(1, len(text.splitlines()))
        return Fault(file, f"line {last}", f"is not valid TOML: {said.removesuffix(' (at end of document)')}")
    return Fault(file, "", f"is not valid TOML: {said}")


def _sound(
    path: Path | str, kind: str, shape: Shape, called: str, check: Callable[[dict[str, Any], Faults], None]
) -> tuple[dict[str, Any], Faults]:
    """What is sound of a file, and its faults. A file of another kind is refused without looking further."""
    data = read_data(path)
    faults = Faults(str(path))
    if "kind" in data and data["kind"] != kind:
        faults.add("kind", f'should be "{kind}", as this is to be {called}, not {in_words(data["kind"])}')
        return {}, faults
    sound = read_table(data, shape, called, "", faults)
    check(sound, faults)
    return sound, faults

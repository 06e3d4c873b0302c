"""The frameworks and local plans of an installation: those that come with the project, and those in its own folders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from frameworks.faults import Fault, FrameworkError
from frameworks.framework import Framework
from frameworks.loader import load_framework, load_plan, read_data
from frameworks.plan import Plan

BUILT_IN = Path(__file__).parent / "data"

T = TypeVar("T", Framework, Plan)
Stamp = tuple[int, int]  # when a file was changed, in nanoseconds, and its size
File = tuple[Path, Stamp]
Files = tuple[File, ...]


class Library:
    """The files `*.toml` in some folders; a folder that does not exist has none.

    A file is read again only when it has changed. If one file does not load, the lists raise its FrameworkError, but
    other files can still be looked up by key.
    """

    def __init__(self, directories: Sequence[Path | str] = ()) -> None:
        """Use these folders beside the project's own."""
        folders = [BUILT_IN, *(Path(directory) for directory in directories)]
        self.directories = tuple(dict.fromkeys(folder.resolve() for folder in folders))

    def frameworks(self) -> tuple[Framework, ...]:
        """All frameworks, by key. Raises FrameworkError if a file does not load or two have the same key."""
        return _load_all(self._framework_files())

    def plans(self, framework_key: str | None = None) -> tuple[Plan, ...]:
        """All local plans, by key, or those for one framework. Raises FrameworkError as `frameworks` does."""
        files = [file for file in self._files() if _label(*file).kind == "plan"]
        frameworks = self._framework_files()
        _load_all(frameworks)
        plans = _by_key([(path, _plan(path, stamp, frameworks)) for path, stamp in files])
        return tuple(plan for plan in plans if framework_key in (None, plan.framework))

    def framework(self, key: str) -> Framework:
        """The framework with this key; raises KeyError if no file has it."""
        files = tuple(file for file in self._framework_files() if _label(*file).key == key)
        return {each.key: each for each in _load_all(files)}[key]

    def plan(self, key: str) -> Plan:
        """The local plan with this key; raises KeyError if no file has it."""
        files = [file for file in self._files() if (_label(*file).kind, _label(*file).key) == ("plan", key)]
        frameworks = self._framework_files()
        plans = []
        for path, stamp in files:
            wanted = tuple(file for file in frameworks if _label(*file).key == _label(path, stamp).framework)
            # If there is no such framework, use all there are, so that the fault can name them.
            plans.append((path, _plan(path, stamp, wanted or frameworks)))
        return {each.key: each for each in _by_key(plans)}[key]

    def stamp(self) -> Files:
        """The present state of the files: while it is the same, so is everything that was read from them."""
        return tuple(self._files())

    def _framework_files(self) -> Files:
        """The framework files, and files of no known kind, which are refused when they are loaded."""
        return tuple(file for file in self._files() if _label(*file).kind != "plan")

    def _files(self) -> Iterator[File]:
        for directory in self.directories:
            try:
                paths = sorted(path for path in directory.iterdir() if path.suffix == ".toml")
            except OSError:  # no such folder
                continue
            for path in paths:
                try:
                    state = path.stat()
                except OSError:  # deleted since it was listed
                    continue
                yield path, (state.st_mtime_ns, state.st_size)


@dataclass(frozen=True, slots=True)
class _Label:
    """What a file says about itself, unchecked; empty text for what it does not say."""

    kind: str = ""
    key: str = ""
    framework: str = ""


@lru_cache(maxsize=256)
def _label(path: Path, stamp: Stamp) -> _Label:
    try:
        data = read_data(path)
    except FrameworkError:
        return _Label()
    return _Label(*(each if isinstance(each := data.get(key), str) else "" for key in ("kind", "key", "framework")))


@lru_cache(maxsize=256)
def _framework(path: Path, stamp: Stamp) -> Framework:
    return load_framework(path)


@lru_cache(maxsize=256)
def _plan(path: Path, stamp: Stamp, frameworks: Files) -> Plan:
    return load_plan(path, [_framework(*file) for file in frameworks])


def _load_all(files: Files) -> tuple[Framework, ...]:
    return _by_key([(path, _framework(path, stamp)) for path, stamp in files])


def _by_key(loaded: list[tuple[Path, T]]) -> tuple[T, ...]:
    found: dict[str, tuple[Path, T]] = {}
    for path, each in loaded:
        if each.key in found:
            reason = f'is "{each.key}", as in {found[each.key][0]}; each file needs its own'
            raise FrameworkError((Fault(str(path), "key", reason),))
        found[each.key] = path, each
    return tuple(found[key][1] for key in sorted(found))

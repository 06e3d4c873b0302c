"""What is wrong with a file, worded so that its author can correct it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the file, the place in it (`documents[3].parts[0].needed`, or `line 7`) and what would be correct."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        """The fault in one line."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        return " ".join(f"{place}: {self.reason}".split())


@dataclass(slots=True)
class Faults:
    """The faults of one file, in the order found."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str, reason: str) -> None:
        """Note one fault at a place of the file."""
        self.found.append(Fault(self.file, key, reason))


class FrameworkError(Exception):
    """A framework or plan file that cannot be loaded, with every fault found in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults; the message is one line for each."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults

"""Names of files in a ZIP that Windows, macOS and Linux all accept, no two of them the same."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 100  # characters; Windows allows 260 for a whole path
MOST_BYTES = 200  # of one name; file systems allow 255

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of Unicode: control, format and unassigned characters
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def safe_name(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that Windows, macOS and Linux all accept, as close to the given one as possible, with the same ending."""
    name = unicodedata.normalize("NFC", name)
    # Control characters are left out, and those that reverse the direction of writing and so can disguise an ending.
    name = "".join(c for c in name if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    name = re.sub(r"\s+", " ", _FORBIDDEN.sub("-", name)).strip().rstrip(". ")
    if not name.strip(". "):
        name = "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    return shortened(name, longest)


def shortened(name: str, longest: int) -> str:
    """The name without as much of its middle as it takes, so that its ending still shows its type."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    while len(stem) + len(dot) + len(ending) > longest or len((stem + dot + ending).encode()) > MOST_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip('. ')}{dot}{ending}"


class ZipNames:
    """Gives every file a name of its own; names that differ only in capitals count as the same."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, folder: str, name: str) -> str:
        """The path in the ZIP: the name itself, or with " (2)", " (3)" and so on before its ending."""
        name = safe_name(name)
        number = 1
        path = f"{folder}/{name}"
        while path.casefold() in self.taken:
            number += 1
            extra = f" ({number})"
            short = shortened(name, LONGEST_NAME - len(extra))
            stem, dot, ending = short.rpartition(".")
            path = f"{folder}/{stem}{extra}{dot}{ending}" if stem else f"{folder}/{short}{extra}"
        self.taken.add(path.casefold())
        return path

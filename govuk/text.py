"""Text as it is stored: what somebody typed, pasted or imported, without invisible characters.

Forms and actions clean text with the same functions, so that searches match what is stored.
"""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    """A name, title or other short text: composed (NFC), on one line, single spaces, none around it.

    Line breaks and control characters count as spaces. Characters without width, such as a soft hyphen or a byte order
    mark, are left out, and so are half characters (surrogates), which no database can store.
    """
    return " ".join(_visible(text).split())


def many_lines(text: str) -> str:
    """A longer text: like `one_line`, but keeping its line breaks and the spaces within a line; trimmed at both
    ends.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_visible(line).rstrip() for line in lines).strip()


def same_text(text: str) -> str:
    """A name reduced for comparing: on one line, ignoring capitals. Never stored."""
    return one_line(text).casefold()


def _visible(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join(map(_as_seen, text))


def _as_seen(character: str) -> str:
    if character.isprintable():
        return character
    # Spaces of all kinds (Z), control characters (Cc); the rest is invisible.
    category = unicodedata.category(character)
    return " " if category[0] == "Z" or category == "Cc" else ""

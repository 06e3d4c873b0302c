"""Text as it is kept: what somebody typed, pasted or imported, without the characters that nobody sees.

Forms and actions clean with the same functions, so that what is looked up is what is stored.
"""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    """A name, title or other short text: composed (NFC), on one line, single spaces, none around it.

    Line breaks and control characters count as spaces. Characters without width, such as a soft hyphen or a byte order
    mark, are left out, and so are halves of characters (surrogates), which no database keeps.
    """
    return " ".join(_visible(text).split())


def many_lines(text: str) -> str:
    """A longer text: as `one_line`, but its line breaks and the spaces within a line stay; none around the whole."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_visible(line).rstrip() for line in lines).strip()


def same_text(text: str) -> str:
    """What two spellings of a name share: the name on one line, capitals or not. For comparing, never for keeping."""
    return one_line(text).casefold()


def _visible(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join(map(_as_seen, text))


def _as_seen(character: str) -> str:
    if character.isprintable():
        return character
    # Spaces of all kinds (Z), control characters (Cc); the rest is not seen.
    category = unicodedata.category(character)
    return " " if category[0] == "Z" or category == "Cc" else ""

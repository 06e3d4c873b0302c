"""The sentences that say what a document lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from frameworks import Covered, Part

_NUMBERS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def spelled_out(count: int) -> str:
    """A small number as a word, a large one in figures."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def capital(text: str) -> str:
    """The text with its first letter as a capital; the rest is unchanged ("Details of CAF" keeps its own)."""
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str]) -> str:
    """Words listed for a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def shortage(part: Part, have: int, files: int) -> str:
    """What a part still needs, as a sentence; empty if it has enough.

    `have` is how many count (different meetings), `files` how many files those are: two files of one day are one
    meeting.
    """
    needed = max(part.needed, 1)
    lacking = needed - have
    if lacking <= 0:
        return ""
    if needed == 1:
        return "Nothing has been added yet."
    if have == 0:
        return f"All {spelled_out(needed)} are missing."
    words = f"{capital(spelled_out(lacking))} of {spelled_out(needed)} {'is' if lacking == 1 else 'are'} still missing"
    if part.dated and files > have:
        return f"{words}: those of one day count as one."
    return f"{words}."


def about(part: Part, words: str, *, alone: bool, names: Iterable[Covered] = ()) -> str:
    """The sentence with the part that it is about, unless the document has only one part.

    A sentence that begins with one of `names` keeps its first letter.
    """
    if alone:
        return words
    first = next((each.label[:1] for each in names if words.startswith(capital(each.label))), words[:1].lower())
    return f"{part.label}: {first}{words[1:]}"


def faulty(count: int) -> str:
    """The sentence for files that are here but whose bytes are not as they were uploaded."""
    if count == 1:
        return "One file is damaged or lost in the storage: add the same file again."
    return f"{capital(spelled_out(count))} files are damaged or lost in the storage: add the same files again."

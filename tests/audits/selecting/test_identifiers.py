"""What somebody typed, pasted or sent in a file, as identifiers."""

from __future__ import annotations

import pytest

from audits.selecting.identifiers import NotText, identifiers_in, more_than_once, text_of
from frameworks import load_framework
from tests.frameworks.files import TINY

FRAMEWORK = load_framework(TINY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A1\nA2\nA3", ["A1", "A2", "A3"]),
        ("A1\r\nA2\r\n\r\n", ["A1", "A2"]),
        ("A1, A2;A3\tA4", ["A1", "A2", "A3", "A4"]),
        ("  A1 ,\u00a0A2\u00a0,\u200bA3\u2003", ["A1", "A2", "A3"]),
        ("AB  12\nAB\u00a013", ["AB 12", "AB 13"]),
        ('"A1"\n"A2"', ["A1", "A2"]),
        ("0123\n123", ["0123", "123"]),
        ("Identifier\nA1", ["A1"]),
        ("IDENTIFIER;A1;A2", ["A1", "A2"]),
        ("A1\nIdentifier", ["A1", "Identifier"]),
        ("A1;;A2,,", ["A1", "A2"]),
        ("A1\u2028A2\x0bA3\x85A4", ["A1", "A2", "A3", "A4"]),
        ("", []),
        (" ,;\n\t\u00a0 \ufeff", []),
        ("Identifier\n", []),
    ],
)
def test_identifiers_are_read_from_what_is_pasted(text: str, found: list[str]) -> None:
    assert identifiers_in(text, FRAMEWORK) == found


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"A1\nA2", "A1\nA2"),
        ("\ufeffA1".encode(), "A1"),
        ("Zoë-1".encode("cp1252"), "Zoë-1"),
        ("A1\r\nA2".encode("utf-16"), "A1\r\nA2"),
        (b"", ""),
    ],
)
def test_a_text_file_is_read_in_its_encoding(content: bytes, text: str) -> None:
    assert text_of(content) == text


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 a workbook", b"\xd0\xcf\x11\xe0\x00\x00", b"A1\x00A2", b"\xff\xfeA", b"\x81\x8d"]
)
def test_what_is_no_text_is_said(content: bytes) -> None:
    with pytest.raises(NotText):
        text_of(content)


def test_identifiers_that_are_there_several_times_are_counted_as_lists_compare_them() -> None:
    assert more_than_once(["A1", "b 2", "a1", "B  2", "A1", "C3"]) == {"A1": 3, "b 2": 2}

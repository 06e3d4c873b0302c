from __future__ import annotations

import pytest

from govuk.text import many_lines, one_line, same_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Head  of   Service ", "Head of Service"),
        ("Head\r\nof\tService", "Head of Service"),
        ("Head\N{NO-BREAK SPACE}of\N{LINE SEPARATOR}Service", "Head of Service"),
        ("Head\x00of\x07Service\x85", "Head of Service"),
        ("\ufeffHead of Serv\u200bice\u00ad", "Head of Service"),
        ("Head of Service\ud800", "Head of Service"),
        ("Rene\u0301", "Ren\u00e9"),
        ("\x00 \n\u200b", ""),
    ],
)
def test_one_line_keeps_what_is_seen(typed: str, kept: str) -> None:
    assert one_line(typed) == kept
    assert one_line(kept) == kept


def test_many_lines_keeps_line_breaks_and_no_other_control_character() -> None:
    assert many_lines("\r\n First:\x00 a \r\n\r\n  b\u2028c\rlast\ud800 \n\n") == "First:  a\n\n  b c\nlast"


def test_same_text_is_one_whatever_the_capitals() -> None:
    assert same_text("STRASSE  \u00c9TE") == same_text("Straße e\u0301te")

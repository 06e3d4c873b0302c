"""Log lines say where something went wrong, and nothing about people."""

import logging
import sys

import pytest

from frameworks import load_framework
from frameworks.faults import FrameworkError
from readiness.logs import DiscreetFormatter


def raised() -> str:
    """The log line of an error that quotes a child's name, raised from another one that does."""
    try:
        try:
            int("Jo Bloggs, born 2001")
        except ValueError as error:
            raise KeyError("Jo Bloggs") from error
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "import %s", ("failed",), sys.exc_info())
    return DiscreetFormatter("{levelname} {message}", style="{").format(record)


def test_exception_is_logged_without_its_text():
    lines = raised().splitlines()
    assert lines[0] == "ERROR import failed"
    assert lines[1] == "builtins.ValueError at"
    assert lines[3] == "builtins.KeyError at"
    assert all(line.startswith(f"  {__file__}:") and line.endswith(" raised") for line in (lines[2], lines[4]))
    assert len(lines) == 5


def test_fault_of_a_framework_file_is_logged_with_file_key_and_reason(tmp_path):
    file = tmp_path / "council.toml"
    file.write_text('kind = "letter"\n')
    with pytest.raises(FrameworkError) as refused:
        load_framework(file)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "page", (), (refused.type, refused.value, refused.tb))
    lines = DiscreetFormatter("{message}", style="{").format(record).splitlines()
    assert lines[:2] == ["page", "frameworks.faults.FrameworkError at"]
    assert [line for line in lines if line.startswith(f"  {file}: kind: ")] == [lines[2]]

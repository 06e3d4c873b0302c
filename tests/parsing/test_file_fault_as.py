"""What a parser raises is the file's fault; what the machine or a verdict of our own raises is not."""

from __future__ import annotations

import errno
import io
import lzma
import struct
import zipfile
import zlib

import pytest
from django.db import OperationalError
from python_calamine import CalamineError

from parsing import file_fault_as


class Damaged(Exception):
    pass


class Refused(Exception):
    pass


class PanicException(BaseException):
    pass


def raised(error: BaseException, *verdicts: type[Exception]) -> BaseException:
    with pytest.raises(BaseException) as found, file_fault_as(Damaged("damaged"), *verdicts):
        raise error
    return found.value


OF_THE_FILE = [
    zipfile.BadZipFile(), zlib.error(), lzma.LZMAError(), struct.error(), EOFError(), KeyError("x"), RecursionError(),
    AttributeError(), AssertionError(), OSError("image file is truncated"), OSError(errno.EINVAL, "Invalid argument"),
    io.UnsupportedOperation(), UnicodeDecodeError("utf-8", b"", 0, 1, ""), OverflowError(), CalamineError(),
    PanicException(),
]  # fmt: skip
OF_THE_MACHINE = [
    MemoryError(), KeyboardInterrupt(), SystemExit(), OperationalError(), FileNotFoundError(errno.ENOENT, "gone"),
    *(OSError(number, "failed") for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE)),
]  # fmt: skip


@pytest.mark.parametrize("error", OF_THE_FILE, ids=repr)
def test_whatever_a_parser_raises_is_the_files_fault(error: BaseException) -> None:
    found = raised(error)
    assert (type(found), str(found), found.__cause__) == (Damaged, "damaged", error)


@pytest.mark.parametrize("error", OF_THE_MACHINE, ids=repr)
def test_what_is_the_machines_fault_passes(error: BaseException) -> None:
    assert raised(error) is error


def test_a_verdict_reached_in_the_block_passes() -> None:
    verdict, other = Damaged("cut short"), Refused("too large")
    assert raised(verdict) is verdict
    assert raised(other, Refused) is other
    assert str(raised(other)) == "damaged"


def test_nothing_is_raised_of_a_file_that_is_read() -> None:
    with file_fault_as(Damaged("damaged")):
        read = zlib.decompress(zlib.compress(b"fictional"))
    assert read == b"fictional"

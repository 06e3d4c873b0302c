"""The boundary around a third-party parser (zipfile, pikepdf, Pillow, calamine, ...) while it reads a received file.

A parser raises the errors its authors thought of and many that they did not, so no list of exceptions is ever complete.
Any exception is treated as the fault of the file, unless it is clearly the machine's. Nothing here uses Django, because
the process that draws previews does without it.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Seeking to an impossible position is the only thing that the system refuses because of a file's content.
_OF_THE_FILE = frozenset({None, errno.EINVAL, errno.EOVERFLOW})
#: How a panic in a library written in Rust arrives. It is not an `Exception`, and its class cannot be imported.
_PANIC = "PanicException"


@contextmanager
def file_fault_as(answer: Exception, *verdicts: type[Exception]) -> Iterator[None]:
    """Raises `answer` for anything that a parser in this block raises about the file that it reads.

    An exception of the type of `answer`, or of one of `verdicts`, is a verdict reached in the block and passes
    unchanged. So does anything that is not the file's fault: no memory, the end of the process, the database, a full or
    failing disk.
    """
    passing: tuple[type[BaseException], ...] = (type(answer), *verdicts, MemoryError)
    try:
        yield
    except passing:
        raise
    except OSError as error:
        if is_of_the_machine(error):
            raise
        raise answer from error
    except Exception as error:
        if _is_of_the_database(error):
            raise
        raise answer from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise answer from error


def is_of_the_machine(error: OSError) -> bool:
    """Whether the operating system raised it (no room, no such file, no answer from the disk), and not a parser."""
    return error.errno not in _OF_THE_FILE


def _is_of_the_database(error: Exception) -> bool:
    database = sys.modules.get("django.db")
    return database is not None and isinstance(error, database.Error)

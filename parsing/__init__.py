"""The boundary around somebody else's parser (zipfile, pikepdf, Pillow, calamine, ...) while it reads a received file.

A parser raises what its authors thought of and much that they did not, so no list of what may come is ever complete.
Whatever comes is taken for the fault of that one file, unless it is plainly the machine's. Nothing here knows Django,
which the process that draws pictures of files does without.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Seeking to a place that no file has is the one thing the system refuses because of what stands in a file.
_OF_THE_FILE = frozenset({None, errno.EINVAL, errno.EOVERFLOW})
#: How a panic of a library written in Rust arrives. It is no `Exception`, and cannot be imported to be named.
_PANIC = "PanicException"


@contextmanager
def file_fault_as(answer: Exception, *verdicts: type[Exception]) -> Iterator[None]:
    """Raises `answer` for whatever a parser in this block raises about the file that it reads.

    What is of the type of `answer`, or of one of `verdicts`, is a verdict reached in the block and passes as it is. So
    does what is not the file's fault: no memory, the end of the process, the database, a disk that is full or fails.
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
    """Whether the operating system raised it (no room, no such file, no answer from the disk), and no parser."""
    return error.errno not in _OF_THE_FILE


def _is_of_the_database(error: Exception) -> bool:
    database = sys.modules.get("django.db")
    return database is not None and isinstance(error, database.Error)

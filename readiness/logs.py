"""Log lines that carry no personal data."""

import logging
import re
import traceback
from types import TracebackType

from frameworks import FrameworkError

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


#: Secret addresses: of a calendar feed, an invitation and a new email address. Anybody who reads one in a log could use
#: it.
_SECRET = re.compile(r"/(calendars|invitations|addresses)/[^\s'\"<>]*")


class DiscreetFormatter(logging.Formatter):
    """Formats an exception as its kind and the code it passed through, without its text.

    A database error quotes the values of the row it refused, and a parser quotes the line it could not read; either can
    name a child. Faults of framework and plan files are shown in full: they name only the file, key and reason, and
    somebody has to correct them.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secret addresses."""
        return _SECRET.sub(r"/\1/...", super().format(record))

    def formatException(self, ei: ExceptionInfo) -> str:
        """The kinds and places of the exception and its causes, oldest first."""
        chain: list[BaseException] = []
        error = ei[1]
        while error is not None and error not in chain:
            chain.append(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        lines = []
        for link in reversed(chain):
            lines.append(f"{type(link).__module__}.{type(link).__qualname__} at")
            lines += [f"  {fault}" for fault in link.faults] if isinstance(link, FrameworkError) else []
            lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(link.__traceback__)]
        return "\n".join(lines)

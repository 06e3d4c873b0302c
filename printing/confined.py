"""Runs a program that can read nothing but itself, its fonts and one folder, using Linux's Landlock.

`python confined.py FOLDER HOME PROGRAM [ARGUMENT ...]` has the kernel refuse, for this process and all that it starts,
every file except the system's own programs, HOME (where PROGRAM is installed) and FOLDER, the only place that can be
written to, and every TCP connection if the kernel supports that. Then PROGRAM replaces it. Nothing here uses Django. If
the kernel has no Landlock it ends with UNABLE before anything is run: the program never runs unconfined.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

UNABLE = 82
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls; the same number on every kind of machine
_VERSION, _BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE, _SOCKET = 1 << 5, 1 << 9
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
_FIRST = (1 << 13) - 1  # everything that version 1 knows
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
_TCP = 0b11  # bind and connect, since version 4
_TCP_SINCE = 4

#: Programs, libraries, fonts, and the few system settings that programs read when they start.
_READABLE = (
    "/bin", "/lib", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/locale.alias",
    "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/proc", "/usr/local/share/fonts", "/var/cache/fontconfig",
    "/var/lib/libreoffice", "/var/spool/libreoffice",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/random", "/dev/urandom", "/dev/zero")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def confine(folder: Path, home: Path) -> bool:
    """Whether this process is now confined; False if the kernel cannot do that."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    if version < 1:
        return False
    known = _FIRST | (_REFER if version > 1 else 0) | (_TRUNCATE if version > 2 else 0)
    asked = _Ruleset(known, _TCP)
    size = ctypes.sizeof(asked) if version >= _TCP_SINCE else ctypes.sizeof(ctypes.c_uint64)
    rules = libc.syscall(_CREATE, ctypes.byref(asked), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return False
    allowed = dict.fromkeys((*_READABLE, str(home)), _READ | _LIST | _EXECUTE)
    allowed |= dict.fromkeys(_DEVICES, _READ | _WRITE)
    # LibreOffice listens there for other LibreOffice processes; it can create and delete the socket, and read nothing.
    allowed["/tmp"] = _SOCKET | _REMOVE  # noqa: S108 - where LibreOffice looks, whatever TMPDIR says
    allowed[str(folder)] = known & ~_EXECUTE
    return (
        all(_allow(libc, rules, path, access & known) for path, access in allowed.items())
        and libc.prctl(_NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))) == 0
        and libc.syscall(_RESTRICT, rules, ctypes.c_uint32(0)) == 0
    )


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> bool:
    """Allow this use of the path; a path that does not exist is skipped."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        rule = _Beneath(access if Path(path).is_dir() else access & _OF_FILES, parent)
        return libc.syscall(_ADD, rules, ctypes.c_int(_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)) == 0
    finally:
        os.close(parent)


if __name__ == "__main__":
    if not confine(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.exit(UNABLE)
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - no shell is wanted

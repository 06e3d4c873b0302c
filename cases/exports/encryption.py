"""An export as one ZIP that only a passphrase opens: AES with 256 bits, as 7-Zip, WinZip and macOS archivers read it.

The passphrase goes no further than this function: it is kept in no row, no file, no log and no job.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import pyzipper

STEP = 1024 * 1024


def write_encrypted(files: Mapping[str, BinaryIO], target: Any, passphrase: str) -> tuple[int, str]:
    """Write the files, each under its name, into an encrypted ZIP; its size in bytes and its SHA-256."""
    packed: Any = pyzipper.AESZipFile(target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES)
    with packed:
        packed.setpassword(passphrase.encode("ascii"))
        for name, source in files.items():
            with packed.open(name, "w") as inside:
                while chunk := source.read(STEP):
                    inside.write(chunk)
    target.seek(0)
    digest = hashlib.file_digest(target, "sha256").hexdigest()
    size = target.seek(0, 2)
    target.seek(0)
    return size, digest

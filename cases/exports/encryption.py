"""Encrypt an export as a ZIP with a passphrase: 256-bit AES, which 7-Zip, WinZip and macOS can open.

The passphrase is used in this function only. It is never stored, logged or passed to a worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import pyzipper

STEP = 1024 * 1024


def write_encrypted(files: Mapping[str, BinaryIO], target: Any, passphrase: str) -> tuple[int, str]:
    """Write the files into an encrypted ZIP under their names. Returns its size in bytes and its SHA-256."""
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

"""Where the bytes of waiting files are: in a folder of their own, separate from documents and packs."""

from __future__ import annotations

from files.folders import Folder

_FOLDER = Folder("waiting")

path_of, keep, discard, sweep = _FOLDER.path_of, _FOLDER.keep, _FOLDER.discard, _FOLDER.sweep

"""Where the bytes of waiting files lie: a folder of their own, out of reach of documents and packs."""

from __future__ import annotations

from files.folders import Folder

_FOLDER = Folder("waiting")

path_of, keep, discard, sweep = _FOLDER.path_of, _FOLDER.keep, _FOLDER.discard, _FOLDER.sweep

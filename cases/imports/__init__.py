"""Imports of case lists: files are stored, read by a worker, compared with the lists and applied as one change."""

"""Imports of case lists: files are kept, read by a worker, shown as a difference and applied as one change."""

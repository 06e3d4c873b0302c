"""Spreadsheets that people upload: read safely, their faults named by cell, nothing applied but what was shown.

No Django in it, and nothing here knows what the rows mean.
"""

"""Spreadsheets that people upload: read safely, with faults named by cell, and nothing applied that was not shown.

Uses no Django, and does not know what the rows mean.
"""

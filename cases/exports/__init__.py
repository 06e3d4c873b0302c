"""Exports of the case lists for the lead inspector: a workbook with the analysis, and CSV files."""

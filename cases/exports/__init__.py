"""What is made of the lists for the lead inspector: a workbook with the analysis, and CSV; frozen, and sent."""

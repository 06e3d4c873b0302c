"""Pages of inspections, one module for each subject."""

"""Pages of inspections, by what they are about; each module has its own."""

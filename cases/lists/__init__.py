"""The lists: their rows, the counts stored with each import, and how pages show both."""

"""What is on the lists: their rows, the counts kept with each import, and how both are shown."""

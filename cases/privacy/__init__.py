"""The log of who read child-level data, and its erasure."""

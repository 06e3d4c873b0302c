"""Who read what of a child, and the erasure of it."""

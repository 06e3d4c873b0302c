"""What auditors and contributors write about a case, and what becomes of it."""

"""Which cases are selected: entered by identifier, or in a rehearsal drawn as a sample."""

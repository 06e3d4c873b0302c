"""Who audits, contributes to and moderates which case."""

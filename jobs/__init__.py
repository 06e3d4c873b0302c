"""Work that waits in the database until a worker takes it: claimed, kept alive, given up, taken over by another."""

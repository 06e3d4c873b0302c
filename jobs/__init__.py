"""Work that waits in the database until a worker takes it: claimed, renewed, given up, or taken over by another
worker.
"""

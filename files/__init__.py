"""A file as bytes: received, looked into, scanned, kept under a name of our own, drawn as pictures, sent as a
download.

Whose file it is, and what it is evidence of, is for the rooms above to know.
"""

"""A file as bytes: received, checked, scanned, stored under a name of our own, drawn as pictures, sent as a download.

The rooms above know whose file it is and what it is evidence of.
"""

"""Checks of what is inside received files: whether a file is what its name says and is whole, and what readers should
know.

Nothing here unpacks a file to disk or holds more than a piece of it in memory. Every check is limited, so that a
malicious file (a "bomb") costs no more than a large honest one.
"""

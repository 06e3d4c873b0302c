"""A look inside received files: is one what its name says, is it whole, is there something its readers should know.

Nothing here unpacks a file to the disk or holds more than a piece of it in memory, and every look is bounded, so that a
file made to hurt (a "bomb") costs no more than a large honest one.
"""

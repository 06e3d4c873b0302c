"""Surveys that the council passes on for the inspectorate, and the letters to children."""

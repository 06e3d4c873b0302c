"""Audits on paper: one audit as a PDF, and all submitted audits of a selection as a frozen export to hand over."""

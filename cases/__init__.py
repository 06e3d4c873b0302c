"""Case lists: read, checked, kept with their history, shown to case officers only, sent to the lead inspector, erased.

Source: briefing paper, Annex 4. Which lists there are and what is asked about each child is the framework's data.
"""

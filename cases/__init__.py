"""Case lists: imported, checked, stored with their history, shown to case officers, sent to the lead inspector, erased.

Source: briefing paper, Annex 4. Which lists there are, and what they ask about each child, is the framework's data.
"""

"""The service as people use it: a real browser on the service that `manage.py serve` starts; only the clock is set.

Each journey reads as prose and ends with axe finding nothing at 1280 and 375 pixels. READINESS_SCREENSHOTS=1 keeps a
picture of every page that is looked at in var/screenshots.
"""

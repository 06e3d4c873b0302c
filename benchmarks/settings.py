"""The project's own settings with one more address: an empty page, to measure the others against."""

from readiness.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.floor"
# Only so that a file of 400 MB can be sent as well; the limit is compared with a count and costs nothing.
MAX_UPLOAD_MB = 500

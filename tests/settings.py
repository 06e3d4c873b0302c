"""Settings of the tests: the project's own, in a folder of the run's own, on services that are found or started."""

import atexit
import os
import tempfile
from pathlib import Path

from tests.services import environment_for_tests, remove

# pytest-django reads settings before any conftest, so what the settings read is decided here.
if "READINESS_TEST_DIR" not in os.environ:
    os.environ["READINESS_TEST_DIR"] = tempfile.mkdtemp(prefix="readiness-tests-")
    atexit.register(remove, Path(os.environ["READINESS_TEST_DIR"]), os.getpid())
_run = Path(os.environ["READINESS_TEST_DIR"])
_worker = _run / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ |= environment_for_tests(os.environ.get("TEST_DATABASE", "sqlite"), _worker)

from readiness.settings import *  # noqa: E402, F403

# Cheap on purpose: tests make hundreds of people, and none of them is about the strength of the hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages in tests are fetched without TLS; the tests of the settings look at the real values in a process of their own.
SECURE_SSL_REDIRECT = False
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
# LibreOffice takes a second for each document; the tests of it switch it on.
OFFICE_CONVERSION = False
# Tests of mail read django.core.mail.outbox; those of the mailbox and of SMTP name their backend.
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# Of this run alone, so that runs at the same time on one server do not meet; SQLite's in a file, since the pages that a
# live server's threads open at once lock an in-memory database as a whole.
_name = f"test_{_run.name}".replace("-", "_")
DATABASES["default"]["TEST"] = {  # noqa: F405
    "NAME": _name if os.environ["DATABASE_URL"] else str(_worker / "test.sqlite3")
}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405

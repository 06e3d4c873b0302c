"""Finds PostgreSQL and Redis for the tests: an environment variable, else one that is running, else wheels.

`TEST_DATABASE` chooses: `sqlite` (the default, with a broker in memory) or `postgresql` (with Redis as broker).
"""

import os
from pathlib import Path

TEST_KEY = "only-for-tests-" + "k" * 40


def environment_for_tests(database: str, directory: Path) -> dict[str, str]:
    """The environment that the settings of a test run read, for `sqlite` or `postgresql`; ValueError for others."""
    directory.mkdir(parents=True, exist_ok=True)
    common = {
        "SECRET_KEY": TEST_KEY,
        "DATA_DIR": str(directory),
        "DEBUG": "off",
        "HTTPS": "off",
        "BEHIND_PROXY": "off",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "PUBLIC_URL": "http://testserver",
        "FROM_EMAIL": "readiness@example.org",
        "MAX_UPLOAD_MB": "250",
        "EMAIL_URL": "",
    }
    if database == "sqlite":
        return common | {"DATABASE_URL": "", "CELERY_BROKER_URL": "memory://"}
    if database == "postgresql":
        return common | {"DATABASE_URL": postgresql_url(), "CELERY_BROKER_URL": redis_url()}
    raise ValueError(f"TEST_DATABASE should be sqlite or postgresql, not {database}")


def postgresql_url() -> str:
    """Where PostgreSQL answers, as a URL without a database's name of ours in it."""
    return os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def redis_url() -> str:
    """Where Redis answers."""
    return os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")

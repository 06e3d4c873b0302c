"""Settings come from the environment; what is missing or malformed stops the start by name."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from readiness.environment import CLAMD_EXAMPLE, S3_EXAMPLE, EnvironmentReader, kept_key, read
from tests.processes import ROOT, environment, manage

KEY = "k" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789"
SERVICES = ("_env.object_storage(", "_env.scanner(", "_env.location(")
REAL = {
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://readiness:secret@db.example.org:5432/readiness",
    "CELERY_BROKER_URL": "redis://queue.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://mailer:secret@mail.example.org:587",
    "ALLOWED_HOSTS": "readiness.example.org,.council.example.org",
}


def settings_read(data_dir: Path, *names: str, **given: str) -> dict:
    """The named settings as a fresh process reads them from an environment."""
    program = (
        "import json, readiness.settings as s;"
        f"print(json.dumps({{name: getattr(s, name) for name in {names!r}}}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(data_dir, **given),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_command_without_any_setting_works_and_keeps_one_key(tmp_path):
    data_dir = tmp_path / "var"
    first, second = manage("check", data_dir=data_dir), manage("check", data_dir=data_dir)
    assert (first.returncode, first.stderr, second.returncode) == (0, "", 0)
    key = data_dir / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert len(key.read_text()) >= 50
    assert settings_read(data_dir, "SECRET_KEY") == {"SECRET_KEY": key.read_text()}
    assert [path.name for path in data_dir.iterdir()] == ["secret-key"]


def test_embedded_mode_keeps_everything_in_data_dir(tmp_path):
    assert settings_read(
        tmp_path,
        "DEBUG",
        "EMBEDDED",
        "UPLOADS_DIR",
        "PACKS_DIR",
        "MAILBOX_DIR",
        "FRAMEWORK_DIRS",
        "CELERY_BROKER_URL",
        "CELERY_BROKER_TRANSPORT_OPTIONS",
        "DATABASES",
        "ALLOWED_HOSTS",
        "PUBLIC_URL",
    ) == {
        "DEBUG": False,
        "EMBEDDED": True,
        "UPLOADS_DIR": f"{tmp_path}/uploads",
        "PACKS_DIR": f"{tmp_path}/packs",
        "MAILBOX_DIR": f"{tmp_path}/mailbox",
        "FRAMEWORK_DIRS": [f"{tmp_path}/frameworks"],
        "CELERY_BROKER_URL": "embedded://localhost",
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "data_folder_in": f"{tmp_path}/queue/messages",
            "data_folder_out": f"{tmp_path}/queue/messages",
            "control_folder": f"{tmp_path}/queue/control",
            "processed_folder": f"{tmp_path}/queue/taken",
        },
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{tmp_path}/readiness.sqlite3",
                "OPTIONS": {
                    "timeout": 20,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
                },
            }
        },
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "PUBLIC_URL": "http://127.0.0.1:8000",
    }


def test_real_services_are_taken_from_their_urls(tmp_path):
    read = settings_read(
        tmp_path,
        "EMBEDDED",
        "MAILBOX_DIR",
        "EMAIL_BACKEND",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "CELERY_BROKER_URL",
        "ALLOWED_HOSTS",
        "PUBLIC_URL",
        "DEFAULT_FROM_EMAIL",
        **REAL,
    )
    assert read == {
        "EMBEDDED": False,
        "MAILBOX_DIR": None,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "mailer",
        "EMAIL_HOST_PASSWORD": "secret",
        "EMAIL_USE_TLS": True,
        "CELERY_BROKER_URL": "redis://queue.example.org:6379/0",
        "ALLOWED_HOSTS": ["readiness.example.org", ".council.example.org"],
        "PUBLIC_URL": "https://readiness.example.org",
        "DEFAULT_FROM_EMAIL": "Inspection readiness <readiness@readiness.example.org>",
    }
    assert list(tmp_path.iterdir()) == []


def test_postgresql_connections_are_kept_and_checked(tmp_path):
    database = settings_read(tmp_path, "DATABASES", **REAL)["DATABASES"]["default"]
    assert {name: database[name] for name in ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")} == {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.org",
        "PORT": 5432,
        "NAME": "readiness",
        "USER": "readiness",
        "PASSWORD": "secret",
    }
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)


def test_no_task_may_run_as_long_as_another_worker_waits_for_it(tmp_path):
    read = settings_read(
        tmp_path, "CELERY_TASK_ACKS_LATE", "CELERY_TASK_TIME_LIMIT", "CELERY_BROKER_TRANSPORT_OPTIONS", **REAL
    )
    assert read["CELERY_TASK_ACKS_LATE"] is True
    assert read["CELERY_TASK_TIME_LIMIT"] < read["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]


@pytest.mark.parametrize(
    "given",
    [{"DATABASE_URL": REAL["DATABASE_URL"]}, {"CELERY_BROKER_URL": "redis://queue"}, {"EMAIL_URL": "smtp://mail:25"}],
    ids=lambda given: next(iter(given)),
)
def test_secret_key_is_needed_as_soon_as_one_service_is_real(tmp_path, given):
    done = manage("check", data_dir=tmp_path, **given)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "SECRET_KEY is missing: it should be at least 32 random characters, such as from "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DATABASE_URL", "mysql://host/name", "it should look like postgresql://user:password@host:5432/name"),
        (
            "DATABASE_URL",
            "postgresql://host:port/name",
            "it should look like postgresql://user:password@host:5432/name",
        ),
        ("DATABASE_URL", "readiness", "it should look like postgresql://user:password@host:5432/name"),
        ("CELERY_BROKER_URL", "redis", "it should look like redis://host:6379/0"),
        ("CELERY_BROKER_URL", "http://host", "it should look like redis://host:6379/0"),
        ("EMAIL_URL", "mail.example.org", "it should look like smtp://host:25 or smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtp://", "it should look like smtp://host:25 or smtp+tls://user:password@host:587"),
        (
            "ALLOWED_HOSTS",
            "*",
            "it should be host names separated by commas, such as readiness.example.gov.uk",
        ),
        (
            "ALLOWED_HOSTS",
            "https://readiness.example.org",
            "it should be host names separated by commas, such as readiness.example.gov.uk",
        ),
        ("PUBLIC_URL", "readiness.example.org", "it should look like https://readiness.example.gov.uk"),
        ("DEBUG", "perhaps", "it should be on or off"),
        ("HTTPS", "maybe", "it should be on or off"),
        ("MAX_UPLOAD_MB", "0", "it should be a whole number from 1 to 2000"),
        ("MAX_UPLOAD_MB", "lots", "it should be a whole number from 1 to 2000"),
        ("SENDFILE_PREFIX", "kept/../uploads", "it should be a path such as /kept"),
        ("STORAGE_URL", "s3://key@storage.example.org/bucket", f"it should look like {S3_EXAMPLE}"),
    ],
)
def test_malformed_setting_stops_the_start_in_one_line(tmp_path, name, value, expected):
    done = manage("check", data_dir=tmp_path, **(REAL | {name: value}))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{name} is malformed: {expected}\n")


def test_every_fault_is_named_at_once(tmp_path):
    done = manage("check", data_dir=tmp_path, DEBUG="perhaps", DATABASE_URL="nonsense")
    assert done.returncode == 1
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == ["DEBUG", "DATABASE_URL", "SECRET_KEY"]


def test_data_dir_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = manage("check", data_dir=tmp_path / "file" / "var")
    assert done.returncode == 1
    assert done.stderr == (
        f"DATA_DIR is malformed: it should be a folder that can be written to (Not a directory: {tmp_path}/file/var)\n"
    )


def test_secrets_of_the_environment_are_not_repeated_in_a_fault(tmp_path):
    done = manage("check", data_dir=tmp_path, **(REAL | {"DATABASE_URL": "postgres//u:very-secret@host/name"}))
    assert done.returncode == 1
    assert "very-secret" not in done.stderr


def test_deployment_check_finds_nothing(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", data_dir=tmp_path, **REAL)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_debug_off_and_tls_are_what_is_had_without_asking(tmp_path):
    names = ("DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    assert settings_read(tmp_path, *names) == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
    }


def test_env_example_lists_every_setting_and_invents_none():
    listed = {
        line.lstrip("# ").partition("=")[0]
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line and line.lstrip("# ").partition("=")[0].isupper()
    }
    read = set()
    for path in (ROOT / "readiness").glob("**/*.py"):
        source = path.read_text()
        for call in (
            "_env.given(",
            "_env.switch(",
            "_env.url(",
            "_env.number(",
            "_env.hosts(",
            "_env.address(",
            *SERVICES,
            "os.environ.get(",
        ):
            for piece in source.split(call)[1:]:
                name = piece.lstrip().split('"')[1] if piece.lstrip().startswith('"') else ""
                if name:
                    read.add(name)
    assert listed == read | {"SECRET_KEY"}


@pytest.mark.parametrize(
    "value",
    [
        "https://key:secret@storage.example.org/bucket",
        "s3://key:secret@storage.example.org",
        "s3://key:secret@storage.example.org/Bucket",
        "s3://key:secret@storage.example.org:port/bucket",
        "s3://key:secret@storage.example.org/bucket?regoin=eu-west-2",
        "s3://key:secret@storage.example.org/bucket?tls=perhaps",
        "s3://key:secret@storage.example.org/bucket?encryption=rot13",
        "s3://key:secret@storage.example.org/bucket?encryption_key=arn",
        "s3://key:secret@storage.example.org/bucket?region",
    ],
)
def test_an_address_of_an_object_storage_that_cannot_work_is_a_fault(value):
    reader = EnvironmentReader({"STORAGE_URL": value})
    assert reader.object_storage("STORAGE_URL") is None
    assert reader.faults == [("STORAGE_URL", f"is malformed: it should look like {S3_EXAMPLE}")]


@pytest.mark.parametrize(
    "value",
    ["http://host:3310", "tcp://", "tcp://host:port", "unix://run/clamd.ctl", "unix:///", "tcp://host?most_mb=0",
     "tcp://host?most=5", "tcp://host/path"],
)  # fmt: skip
def test_an_address_of_a_scanner_that_cannot_work_is_a_fault(value):
    reader = EnvironmentReader({"CLAMD_URL": value})
    assert reader.scanner("CLAMD_URL") is None
    assert reader.faults == [("CLAMD_URL", f"is malformed: it should look like {CLAMD_EXAMPLE}")]


def test_address_of_a_scanner_is_a_host_or_a_socket():
    reader = EnvironmentReader(
        {"NETWORK": "tcp://scanner.example.org?most_mb=25", "SOCKET": "unix:///run/clamav/clamd.ctl"}
    )
    assert reader.scanner("NETWORK") == {"socket": "", "host": "scanner.example.org", "port": 3310, "most_mb": 25}
    assert reader.scanner("SOCKET") == {"socket": "/run/clamav/clamd.ctl", "host": "", "port": 3310, "most_mb": 100}
    assert (reader.scanner("NEITHER"), reader.faults) == (None, [])


def test_address_of_an_object_storage_says_everything_about_it():
    value = "s3://key:a%2Fb@storage.example.org:9000/evidence/up/here?region=eu-west-2&tls=off&encryption=AES256"
    reader = EnvironmentReader({"STORAGE_URL": value, "OTHER": "s3:///evidence"})
    assert reader.object_storage("STORAGE_URL") == {
        "endpoint": "http://storage.example.org:9000",
        "access_key": "key",
        "secret_key": "a/b",
        "bucket": "evidence",
        "prefix": "up/here",
        "region": "eu-west-2",
        "addressing": "auto",
        "downloads": "signed",
        "parameters": {"ServerSideEncryption": "AES256"},
    }
    assert reader.object_storage("OTHER") == {
        "endpoint": "",
        "access_key": "",
        "secret_key": "",
        "bucket": "evidence",
        "prefix": "",
        "region": "",
        "addressing": "auto",
        "downloads": "signed",
        "parameters": {},
    }
    assert (reader.object_storage("NEITHER"), reader.faults) == (None, [])


@pytest.mark.parametrize(("text", "value"), [("on", True), ("TRUE", True), ("1", True), ("off", False), ("No", False)])
def test_switch_reads_the_usual_spellings(text, value):
    reader = EnvironmentReader({"X": text})
    assert (reader.switch("X", default=not value), reader.faults) == (value, [])


def test_kept_key_of_two_that_start_together_is_one(tmp_path):
    path = tmp_path / "secret-key"
    assert kept_key(path) == kept_key(path)
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_data_dir_that_is_not_there_yet_is_made_for_the_database_in_it(tmp_path):
    done = manage("migrate", data_dir=tmp_path / "new" / "var", SECRET_KEY=KEY)
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE((tmp_path / "new" / "var").stat().st_mode) == 0o700


def test_data_dir_that_cannot_be_made_for_the_database_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = manage("migrate", data_dir=tmp_path / "file" / "var", SECRET_KEY=KEY)
    assert done.returncode == 1
    assert done.stderr.startswith("DATA_DIR is malformed: it should be a folder that can be written to")


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_every_line_of_env_example_is_read_by_a_shell_as_by_the_settings(tmp_path, shell):
    lines = (ROOT / ".env.example").read_text().splitlines()
    settings = [line.removeprefix("# ") for line in lines if re.match(r"(# )?[A-Z_]+=", line)]
    # A password may have anything in it but a single quote.
    settings.append("STRANGE='a $HOME `b` \"c\" \\d # e & f; g'")
    file = tmp_path / ".env"
    file.write_text("\n".join(settings) + "\n")
    done = subprocess.run(
        [shell, "-e", "-c", f"set -a; . {file}; set +a; env -0"], env={"PATH": os.environ["PATH"]}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    by_shell = dict(entry.split("=", 1) for entry in done.stdout.decode().split("\0") if entry)
    with patch.dict(os.environ, clear=True):
        by_settings = read(file).values
    assert {name: by_shell[name] for name in by_settings} == by_settings
    assert len(by_settings) == len(settings) > 20
    assert by_settings["FROM_EMAIL"] == "Inspection readiness <readiness@example.gov.uk>"

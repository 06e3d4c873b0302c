"""Reads settings from the environment and refuses what cannot work, with one line for each fault.

The reader collects every fault before it stops, so that all of them can be corrected at once. A value that is set but
empty counts as not set, since compose files and `.env` pass on settings that nobody filled in.
"""

import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import environ

ON = {"1", "on", "true", "yes"}
OFF = {"0", "off", "false", "no"}
HOST_NAME = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
SHORTEST_KEY = 32
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
CLAMD_EXAMPLE = "tcp://host:3310 or unix:///run/clamav/clamd.ctl, with ?most_mb=100 where clamd's limit differs"
S3_EXAMPLE = "s3://key:secret@s3.example.org/bucket?region=eu-west-2 (key and secret may hold %2F for /)"


class EnvironmentReader:
    """Reads one environment; `faults` collects (name, what is wrong and what it should look like)."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.faults: list[tuple[str, str]] = []

    def given(self, name: str) -> str:
        """The value as written, without spaces around it; "" if it is not set."""
        return self.values.get(name, "").strip()

    def fault(self, name: str, expected: str) -> None:
        """Notes that the setting `name` is missing or malformed."""
        said = "is missing" if not self.given(name) else "is malformed"
        if (name, f"{said}: {expected}") not in self.faults:
            self.faults.append((name, f"{said}: {expected}"))

    def switch(self, name: str, default: bool) -> bool:
        """A switch written as on or off (also true/false, yes/no, 1/0)."""
        value = self.given(name).lower()
        if value in ON or value in OFF:
            return value in ON
        if value:
            self.fault(name, "it should be on or off")
        return default

    def number(self, name: str, default: int, *, lowest: int, highest: int) -> int:
        """A whole number between `lowest` and `highest`, both inclusive."""
        value = self.given(name)
        if not value:
            return default
        if value.isascii() and value.isdigit() and lowest <= int(value) <= highest:
            return int(value)
        self.fault(name, f"it should be a whole number from {lowest} to {highest}")
        return default

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Host names separated by commas; never a star, which would accept any name for the site."""
        value = self.given(name)
        if not value:
            return default
        names = [part.strip() for part in value.split(",") if part.strip()]
        if not names or not all(HOST_NAME.fullmatch(part) for part in names):
            self.fault(name, "it should be host names separated by commas, such as readiness.example.gov.uk")
            return default
        return names

    def url(self, name: str, schemes: tuple[str, ...], example: str) -> SplitResult | None:
        """A URL of one of `schemes`, with a host if the scheme needs one; None if it is not set."""
        value = self.given(name)
        if not value:
            return None
        try:
            parts = urlsplit(value)
            well_formed = parts.scheme in schemes and (parts.port is None or parts.port > 0)
        except ValueError:
            well_formed = False
        if well_formed and (
            parts.hostname or parts.scheme in {"sqlite", "embedded", "memory", "maildir", "govuk-notify"}
        ):
            return parts
        self.fault(name, f"it should look like {example}")
        return None

    def object_storage(self, name: str) -> dict[str, Any] | None:
        """How to reach an object storage, from a URL such as s3://key:secret@host/bucket/folder?region=x.

        Without key and secret, the machine provides them (by a role, say); without a host (s3:///bucket) it is
        Amazon's.
        """
        if not (value := self.given(name)):
            return None
        try:
            parts = urlsplit(value)
            asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            bucket, _, prefix = parts.path.strip("/").partition("/")
            downloads = asked.pop("downloads", "signed")
            tls, addressing = asked.pop("tls", "on"), asked.pop("addressing", "auto")
            region, encryption, key = (asked.pop(word, "") for word in ("region", "encryption", "encryption_key"))
            host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
            faulty = (
                parts.scheme != "s3"
                or not BUCKET.fullmatch(bucket)
                or bool(parts.username) != bool(parts.password)
                or tls not in {"on", "off"}
                or downloads not in {"signed", "through"}
                or addressing not in {"auto", "path", "virtual"}
                or encryption not in {"", "AES256", "aws:kms"}
                or (key and encryption != "aws:kms")
                or asked
            )
        except ValueError:
            faulty = True
        if faulty:
            self.fault(name, f"it should look like {S3_EXAMPLE}")
            return None
        encrypted = {"ServerSideEncryption": encryption} if encryption else {}
        return {
            "endpoint": f"{'https' if tls == 'on' else 'http'}://{host}" if host else "",
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket": bucket,
            "prefix": prefix,
            "region": region,
            "addressing": addressing,
            "downloads": downloads,
            "parameters": encrypted | ({"SSEKMSKeyId": key} if key else {}),
        }

    def notify(self, name: str, parts: SplitResult) -> dict[str, str]:
        """Key, template, address and (optional) reply-to of GOV.UK Notify, from the query of its URL."""
        given = dict(parse_qsl(parts.query))
        key, template = given.get("api_key", ""), given.get("template", "")
        if not re.fullmatch(rf".+-{UUID}-{UUID}", key) or not re.fullmatch(UUID, template):
            self.fault(name, "it should look like govuk-notify://?api_key=name-service-secret&template=id")
        base = given.get("base_url", "https://api.notifications.service.gov.uk")
        return {"api_key": key, "template": template, "base_url": base, "reply_to": given.get("reply_to", "")}

    def address(self, name: str, example: str) -> str:
        """An email address whose local part has room for a plus sign and a token; "" if it is not set."""
        value = self.given(name)
        if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]{1,200}", value):
            self.fault(name, f"it should be an email address, such as {example}")
            return ""
        return value

    def location(self, name: str) -> str:
        """A location of the web server in front, such as /kept, without a slash at its end; "" if it is not set."""
        value = self.given(name)
        if not value or re.fullmatch(r"(/[A-Za-z0-9_-]+)+/?", value):
            return value.rstrip("/")
        self.fault(name, "it should be a path such as /kept")
        return ""

    def scanner(self, name: str) -> dict[str, Any] | None:
        """The address of clamd, and how many megabytes it is set to scan (100 unless `most_mb` says otherwise)."""
        if not (value := self.given(name)):
            return None
        try:
            parts = urlsplit(value)
            asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            most = asked.pop("most_mb", "100")
            by_network = parts.scheme == "tcp" and bool(parts.hostname) and not parts.path.strip("/")
            by_socket = parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1
            port = parts.port or 3310
            faulty = asked or not (most.isascii() and most.isdigit() and int(most)) or not (by_network or by_socket)
        except ValueError:
            faulty = True
        if faulty:
            self.fault(name, f"it should look like {CLAMD_EXAMPLE}")
            return None
        place = {"socket": "", "host": parts.hostname} if by_network else {"socket": parts.path, "host": ""}
        return {**place, "port": port, "most_mb": int(most)}

    def configured(self, name: str, parse: Callable[[str], dict[str, Any]], example: str) -> dict[str, Any]:
        """What `parse` returns for the URL; {} if it cannot read it."""
        try:
            return parse(self.given(name))
        except (environ.ImproperlyConfigured, ValueError, KeyError):
            self.fault(name, f"it should look like {example}")
            return {}

    def secret_key(self, directory: Path, *, embedded: bool) -> str:
        """The key that signs sessions and links.

        With only embedded services it is made once and stored in `directory`, readable only by its owner, so that a
        fresh clone works without settings. With a real service it must be given, since every process and every machine
        needs the same one.
        """
        key = self.given("SECRET_KEY")
        if embedded and not key:
            try:
                return kept_key(directory / "secret-key")
            except OSError as error:
                self.fault("DATA_DIR", f"it should be a folder that can be written to ({error.strerror}: {directory})")
                return secrets.token_urlsafe(50)
        if not embedded and len(key) < SHORTEST_KEY:
            self.fault(
                "SECRET_KEY",
                f"it should be at least {SHORTEST_KEY} random characters, such as from "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            )
        return key or secrets.token_urlsafe(50)

    def folder(self, name: str, directory: Path) -> None:
        """Makes the folder that the setting `name` names, for its owner only, unless it exists."""
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            self.fault(name, f"it should be a folder that can be written to ({error.strerror}: {directory})")

    def stop_if_faulty(self) -> None:
        """Ends the process with status 1 and a line for each fault on standard error, without a traceback."""
        if self.faults:
            refuse([f"{name} {what}" for name, what in self.faults])


def kept_key(path: Path) -> str:
    """The key in the file at `path`, which is made with mode 0600 if there is none; OSError if that fails."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            # A link refuses to overwrite: if two processes start together, both then read the first one's key.
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()


def refuse(lines: list[str]) -> NoReturn:
    """Prints `lines` to standard error and ends the process with status 1."""
    for line in lines:
        print(line, file=sys.stderr)
    raise SystemExit(1)


def read(env_file: Path) -> EnvironmentReader:
    """A reader of the process's environment, completed from `env_file` if that exists."""
    if env_file.is_file():
        environ.Env.read_env(str(env_file))
    return EnvironmentReader(dict(os.environ))

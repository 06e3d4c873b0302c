"""`manage.py serve`: runs everything that the project needs, in one process that starts and stops the others."""

import argparse
import ipaddress
import os
import shlex
import socket
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho import manager as honcho_manager

from frameworks import FrameworkError
from inspections.models import library
from readiness import broker
from readiness.static_files import collect_if_stale

# After the first process ends, the others get this long to finish (honcho's own five seconds would interrupt a large
# upload).
honcho_manager.KILL_WAIT = 15


class Command(BaseCommand):
    """Prepares the database and serves the project until it is stopped."""

    help = (
        "Prepares the database and serves the project on HOST:PORT (default 127.0.0.1:8000) with its worker, its "
        "clock and, in the embedded mode, its mail server. Ctrl-C stops all of them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The demonstration can be left out; all other options are in the environment."""
        parser.add_argument("--no-demo", action="store_true", help="leave a new database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Starts everything; returns after a clean stop, CommandError if something is in the way or died."""
        host, port = os.environ.get("HOST") or "127.0.0.1", port_from(os.environ.get("PORT") or "8000")
        check_free(host, port)
        local = is_loopback(host)
        environment = environment_of_children(host, port, local=local)
        self.prepare(demonstration=local and not options["no_demo"])
        stopped_by, name = run(commands(), environment)
        if name is not None:
            raise CommandError(f"The process “{name}” ended with status {stopped_by}, so all were stopped")

    def prepare(self, *, demonstration: bool) -> None:
        """Prepares the database, the static files and, in a new database, the demonstration."""
        check_framework_files()
        call_command("migrate", verbosity=0, interactive=False)
        collect_if_stale()
        returned = broker.return_taken(settings.QUEUE_DIR) if is_embedded_queue() else 0
        if returned:
            self.stdout.write(f"Tasks that were cut off and start again: {returned}")
        if get_user_model().objects.exists():
            if demonstration:
                self.stdout.write("Sign-in as before. `python manage.py demo` resets the demonstration and says how.")
        elif demonstration:
            self.stdout.write("A new database: filling in the demonstration council.")
            call_command("demo", stdout=self.stdout)
        self.stdout.flush()


def check_framework_files() -> None:
    """CommandError with every fault of the council's own framework and plan files, before anything starts."""
    try:
        known = library()
        known.frameworks()
        known.plans()
    except FrameworkError as error:
        raise CommandError(f"A framework or local plan file cannot be used.\n{error}") from None


def port_from(text: str) -> int:
    """The port written in `text`; CommandError if it is not one."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise CommandError(f"PORT is malformed: it should be a number from 1 to 65535, not {text}")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_embedded_queue() -> bool:
    """Whether tasks wait in the folder of the embedded mode."""
    return str(settings.CELERY_BROKER_URL).startswith(broker.SCHEME)


def check_free(host: str, port: int) -> None:
    """CommandError, before anything is started, if the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host.strip("[]"), port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Stop what uses it, or choose another: PORT=8001"
            ) from None


def environment_of_children(host: str, port: int, *, local: bool) -> dict[str, str]:
    """The environment of the processes; plain HTTP only if nobody else can reach it."""
    environment = os.environ | {"HOST": host, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    if local:
        environment["HTTPS"] = "off"
        environment["PUBLIC_URL"] = os.environ.get("PUBLIC_URL") or f"http://{host}:{port}"
    else:
        environment.setdefault("PUBLIC_URL", settings.PUBLIC_URL)
    return environment


def commands() -> dict[str, list[str]]:
    """The commands to run, by the name shown before their lines of output."""
    python = [sys.executable, "-m"]
    # In a container or on a bare machine people try it as root; Celery's warning is for real installations.
    quiet = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    worker = [*quiet, "celery", "--quiet", "-A", "readiness", "worker", "--beat", "--loglevel", "WARNING"]
    # Threads stop at once on Ctrl-C; with a folder of files, workers need not talk to one another.
    worker += ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    started = {
        "web": [*python, "gunicorn", "--config", "python:readiness.web_server", "readiness.wsgi"],
        "worker": worker,
    }
    if settings.MAILBOX_DIR is not None:
        started = {"mail": [sys.executable, "manage.py", "mailbox"]} | started
    return started


def run(started: dict[str, list[str]], environment: dict[str, str]) -> tuple[int, str | None]:
    """Runs the processes until a signal or until one of them ends.

    Returns honcho's status and the name of the process that ended by itself, None if a signal asked it to stop.
    """
    processes = honcho_manager.Manager()
    for name, command in started.items():
        processes.add_process(name, f"exec {shlex.join(command)}", env=environment, cwd=str(settings.BASE_DIR))
    ended: list[str] = []
    forward = processes.terminate

    def terminate() -> None:
        if processes.returncode not in SIGNALLED:
            ended.extend(name for name, state in processes._processes.items() if state.get("returncode") is not None)
        forward()

    processes.terminate = terminate
    processes.loop()
    return processes.returncode or 0, ended[0] if ended else None


SIGNALLED = {details["rc"] for details in honcho_manager.SIGNALS.values()}

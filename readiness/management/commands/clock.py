"""`manage.py clock`: is Celery beat running? For the health check of its container."""

import argparse
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from routine.running import last_runs


class Command(BaseCommand):
    """Says when beat last handed out a task; refuses if that is too long ago."""

    help = (
        "Says when Celery beat last handed out a task, and when each piece of routine work was last done; "
        "exit status 1 if the first is too long ago."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Beat stores what it did every three minutes, so ten allow for two that are missed."""
        parser.add_argument("--minutes", type=int, default=10, help="how long ago is too long (default 10)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the time; CommandError if beat never ran, or not for `minutes`."""
        last = last_strike()
        if last is None:
            raise CommandError("The clock has never struck: is `celery -A readiness beat` running?")
        if timezone.now() - last > timedelta(minutes=options["minutes"]):
            raise CommandError(f"The clock last struck at {last.isoformat()}: is `celery -A readiness beat` running?")
        self.stdout.write(f"The clock last struck at {last.isoformat()}")
        for name, ran_at in last_runs().items():
            self.stdout.write(f"{name}: {f'last done at {ran_at.isoformat()}' if ran_at else 'never done'}")


def last_strike() -> datetime | None:
    """When beat last handed out any of its tasks; None if it never did."""
    ran = PeriodicTask.objects.filter(enabled=True, last_run_at__isnull=False).order_by("-last_run_at").first()
    return ran.last_run_at if ran else None

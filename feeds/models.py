"""People's calendar feeds, and what each has published to the calendar programs that fetch it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Council, User
from inspections.models import Inspection


class FeedKind(models.TextChoices):
    """What a feed is about; the value is part of page addresses."""

    WORK = "my-work", "What you owe"
    OFFICE = "dcs-office", "What the DCS office owes"
    TIMETABLE = "timetable", "The whole timetable"


class Feed(models.Model):
    """One person's feed of one kind in one council. There is one row, however often the feed ends and starts again.

    `nonce` goes into the secret of its address, which is not stored (feeds/secret.py). If it is empty, the feed has no
    address.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="feeds")
    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="feeds")
    kind = models.CharField(max_length=12, choices=FeedKind.choices)
    nonce = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # To the hour, so that a calendar program that asks every minute does not cause a write every minute.
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "council", "kind"), name="one_feed_of_a_kind"),
            models.CheckConstraint(
                condition=Q(nonce="", ended_at__isnull=False) | (~Q(nonce="") & Q(ended_at=None)),
                name="a_feed_has_an_address_or_has_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}, {self.council}"

    @property
    def is_live(self) -> bool:
        return bool(self.nonce)


class PublishedEvent(models.Model):
    """What a feed last published about one duty or step: a ledger of what was said, not of how things are.

    Calendar programs keep what they were told. To have them change or remove an event, the feed has to know that it
    published it, how often it has changed (`sequence`) and when it last did. `said` is what a cancelled event still has
    to repeat: its summary, start and end.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="events")
    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=140)
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    said = models.JSONField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("feed", "inspection", "key"), name="published_once_of_a_thing"),)

    def __str__(self) -> str:
        return f"{self.key}, published {self.sequence + 1} times"

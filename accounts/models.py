"""People, councils, the posts people hold, the roles they have, and the record of who did what.

A person is known to the whole installation by one email address. Everything else about them (posts, roles) belongs to
one council, and nothing of one council can be reached from another.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from govuk.text import one_line


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who can sign in. Without a password they must first set one through the emailed link."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Lower case throughout: people type their address as they like, and one address is one person."""
        return one_line(email or "").lower()


# The hours of the day that a person may choose for one summary of reminders a day.
SUMMARY_HOURS = range(7, 19)


class User(AbstractBaseUser):
    """A person. They are never deleted while the record names them: somebody who leaves is made inactive."""

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody already has this email address."})
    full_name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    # The hour of one summary of reminders a day; None for each reminder as it falls due.
    summary_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("full_name", "pk")
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Covers the address as well as the password: when the address changes, everybody signed in with the former one
        is signed out.
        """
        said = f"{self.email}/{self.password}"
        return salted_hmac("accounts.models.User.session", said, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.full_name


class Council(models.Model):
    """One local authority. An installation holds one, or several that share it."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    # Moved on by every change to people, posts or closure days, so that a page can tell that nothing changed.
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does in a council. docs/roles.md says what each role sees and may do."""

    COORDINATOR = "coordinator", "Coordinator"
    MEMBER = "member", "Task and finish group member"
    OWNER = "owner", "Owner"
    DCS_OFFICE = "dcs-office", "DCS office"
    CASE_OFFICER = "case-officer", "Case officer"
    AUDITOR = "auditor", "Auditor"
    BOARD = "board", "Board member"
    ADMINISTRATOR = "administrator", "Administrator"
    DATA_PROTECTION = "data-protection", "Data protection officer"


class Membership(models.Model):
    """One role of one person in one council. A person without such a row sees nothing of the council."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("council", "user", "role"), name="one_row_per_role"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.get_role_display()} of {self.council}"


class Post(models.Model):
    """A job title in an organisation. Local plans name posts as owners, not people."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="posts")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("name"), F("council"), name="one_post_per_name"),)

    def __str__(self) -> str:
        return self.name


class PostAlias(models.Model):
    """Another way to write the name of a post ("LM" for the lead member)."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("name"), F("council"), name="one_post_per_alias"),)

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """Somebody whom a council has invited and who has not accepted yet. It holds only what the council itself typed.

    Nobody looks up whether the address is known elsewhere, and nothing of that person is shown or changed. Once it is
    accepted, declined or withdrawn, the row is deleted; see `accounts.invitations`. It is not a membership, so nobody
    here is reminded.
    """

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    full_name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=50, blank=True)
    roles = models.JSONField()
    # The posts that the person will hold once they accept.
    posts = models.ManyToManyField(Post, related_name="invitations", blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("full_name", "pk")
        constraints = (models.UniqueConstraint(fields=("council", "email"), name="one_invitation_per_address"),)

    def __str__(self) -> str:
        return self.full_name

    @property
    def role_labels(self) -> list[str]:
        return sorted(Role(role).label for role in self.roles)


class AddressChange(models.Model):
    """A new email address that an administrator has asked for, until it is confirmed from there or taken back."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="+")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.email} for {self.user}"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def current(self) -> HoldingQuerySet:
        return self.filter(ended_on=None)


class Holding(models.Model):
    """A person in a post from one day to another. The successor takes over what the post owes; the history is kept."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering = ("-started_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("post",), condition=Q(ended_on=None), name="one_holder_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="holding_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.post} since {self.started_on}"

    def ended_by(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on <= day


class Event(models.Model):
    """One thing that somebody did. The action that does it writes the event, which is never changed afterwards.

    The inspection is stored as its slug, not as a foreign key: inspections stand on a floor above this one, and the
    record has to outlive the inspection. No child-level data is ever written here. If it `hides_person`, those who read
    the record must not learn from it who did this.
    """

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="events")
    inspection = models.SlugField(max_length=80, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    hides_person = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("council", "-at"), name="event_by_council"),
            models.Index(fields=("inspection", "-at"), name="event_by_inspection"),
        )

    def __str__(self) -> str:
        return f"{self.verb}: {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The record of what was done is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The record of what was done is only ever added to.")


class FailedSignIns(models.Model):
    """How many wrong passwords came from one network recently (`accounts/throttle.py`)."""

    # An IPv4 address, or the network of an IPv6 address.
    network = models.CharField(max_length=50, unique=True)
    since = models.DateTimeField(db_index=True)
    failures = models.PositiveIntegerField()
    # Before this moment no further password is checked from a network that is slowed down.
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} from {self.network} since {self.since}"

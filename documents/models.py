"""What people did about the core documents: files with versions, expected meetings, nil returns, reviews, comments.

A document itself has no row: it is an inspection and the framework's key for it, and rows say only what somebody did.
`documents.state` derives a document's state from them. Nothing here is overwritten: a replacement is a new version, a
removed file is archived, a nil return is withdrawn.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from files.types import is_damaged
from inspections.models import Inspection


class File(models.Model):
    """One piece of evidence in a part of a document. Its contents are in its versions; the last one is current."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="files")
    document = models.SlugField(max_length=80)
    part = models.SlugField(max_length=80)
    label = models.CharField(max_length=255)
    # If set, only the document's owners, coordinators and case officers may open the file or see its name.
    names_children = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The file of a former inspection that this one continues. A file is brought forward once.
    carried_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("inspection", "document", "part"), name="file_by_part"),)
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "carried_from"),
                condition=Q(carried_from__isnull=False),
                name="a_file_is_brought_forward_once",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=False) | Q(archived_by=None), name="file_archived_by_needs_archived_at"
            ),
        )

    def __str__(self) -> str:
        return "A file that names children" if self.names_children else self.label

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Version(models.Model):
    """One state of a file: the uploaded bytes, stored under a name of our own, and what is known about them.

    `as_at` is the date of the content, not the day of the upload. Two versions share their bytes if one restores the
    other or corrects its date.
    """

    class Fault(models.TextChoices):
        LOST = "lost", "Lost from the storage"
        DAMAGED = "damaged", "Damaged in the storage"

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    stored_name = models.CharField(max_length=80)
    original_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    declared_type = models.CharField(max_length=150, blank=True)
    detected_type = models.CharField(max_length=150)
    # What a reader should know about the bytes, such as that a PDF seems damaged; empty for most.
    remark = models.CharField(max_length=255, blank=True)
    as_at = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    # Keys of what it covers, among those that its part asks for, separated by spaces; empty while nobody has said.
    covers = models.TextField(blank=True)
    # RESTRICT and not PROTECT, so that deleting a whole inspection deletes its histories with it.
    restores = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    # The number of the version that the person who replaced the file was looking at, if the page knew it.
    seen = models.PositiveIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # When the bytes were last read again and compared with size and SHA-256, and any fault found then.
    examined_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)

    class Meta:
        ordering = ("file", "-number")
        indexes = (
            models.Index(fields=("sha256",), name="version_by_content"),
            models.Index(fields=("stored_name",), name="version_by_bytes"),
            models.Index(fields=("examined_at",), name="version_by_examination"),
        )
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="one_version_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(condition=Q(size__gte=1), name="no_version_is_empty"),
        )

    def __str__(self) -> str:
        return f"Version {self.number} of file {self.file_id}"

    @property
    def was_sent_damaged(self) -> bool:
        """Whether it seemed to be damaged when it was uploaded."""
        return is_damaged(self.remark)

    @property
    def is_damaged(self) -> bool:
        """Whether its bytes are known to be damaged: on arrival, or because they no longer match what was uploaded."""
        return self.was_sent_damaged or self.fault == self.Fault.DAMAGED

    @property
    def was_concurrent(self) -> bool:
        """Whether somebody made another version while this one was being prepared."""
        return self.seen is not None and self.seen < self.number - 1


class ExpectedMeeting(models.Model):
    """A day on which something is expected, such as a meeting with its minutes, for a part that needs the latest few.

    No file is expected from a cancelled one, which has a reason. One that was entered by mistake is taken out; its row
    is kept.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="expected_meetings")
    document = models.SlugField(max_length=80)
    part = models.SlugField(max_length=80)
    held_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_reason = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("held_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "document", "part", "held_on"),
                condition=Q(removed_at=None),
                name="one_meeting_a_day_in_a_part",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancelled_reason="")),
                name="cancelled_meeting_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"Meeting of {self.held_on} for part {self.part} of document {self.document}"

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class NilReturn(models.Model):
    """An owner's statement that there is nothing to supply for a part, until it is withdrawn."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="nil_returns")
    document = models.SlugField(max_length=80)
    part = models.SlugField(max_length=80)
    reason = models.TextField()
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-stated_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "document", "part"),
                condition=Q(withdrawn_at=None),
                name="one_nil_return_stands_per_part",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="nil_return_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"Nil return for part {self.part} of document {self.document}"


class Review(models.Model):
    """A document was approved or returned, as it was then; or somebody decided how many approvals it needs from now on.

    `contents` is a fingerprint of the versions and nil returns that were approved or returned. Once they differ from
    what is there, the review no longer counts.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        TWO = "two", "Two approvals asked for"
        ONE = "one", "One approval asked for"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="reviews")
    document = models.SlugField(max_length=80)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    contents = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("inspection", "document"), name="review_by_document"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(verdict="returned") | ~Q(reason=""), name="a_returned_document_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"Document {self.document} {self.verdict}"


class Comment(models.Model):
    """What somebody said about a document, for everybody who may see the document. Its text is never changed.

    Its author can withdraw it. Then the words are deleted for good, since they may be about a child; the row still says
    that there was a comment, whose and when. A form sent twice (the same `once`) is one comment.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="comments")
    document = models.SlugField(max_length=80)
    text = models.TextField(blank=True)
    once = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("inspection", "document"), name="comment_by_document"),)
        constraints = (
            models.CheckConstraint(
                condition=(Q(withdrawn_at=None) & ~Q(text="")) | (Q(withdrawn_at__isnull=False) & Q(text="")),
                name="a_comment_has_words_until_it_is_withdrawn",
            ),
        )

    def __str__(self) -> str:
        return f"Comment {self.pk} on document {self.document}"


class Sending(models.Model):
    """Evidence was recorded as sent to the lead inspector; its items say which."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="sendings")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return f"Sent at {self.sent_at}"


class SentItem(models.Model):
    """One version, or one nil return, that a sending contained."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="items")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    nil_return = models.ForeignKey(NilReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(version=None, nil_return__isnull=False) | Q(version__isnull=False, nil_return=None),
                name="sent_item_is_a_version_or_a_nil_return",
            ),
            models.UniqueConstraint(fields=("sending", "version"), name="a_version_once_in_a_sending"),
            models.UniqueConstraint(fields=("sending", "nil_return"), name="a_nil_return_once_in_a_sending"),
        )

    def __str__(self) -> str:
        return f"Sent: version {self.version_id}" if self.version_id else f"Sent: nil return {self.nil_return_id}"

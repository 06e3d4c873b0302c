"""Messages are jobs: when a worker may take one is called as it is for packs and ZIPs."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_bounces")]

    operations = [
        migrations.RemoveConstraint("message", "mail_being_sent_is_claimed"),
        migrations.RemoveIndex("message", "mail_waiting"),
        migrations.RemoveField("message", "claimed_at"),
        migrations.RenameField("message", "next_try_at", "free_at"),
        migrations.AlterField("message", "claim", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddIndex(
            "message",
            models.Index(condition=Q(state__in=("queued", "sending")), fields=["free_at", "id"], name="mail_waiting"),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=(Q(state="sending") & ~Q(claim="")) | (~Q(state="sending") & Q(claim="")),
                name="mail_being_sent_is_claimed",
            ),
        ),
    ]

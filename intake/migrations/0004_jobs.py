"""ZIPs are jobs: one that was being unpacked is free at once, and goes on where it was."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_what_a_file_covers")]

    operations = [
        migrations.RemoveField("archive", "claimed_at"),
        migrations.AddField("archive", "claim", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddField(
            "archive", "free_at", models.DateTimeField(default=django.utils.timezone.now), preserve_default=False
        ),
        migrations.AlterField("archive", "tries", models.PositiveIntegerField(default=0)),
    ]

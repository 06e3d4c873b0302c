"""Packs are jobs: one that was being built is free at once, and its former worker loses it."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidencepack", "0003_supplements")]

    operations = [
        migrations.RemoveField("pack", "alive_at"),
        migrations.RemoveField("pack", "claim"),
        migrations.AddField("pack", "claim", models.CharField(blank=True, default="", max_length=32)),
        migrations.AddField(
            "pack", "free_at", models.DateTimeField(default=django.utils.timezone.now), preserve_default=False
        ),
        migrations.AlterField("pack", "tries", models.PositiveIntegerField(default=0)),
    ]

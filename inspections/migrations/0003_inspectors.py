import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who inspects moves here from `contact`: the table gets its new name and keeps its rows."""

    dependencies = [
        ("inspections", "0002_fixed_dates"),
        ("contact", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE contact_inspector RENAME TO inspections_inspector",
                    "ALTER TABLE inspections_inspector RENAME TO contact_inspector",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Inspector",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead inspector"),
                                    ("inspector", "Inspector"),
                                    ("health", "CQC inspector"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("telephone", models.CharField(blank=True, max_length=50)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("added_at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="inspectors",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "removed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("name", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("part", "lead"), ("removed_at", None)),
                                fields=("inspection",),
                                name="one_lead_inspector_at_a_time",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

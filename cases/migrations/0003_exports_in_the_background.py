import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_import_rows"),
        ("inspections", "0003_inspectors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="caseexport",
            name="is_encrypted",
        ),
        migrations.RemoveField(
            model_name="caseexport",
            name="made_by",
        ),
        migrations.AddField(
            model_name="caseexport",
            name="claim",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="error",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="free_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="caseexport",
            name="lacking",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="requested_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="caseexport",
            name="requested_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="state",
            field=models.CharField(
                choices=[("waiting", "Waiting"), ("making", "Being made"), ("ready", "Ready"), ("failed", "Failed")],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="total",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseexport",
            name="tries",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="caseexportfile",
            name="kind",
            field=models.CharField(
                choices=[("workbook", "Excel workbook"), ("csv", "CSV files in a ZIP"), ("encrypted", "Encrypted ZIP")],
                default="workbook",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="caseexportfile",
            name="made_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="caseexportsending",
            name="files",
            field=models.ManyToManyField(related_name="sendings", to="cases.caseexportfile"),
        ),
        migrations.AddField(
            model_name="erasure",
            name="child",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="erasure",
            name="on",
            field=models.DateField(default=django.utils.timezone.localdate),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="access",
            name="what",
            field=models.CharField(
                choices=[
                    ("list", "Read a list"),
                    ("child", "Read a child's record"),
                    ("search", "Searched a list"),
                    ("import", "Read an import"),
                    ("faults", "Read an import's faults"),
                    ("marked-copy", "Downloaded a marked copy"),
                    ("source-file", "Downloaded an import's file"),
                    ("export", "Downloaded an export"),
                    ("survey", "Read the children's survey letters"),
                    ("log", "Searched the log by a child"),
                    ("check", "Checked files without keeping them"),
                    ("erasure", "Looked for a child to erase"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="caseexport",
            name="made_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="erasure",
            name="scope",
            field=models.CharField(
                choices=[
                    ("inspection", "Everything of the inspection"),
                    ("superseded", "Superseded imports"),
                    ("child", "One child"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="caseexport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "making"])),
                fields=("inspection",),
                name="one_case_export_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseexport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True), ("made_at__isnull", False), _connector="OR"
                ),
                name="a_ready_case_export_has_its_time",
            ),
        ),
    ]

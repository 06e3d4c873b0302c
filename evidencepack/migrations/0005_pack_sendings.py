from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("evidencepack", "0004_jobs"),
    ]

    operations = [
        migrations.RenameModel(old_name="Sending", new_name="PackSending"),
    ]

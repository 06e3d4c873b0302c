from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_jobs"),
    ]

    operations = [
        migrations.RenameModel(old_name="Waiting", new_name="WaitingFile"),
    ]

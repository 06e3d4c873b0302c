from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_files_stamp")]

    operations = [migrations.DeleteModel(name="FilesStamp")]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0003_inspectors"),
    ]

    operations = [
        migrations.RenameModel(old_name="FixedDate", new_name="StoredSetDate"),
        migrations.AlterField(
            model_name="storedsetdate",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="set_dates", to="inspections.inspection"
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0002_office"),
    ]

    operations = [
        migrations.RenameModel(old_name="Told", new_name="PublishedEvent"),
        migrations.AlterField(
            model_name="publishedevent",
            name="feed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="feeds.feed"
            ),
        ),
        migrations.RemoveConstraint(model_name="publishedevent", name="told_once_of_a_thing"),
        migrations.AddConstraint(
            model_name="publishedevent",
            constraint=models.UniqueConstraint(fields=("feed", "inspection", "key"), name="published_once_of_a_thing"),
        ),
    ]

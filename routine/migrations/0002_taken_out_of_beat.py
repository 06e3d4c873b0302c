"""Beat keeps its schedule in the database, where what is left out of the settings would stay and run for ever."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = (
    "kept files read again",
    "uploads left behind",
    "files nobody sorted",
    "previews of nothing",
    "readiness of the day",
    "mail that came back",
)


def take_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=NAMES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("routine", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        # Undone by nothing: beat of the former version writes them again at its start.
        migrations.RunPython(take_out, migrations.RunPython.noop),
    ]

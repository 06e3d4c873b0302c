from django.db import migrations


class Migration(migrations.Migration):
    """The table of inspectors has gone to `inspections`; only what is known of it here goes."""

    dependencies = [("contact", "0001_initial"), ("inspections", "0003_inspectors")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Inspector")])]

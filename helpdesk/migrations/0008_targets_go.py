"""The table of targets goes: what stood in it are service policies now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0007_targets_become_policies")]

    operations = [migrations.DeleteModel(name="ServiceTarget")]

from datetime import date

from django.db import migrations


def look_again(apps, schema_editor):
    """Terms that end on 31 December may owe a reminder on 1 July now: the next round computes when."""
    terms = apps.get_model("contracts", "Term").objects.filter(end__month=12, end__day=31, remind_on__isnull=False)
    terms.update(remind_on=date(1900, 1, 1))


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0006_snooze_proof_and_calendar_feed"),
    ]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop)]

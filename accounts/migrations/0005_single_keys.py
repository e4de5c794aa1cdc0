"""Whoever wants no single keys switches them off; null, as it is for everybody until then, changes no older digest."""

from django.db import migrations, models

FIELD = models.DateTimeField(editable=False, null=True, verbose_name="Single keys off since")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_saved_views"),
    ]

    operations = [
        migrations.AddField("user", "keys_off_since", FIELD.clone()),
        migrations.AddField("historicaluser", "keys_off_since", FIELD.clone()),
    ]

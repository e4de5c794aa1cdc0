"""Classes of complaint keep history. Those loaded before have their first row from the day of this migration.

A few hundred rows, read by nobody but an auditor: no index but those of simple-history.
"""

import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

from record.triggers import append_only

COLUMNS = "id, facet, local_code, official_code, name, name_en, edition, confidence, parent_id"
FIRST = f"""
INSERT INTO knowledge_historicaltaxonomycode ({COLUMNS}, history_user_id, history_date, history_type)
SELECT {COLUMNS}, 'system', now(), '+' FROM knowledge_taxonomycode ORDER BY id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0002_limits_from_other_events'),
        ('record', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalTaxonomyCode',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('facet', models.CharField(choices=[('A', 'Channel of the business'), ('B', 'Class of business'), ('C', 'Cause of the complaint')], max_length=1, verbose_name='facet')),
                ('local_code', models.CharField(max_length=40, verbose_name='local code')),
                ('official_code', models.CharField(blank=True, max_length=20, null=True, verbose_name='official code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('name_en', models.CharField(max_length=150, verbose_name='English name')),
                ('edition', models.CharField(max_length=40, verbose_name='edition')),
                ('confidence', models.CharField(max_length=10, verbose_name='confidence')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='knowledge.taxonomycode', verbose_name='parent')),
            ],
            options={
                'verbose_name': 'historical class of complaint',
                'verbose_name_plural': 'historical classes of complaint',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        *append_only('knowledge_historicaltaxonomycode'),
    ]

"""Shift hand-over 交接班: what one person handed to a colleague in one act, its history append-only.

Two small indexes hold what nobody has answered yet: by whom it waits for, and by step. The other two find what a person
handed over last, and all of one act. Case, promise and person are never looked for by themselves and never deleted.
"""

import django.db.models.deletion
import record.sealed
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from record.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0033_said_in_the_call'),
        ('record', '0003_seals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalHandOver',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('shift', models.UUIDField()),
                ('task', models.UUIDField(null=True)),
                ('note', record.sealed.SealedField(null=True)),
                ('handed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('signed', 'Signed for'), ('refused', 'Refused'), ('gone', 'Done, or in other hands')], max_length=8)),
                ('reason', record.sealed.SealedField(null=True)),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
                ('person_key', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='record.personkey')),
                ('promise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.promise')),
                ('to', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical hand over',
                'verbose_name_plural': 'historical hand overs',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('shift', models.UUIDField()),
                ('task', models.UUIDField(null=True)),
                ('note', record.sealed.SealedField(null=True)),
                ('handed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('signed', 'Signed for'), ('refused', 'Refused'), ('gone', 'Done, or in other hands')], max_length=8)),
                ('reason', record.sealed.SealedField(null=True)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('person_key', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.personkey')),
                ('promise', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.promise')),
                ('to', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['to', 'handed_at', 'id'], name='hand_over_to_sign'), models.Index(condition=models.Q(('answered_at', None), ('task__isnull', False)), fields=['task'], name='hand_over_of_step'), models.Index(fields=['by', '-handed_at'], name='hand_over_by'), models.Index(fields=['shift'], name='hand_over_shift')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('promise__isnull', False), ('task', None)), models.Q(('promise', None), ('task__isnull', False)), _connector='OR'), name='hand_over_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('outcome', '')), models.Q(('answered_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='hand_over_answered')],
            },
        ),
        *append_only("cases_historicalhandover"),
    ]

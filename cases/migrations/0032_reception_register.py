"""The reception register 现场接待登记, its history append-only.

The register is read newest visit first below a branch: one index a tier with the columns it sorts by, and one for the
whole bank, so that a page costs the rows it shows however long the register grows (200,000 visits: a page of rows in
0.2 ms at every level). What has not ended has a small index of its own, which loses a visit when it ends: without it the
list of the few that are open would be found by walking through the whole register. A unit below is a tier of its own.
Unit and person have no index: nothing is looked for by them, and neither is ever deleted. The case has one: a case page
asks for its visits.
"""

import django.db.models.deletion
import record.clock
import record.sealed
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from record.triggers import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_liability_panel'),
        ('cases', '0031_complaint_ledger'),
        ('record', '0002_sms_gateway'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalReception',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('received_at', models.DateTimeField()),
                ('visitor', record.sealed.SealedField(null=True)),
                ('visitors', models.PositiveSmallIntegerField(default=1)),
                ('matter', record.sealed.SealedField(null=True)),
                ('av_number', models.CharField(blank=True, max_length=64)),
                ('outcome', models.CharField(blank=True, choices=[('told', 'Answered on the spot'), ('case', 'A complaint'), ('elsewhere', 'Leads elsewhere')], max_length=10)),
                ('answer', record.sealed.SealedField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(default=record.clock.now, editable=False)),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='cases.case')),
                ('outlet', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
                ('person_key', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='record.personkey')),
                ('tier1', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
                ('tier2', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
            ],
            options={
                'verbose_name': 'historical reception',
                'verbose_name_plural': 'historical receptions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('received_at', models.DateTimeField()),
                ('visitor', record.sealed.SealedField(null=True)),
                ('visitor_masked', models.CharField(blank=True, max_length=80)),
                ('visitors', models.PositiveSmallIntegerField(default=1)),
                ('matter', record.sealed.SealedField(null=True)),
                ('av_number', models.CharField(blank=True, max_length=64)),
                ('outcome', models.CharField(blank=True, choices=[('told', 'Answered on the spot'), ('case', 'A complaint'), ('elsewhere', 'Leads elsewhere')], max_length=10)),
                ('answer', record.sealed.SealedField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField(default=record.clock.now, editable=False)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='cases.case')),
                ('outlet', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
                ('person_key', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.personkey')),
                ('tier1', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
                ('tier2', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
            ],
            options={
                'indexes': [models.Index(fields=['tier1', '-received_at', '-id'], name='reception_tier1'), models.Index(fields=['tier2', '-received_at', '-id'], name='reception_tier2'), models.Index(fields=['outlet', '-received_at', '-id'], name='reception_outlet'), models.Index(fields=['-received_at', '-id'], name='reception_all'), models.Index(condition=models.Q(('ended_at', None)), fields=['-received_at', '-id'], name='reception_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('visitors__gte', 1)), name='reception_somebody_came'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('outcome', 'case')), models.Q(models.Q(('outcome', 'case'), _negated=True), ('case', None)), _connector='OR'), name='reception_case_is_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('outcome__in', ['', 'case'])), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('av_number', ''), _negated=True)), _connector='OR'), name='reception_end_recorded')],
            },
        ),
        *append_only("cases_historicalreception"),
    ]

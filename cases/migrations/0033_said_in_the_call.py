"""客户指认: which transactions the customer says were not his; and the word to those in charge of an urgent complaint.

All columns may be null and are added without rewriting the table; nobody is looked for by who named or noted one, so that
they have no index. The check reads the table of transactions once. The kind of a notice changes no column.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0032_reception_register'),
        ('record', '0003_seals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='disputedtransaction',
            name='named_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='disputedtransaction',
            name='named_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='disputedtransaction',
            name='noted_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaldisputedtransaction',
            name='named_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='historicaldisputedtransaction',
            name='named_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaldisputedtransaction',
            name='noted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('reminder', 'Reminder'), ('overdue', 'Time limit passed'), ('escalation', 'Reported to you'), ('unstopped', 'ALARM: the card is not stopped any more'), ('urged', 'The customer urges'), ('urgent', 'Urgent complaint')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='disputedtransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('named_at', None), ('named_by', None)), models.Q(('named_at__isnull', False), ('named_by__isnull', False)), _connector='OR'), name='transaction_named_by_somebody'),
        ),
    ]

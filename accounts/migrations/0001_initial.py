"""People, branches, posts, limits of authority, absences, their histories, and what keeps them true.

Which indexes, for ten thousands of people, 2,000 branches, some posts and absences a person:

- `accounts_user`: staff number and uuid are unique (log-in, addresses), the branch is asked for lists and before a
  branch closes. None on the name: searching it reads a few MB, rarely.
- `accounts_branch`: code and uuid unique; parent for the tree; one a tier, because "this branch and all below it" is
  asked by tier column, never by a walk. One head office: a partial unique index.
- `accounts_post`: user, for "what may this person do", asked at every request; (branch, role), for "who holds this
  role for this case", at most four branches at a time. Both find a handful of rows, so the dates need no index.
- `accounts_absence`: user and substitute, the two ends of "who stands in for whom".
- `accounts_authoritylimit`: some hundred rows; the index of the exclusion is all it needs beside the branch's.
- Exclusions (GiST, hence btree_gist): one post, absence or limit of a kind at a time, which a unique index cannot say
  of spans. They cost at writes that happen a few times a day.
- Histories keep simple-history's own: by record, which is how they are read.

Histories are append-only; the records themselves are never deleted, whoever asks, because the journal names them.
"""


import accounts.models.authority
import accounts.models.span
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import record.clock
import simple_history.models
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

from record.triggers import append_only

TABLES = ("user", "branch", "post", "authoritylimit", "absence")

KEEP = """
CREATE FUNCTION accounts_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are ended, never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def kept(table):
    """Refuse every DELETE, which the foreign keys of later apps alone would not."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_keep_row();",
        f"DROP TRIGGER {table}_kept ON {table};",
    )



class Migration(migrations.Migration):

    initial = True

    dependencies = [("record", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Branch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9.-]{0,19}\\Z', 'Letters, digits, dots and hyphens only.')], verbose_name='Branch code')),
                ('name', models.CharField(max_length=80, verbose_name='Branch name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('level', models.CharField(choices=[('head_office', 'Head office'), ('tier1', 'Tier-1 branch'), ('tier2', 'Tier-2 branch'), ('outlet', 'Outlet')], max_length=12, verbose_name='Branch level')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Closed on')),
                ('outlet', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.branch', verbose_name='Belongs to')),
                ('tier1', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
                ('tier2', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.branch')),
            ],
            options={
                'verbose_name': 'branch',
                'verbose_name_plural': 'branches',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='AuthorityLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('agent', 'Customer service agent'), ('account_manager', 'Account manager'), ('dedicated_seat', 'Dedicated seat'), ('expert_seat', 'Expert seat'), ('supervisor', 'Customer service supervisor'), ('service_manager', 'Customer service manager'), ('consumer_protection', 'Consumer protection officer'), ('fraud', 'Fraud investigator'), ('liability', 'Liability officer'), ('dispute', 'Dispute officer'), ('accounts_maker', 'Accounts maker'), ('accounts_checker', 'Accounts checker'), ('credit_reporting', 'Credit reporting officer'), ('collection', 'Collection officer'), ('outlet_head', 'Head of outlet'), ('tier2_head', 'Head of tier-2 branch'), ('tier1_head', 'Vice president of tier-1 branch'), ('card_centre_head', 'Head of the credit card centre'), ('compliance', 'Compliance officer'), ('auditor', 'Auditor'), ('administrator', 'System administrator')], max_length=20, verbose_name='Role')),
                ('kind', models.CharField(choices=[('compensation', 'Compensation approval')], default='compensation', max_length=16, verbose_name='Applies to')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, validators=[django.core.validators.MinValueValidator(0)], verbose_name='Limit')),
                ('currency', models.CharField(default='CNY', max_length=3, verbose_name='Currency')),
                ('valid_from', models.DateField(verbose_name='First day')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('branch', models.ForeignKey(blank=True, help_text='Empty: everywhere.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='limits', to='accounts.branch', verbose_name='Branch')),
            ],
            options={
                'verbose_name': 'authority limit',
                'verbose_name_plural': 'authority limits',
                'ordering': ['role', 'branch', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('staff_number', models.CharField(error_messages={'unique': 'This staff number is taken.'}, max_length=32, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]{1,31}\\Z', 'Letters, digits, dots and hyphens only.')], verbose_name='Staff number')),
                ('display_name', models.CharField(max_length=60, verbose_name='Name')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='Language')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('is_staff', models.BooleanField(default=True, editable=False)),
                ('joined_at', models.DateTimeField(default=record.clock.now, editable=False, verbose_name='On record since')),
                ('session_round', models.PositiveIntegerField(default=0, editable=False)),
                ('branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.branch', verbose_name='Branch')),
            ],
            options={
                'verbose_name': 'member of staff',
                'verbose_name_plural': 'staff',
                'ordering': ['staff_number'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAbsence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('since', models.DateTimeField(verbose_name='Begins')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('substitute', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Substitute')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Member of staff')),
            ],
            options={
                'verbose_name': 'historical absence',
                'verbose_name_plural': 'historical absences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAuthorityLimit',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('role', models.CharField(choices=[('agent', 'Customer service agent'), ('account_manager', 'Account manager'), ('dedicated_seat', 'Dedicated seat'), ('expert_seat', 'Expert seat'), ('supervisor', 'Customer service supervisor'), ('service_manager', 'Customer service manager'), ('consumer_protection', 'Consumer protection officer'), ('fraud', 'Fraud investigator'), ('liability', 'Liability officer'), ('dispute', 'Dispute officer'), ('accounts_maker', 'Accounts maker'), ('accounts_checker', 'Accounts checker'), ('credit_reporting', 'Credit reporting officer'), ('collection', 'Collection officer'), ('outlet_head', 'Head of outlet'), ('tier2_head', 'Head of tier-2 branch'), ('tier1_head', 'Vice president of tier-1 branch'), ('card_centre_head', 'Head of the credit card centre'), ('compliance', 'Compliance officer'), ('auditor', 'Auditor'), ('administrator', 'System administrator')], max_length=20, verbose_name='Role')),
                ('kind', models.CharField(choices=[('compensation', 'Compensation approval')], default='compensation', max_length=16, verbose_name='Applies to')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, validators=[django.core.validators.MinValueValidator(0)], verbose_name='Limit')),
                ('currency', models.CharField(default='CNY', max_length=3, verbose_name='Currency')),
                ('valid_from', models.DateField(verbose_name='First day')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='Last day')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('branch', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: everywhere.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch', verbose_name='Branch')),
            ],
            options={
                'verbose_name': 'historical authority limit',
                'verbose_name_plural': 'historical authority limits',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalBranch',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('code', models.CharField(db_index=True, max_length=20, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9.-]{0,19}\\Z', 'Letters, digits, dots and hyphens only.')], verbose_name='Branch code')),
                ('name', models.CharField(max_length=80, verbose_name='Branch name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('level', models.CharField(choices=[('head_office', 'Head office'), ('tier1', 'Tier-1 branch'), ('tier2', 'Tier-2 branch'), ('outlet', 'Outlet')], max_length=12, verbose_name='Branch level')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='Closed on')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('outlet', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch', verbose_name='Belongs to')),
                ('tier1', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
                ('tier2', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch')),
            ],
            options={
                'verbose_name': 'historical branch',
                'verbose_name_plural': 'historical branches',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPost',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('role', models.CharField(choices=[('agent', 'Customer service agent'), ('account_manager', 'Account manager'), ('dedicated_seat', 'Dedicated seat'), ('expert_seat', 'Expert seat'), ('supervisor', 'Customer service supervisor'), ('service_manager', 'Customer service manager'), ('consumer_protection', 'Consumer protection officer'), ('fraud', 'Fraud investigator'), ('liability', 'Liability officer'), ('dispute', 'Dispute officer'), ('accounts_maker', 'Accounts maker'), ('accounts_checker', 'Accounts checker'), ('credit_reporting', 'Credit reporting officer'), ('collection', 'Collection officer'), ('outlet_head', 'Head of outlet'), ('tier2_head', 'Head of tier-2 branch'), ('tier1_head', 'Vice president of tier-1 branch'), ('card_centre_head', 'Head of the credit card centre'), ('compliance', 'Compliance officer'), ('auditor', 'Auditor'), ('administrator', 'System administrator')], max_length=20, verbose_name='Role')),
                ('since', models.DateTimeField(verbose_name='Begins')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('branch', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch', verbose_name='Branch')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Member of staff')),
            ],
            options={
                'verbose_name': 'historical post',
                'verbose_name_plural': 'historical posts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('uuid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('staff_number', models.CharField(db_index=True, error_messages={'unique': 'This staff number is taken.'}, max_length=32, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9._-]{1,31}\\Z', 'Letters, digits, dots and hyphens only.')], verbose_name='Staff number')),
                ('display_name', models.CharField(max_length=60, verbose_name='Name')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='Language')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('is_staff', models.BooleanField(default=True, editable=False)),
                ('joined_at', models.DateTimeField(default=record.clock.now, editable=False, verbose_name='On record since')),
                ('history_user_id', models.CharField(default='system', editable=False, max_length=40)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('branch', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.branch', verbose_name='Branch')),
            ],
            options={
                'verbose_name': 'historical member of staff',
                'verbose_name_plural': 'historical staff',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('agent', 'Customer service agent'), ('account_manager', 'Account manager'), ('dedicated_seat', 'Dedicated seat'), ('expert_seat', 'Expert seat'), ('supervisor', 'Customer service supervisor'), ('service_manager', 'Customer service manager'), ('consumer_protection', 'Consumer protection officer'), ('fraud', 'Fraud investigator'), ('liability', 'Liability officer'), ('dispute', 'Dispute officer'), ('accounts_maker', 'Accounts maker'), ('accounts_checker', 'Accounts checker'), ('credit_reporting', 'Credit reporting officer'), ('collection', 'Collection officer'), ('outlet_head', 'Head of outlet'), ('tier2_head', 'Head of tier-2 branch'), ('tier1_head', 'Vice president of tier-1 branch'), ('card_centre_head', 'Head of the credit card centre'), ('compliance', 'Compliance officer'), ('auditor', 'Auditor'), ('administrator', 'System administrator')], max_length=20, verbose_name='Role')),
                ('since', models.DateTimeField(verbose_name='Begins')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('branch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='accounts.branch', verbose_name='Branch')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL, verbose_name='Member of staff')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['-since', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('since', models.DateTimeField(verbose_name='Begins')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('substitute', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to=settings.AUTH_USER_MODEL, verbose_name='Substitute')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='Member of staff')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['-since', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='absence_ends_after_it_began', violation_error_message='The end lies before the beginning.'), models.CheckConstraint(condition=models.Q(('substitute', None), models.Q(('substitute', models.F('user')), _negated=True), _connector='OR'), name='absence_substitute_is_another', violation_error_message='Nobody stands in for himself.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), (accounts.models.span.TimeSpan('since', 'until', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='absence_one_at_a_time', violation_error_message='An absence of this person is already recorded in that time.')],
            },
        ),
        migrations.AddIndex(
            model_name='branch',
            index=models.Index(fields=['tier1'], name='branch_tier1'),
        ),
        migrations.AddIndex(
            model_name='branch',
            index=models.Index(fields=['tier2'], name='branch_tier2'),
        ),
        migrations.AddIndex(
            model_name='branch',
            index=models.Index(fields=['outlet'], name='branch_outlet'),
        ),
        migrations.AddConstraint(
            model_name='branch',
            constraint=models.UniqueConstraint(condition=models.Q(('level', 'head_office')), fields=('level',), name='branch_one_head_office'),
        ),
        migrations.AddConstraint(
            model_name='branch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'head_office'), ('outlet', None), ('parent', None), ('tier1', None), ('tier2', None)), models.Q(('level', 'tier1'), ('outlet', None), ('parent__isnull', False), ('tier1', models.F('id')), ('tier2', None)), models.Q(('level', 'tier2'), ('outlet', None), ('parent__isnull', False), ('tier2', models.F('id'))), models.Q(('level', 'outlet'), ('outlet', models.F('id')), ('parent__isnull', False)), _connector='OR'), name='branch_stands_on_its_level'),
        ),
        migrations.AddConstraint(
            model_name='authoritylimit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='limit_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='authoritylimit',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='limit_ends_after_it_began', violation_error_message='The end lies before the beginning.'),
        ),
        migrations.AddConstraint(
            model_name='authoritylimit',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('role', '='), (accounts.models.authority.Everywhere(), '='), ('kind', '='), ('currency', '='), (accounts.models.span.DaySpan('valid_from', 'valid_to', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='limit_one_a_day', violation_error_message='Another limit for this role is already set for some of these days.'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['branch', 'role'], name='post_branch_role'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='post_ends_after_it_began', violation_error_message='The end lies before the beginning.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('role', '='), ('branch', '='), (accounts.models.span.TimeSpan('since', 'until', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='post_held_once_at_a_time', violation_error_message='This person already holds this post in that time.'),
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION accounts_keep_row();"),
        *[kept(f"accounts_{name}") for name in TABLES],
        *append_only(*[f"accounts_historical{name}" for name in TABLES]),
    ]

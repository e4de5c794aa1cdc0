"""Tables of the record, and the functions and triggers that make them hold by themselves.

Which indexes, for a journal of a billion entries (about 1 kB each, 1 TB):

- `record_entry` (stream, number) unique: the one way a stream is read, and the proof that a number is given once. Names
  carry uuids, so inserts land anywhere in the tree, but beside the earlier entries of the same stream: the pages in
  use are those of the open cases (some hundred thousand), not those of the billion.
- (kind, recorded_at): "all approvals of last quarter" without reading the table. A few dozen kinds, each growing at its
  right edge: the pages written to stay in memory; about 4 % of the table's size.
- BRIN on recorded_at: entries lie on disk in the order they came, so a period is a run of pages; a few MB for the whole
  table. Serves seals, exports and backups of a day.
- No index on the actor and no foreign keys: both would cost at every insert and serve a question asked once a year,
  which the two indexes above narrow first. An index can be added later without touching the format.
- `record_stream` keeps a third of each page free, so that moving a head stays inside its page and touches no index.

The functions run as the owner of the tables, with a search path that is fixed here: a role with only SELECT and INSERT
on entries moves a stream by adding the right entry, and in no other way.
"""

import django.db.models.deletion
import record.algorithms
import record.clock
import uuid
from django.db import migrations, models

from record.triggers import append_only

# "append-only: UPDATE on record_entry refused", for everyone who did not first disable the trigger as its owner.
REFUSE = """
CREATE FUNCTION record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

# Makes the stream when it is new, locks it until the transaction ends, and tells where it stands. The second SELECT is
# for whoever lost the race to make it: it waits for the winner and reads what he left.
OPEN = """
CREATE FUNCTION record_open_stream(
    named text, start text, hashed_by text, OUT length bigint, OUT head text, OUT algorithm text
) LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    SELECT s.length, s.head, s.algorithm INTO length, head, algorithm
    FROM record_stream s WHERE s.key = named FOR NO KEY UPDATE;
    IF FOUND THEN RETURN; END IF;
    INSERT INTO record_stream (key, length, head, algorithm) VALUES (named, 0, start, hashed_by)
    ON CONFLICT (key) DO NOTHING;
    SELECT s.length, s.head, s.algorithm INTO length, head, algorithm
    FROM record_stream s WHERE s.key = named FOR NO KEY UPDATE;
END $$;
"""

# AFTER, not BEFORE: an insert that is skipped (ON CONFLICT DO NOTHING) must not move the head. Rows of one INSERT are
# checked one by one in their order, each against the head its forerunner left.
CHAIN = """
CREATE FUNCTION record_chain_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    told jsonb := NEW.body::jsonb;
BEGIN
    IF NEW.algorithm <> 'sha256' OR NEW.previous !~ '^sha256:[0-9a-f]{64}$' OR NEW.hash <> 'sha256:' || encode(
        sha256(decode(substr(NEW.previous, 8), 'hex') || convert_to(NEW.body, 'UTF8')), 'hex'
    ) THEN
        RAISE EXCEPTION 'journal: entry % of % does not carry the hash of its body', NEW.number, NEW.stream
        USING ERRCODE = 'check_violation';
    END IF;
    IF (told->>'stream', told->>'number', told->>'kind') IS DISTINCT FROM (NEW.stream, NEW.number::text, NEW.kind) THEN
        RAISE EXCEPTION 'journal: the body of entry % of % speaks of another entry', NEW.number, NEW.stream
        USING ERRCODE = 'check_violation';
    END IF;
    UPDATE record_stream SET length = NEW.number, head = NEW.hash
    WHERE key = NEW.stream AND length = NEW.number - 1 AND head = NEW.previous AND algorithm = NEW.algorithm;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'journal: entry % is not the next of %', NEW.number, NEW.stream
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_entry_chain AFTER INSERT ON record_entry
FOR EACH ROW EXECUTE FUNCTION record_chain_entry();
"""

# A stream begins empty, is never dropped, and moves only from inside the trigger on entries (depth 1 or more).
STREAM = """
ALTER TABLE record_stream SET (fillfactor = 66);
CREATE TRIGGER record_stream_append_only BEFORE UPDATE OR DELETE ON record_stream
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER record_stream_empty_first BEFORE INSERT ON record_stream
FOR EACH ROW WHEN (NEW.length <> 0 OR NEW.head !~ '^[a-z0-9]+:0+$') EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER record_stream_no_truncate BEFORE TRUNCATE ON record_stream
FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
"""

# The schema the tables were made in, whatever it is called; never one a caller put in front of it.
FIXED_PATH = """
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION record_open_stream(text, text, text) SET search_path = pg_catalog, %I, pg_temp',
        current_schema());
    EXECUTE format('ALTER FUNCTION record_chain_entry() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION record_open_stream(text, text, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION record_chain_entry() FROM PUBLIC;
"""

UNDO_STREAM = """
DROP TRIGGER record_stream_no_truncate ON record_stream;
DROP TRIGGER record_stream_empty_first ON record_stream;
DROP TRIGGER record_stream_append_only ON record_stream;
"""
UNDO_CHAIN = "DROP TRIGGER record_entry_chain ON record_entry; DROP FUNCTION record_chain_entry();"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.TextField()),
                ('number', models.BigIntegerField()),
                ('kind', models.TextField()),
                ('happened_at', models.DateTimeField(verbose_name='Happened at')),
                ('recorded_at', models.DateTimeField(verbose_name='Recorded at')),
                ('actor_number', models.TextField(verbose_name='Staff number')),
                ('actor_name', models.TextField(verbose_name='Name')),
                ('actor_role', models.TextField(blank=True, verbose_name='Post')),
                ('for_whom', models.TextField(blank=True, verbose_name='For whom')),
                ('previous', models.TextField()),
                ('body', models.TextField()),
                ('hash', models.TextField()),
                ('algorithm', models.TextField(default='sha256')),
            ],
            options={
                'verbose_name': 'Journal entry',
                'verbose_name_plural': 'Journal entries',
                'indexes': [models.Index(fields=['kind', 'recorded_at'], name='record_entry_kind_recorded'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['recorded_at'], name='record_entry_recorded', pages_per_range=64)],
                'constraints': [models.UniqueConstraint(fields=('stream', 'number'), name='record_entry_place_in_stream')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('system', models.CharField(choices=[('card', 'Card system'), ('core', 'Core ledger')], max_length=8)),
                ('operation', models.CharField(max_length=40)),
                ('payload', models.JSONField(default=dict)),
                ('subject', models.UUIDField(db_index=True, verbose_name='Case')),
                ('task', models.UUIDField(db_index=True, null=True)),
                ('state', models.CharField(choices=[('new', 'Waiting to be sent'), ('sent', 'Sent'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected'), ('unknown', 'Unknown'), ('void', 'Void')], default='new', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(default=record.clock.now)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('answer', models.JSONField(null=True)),
                ('why_void', models.TextField(blank=True)),
                ('placed_at', models.DateTimeField(default=record.clock.now, editable=False)),
                ('sent_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'Order to a bank system',
                'verbose_name_plural': 'Orders to bank systems',
                'indexes': [models.Index(condition=models.Q(('state__in', ['new', 'sent', 'unknown'])), fields=['id'], name='record_order_open')],
            },
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('subject', models.UUIDField(db_index=True, null=True)),
                ('wrapped', models.BinaryField(null=True)),
                ('master_id', models.CharField(max_length=16)),
                ('algorithm', models.CharField(default='aes256gcm', max_length=16)),
                ('created_at', models.DateTimeField(default=record.clock.now, editable=False)),
                ('destroyed_at', models.DateTimeField(editable=False, null=True)),
                ('destroyed_why', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': "Person's key",
                'indexes': [models.Index(condition=models.Q(('wrapped__isnull', False)), fields=['master_id', 'id'], name='record_personkey_master')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('wrapped', None)), models.Q(('destroyed_at', None), ('wrapped__isnull', False)), _connector='OR'), name='record_personkey_alive_or_not')],
            },
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.TextField(verbose_name='Stream')),
                ('length', models.BigIntegerField(default=0)),
                ('head', models.TextField(default=record.algorithms.nothing)),
                ('algorithm', models.TextField(default='sha256')),
            ],
            options={
                'verbose_name': 'Journal stream',
                'constraints': [models.UniqueConstraint(fields=('key',), name='record_stream_once'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='record_stream_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='SealedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.TextField()),
                ('number', models.BigIntegerField()),
                ('field', models.TextField()),
                ('ciphertext', models.BinaryField()),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.personkey')),
            ],
            options={
                'verbose_name': 'Sealed value',
                'constraints': [models.UniqueConstraint(fields=('stream', 'number', 'field'), name='record_sealedvalue_once')],
            },
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION record_refuse_change()"),
        migrations.RunSQL(OPEN, "DROP FUNCTION record_open_stream(text, text, text)"),
        migrations.RunSQL(CHAIN, UNDO_CHAIN),
        migrations.RunSQL(STREAM, UNDO_STREAM),
        *append_only("record_entry", "record_sealedvalue"),
        migrations.RunSQL(FIXED_PATH, migrations.RunSQL.noop),
    ]

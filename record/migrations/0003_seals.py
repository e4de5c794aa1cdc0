"""Seals over the journal, and entries by hashes PostgreSQL does not know (docs/decisions/0037-seals.md).

- A hash by SHA-256 is computed again at the door, as before. One by SM3 cannot be: its shape and its place in the chain
  are checked, its value by whoever verifies.
- `record_entry_in_flight`: whoever inserts entries holds a shared lock from before the first id is drawn until his
  transaction ends. `record_seal_horizon` waits for the exclusive one, so that at one moment every id given so far
  belongs to a transaction that has ended; it lets go at once. No lock on the table itself: VACUUM holds one for hours.
- A seal is the next of the last one, whoever inserts it.
"""

import django.db.models.deletion
import record.clock
from django.db import migrations, models

from record.triggers import append_only

CHAIN = """
CREATE OR REPLACE FUNCTION record_chain_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    told jsonb := NEW.body::jsonb;
BEGIN
    IF NEW.algorithm NOT IN ('sha256', 'sm3')
        OR NEW.previous !~ ('^' || NEW.algorithm || ':[0-9a-f]{64}$') OR NEW.hash !~ ('^' || NEW.algorithm || ':[0-9a-f]{64}$')
        OR (NEW.algorithm = 'sha256' AND NEW.hash <> 'sha256:' || encode(
            sha256(decode(substr(NEW.previous, 8), 'hex') || convert_to(NEW.body, 'UTF8')), 'hex'
        ))
    THEN
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
"""

# BEFORE … FOR EACH STATEMENT runs before the first row of the statement draws its id.
IN_FLIGHT = """
CREATE FUNCTION record_entry_in_flight() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7301926, 37);
    RETURN NULL;
END $$;
CREATE TRIGGER record_entry_in_flight BEFORE INSERT ON record_entry
FOR EACH STATEMENT EXECUTE FUNCTION record_entry_in_flight();
"""

# The exception is how a block of PL/pgSQL gives back a lock before the transaction ends; the variable keeps its value.
# Under REPEATABLE READ the caller would not see what he was told has ended.
HORIZON = """
CREATE FUNCTION record_seal_horizon(OUT horizon bigint) LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'journal: a seal is made under READ COMMITTED' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    BEGIN
        PERFORM pg_advisory_xact_lock(7301926, 37);
        SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END INTO horizon FROM record_entry_id_seq s;
        RAISE EXCEPTION USING ERRCODE = 'RS037', MESSAGE = 'the lock is given back';
    EXCEPTION WHEN SQLSTATE 'RS037' THEN
        NULL;
    END;
END $$;
"""

NEXT_SEAL = """
CREATE FUNCTION record_next_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    last record_seal%ROWTYPE;
BEGIN
    SELECT * INTO last FROM record_seal ORDER BY number DESC LIMIT 1;
    IF NEW.number <> COALESCE(last.number, 0) + 1 OR NEW.horizon < COALESCE(last.horizon, 0)
        OR (last.number IS NOT NULL AND NEW.previous <> last.hash)
        OR (last.number IS NULL AND NEW.previous !~ '^[a-z0-9]+:0+$')
    THEN
        RAISE EXCEPTION 'journal: seal % is not the next one', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER record_seal_next BEFORE INSERT ON record_seal FOR EACH ROW EXECUTE FUNCTION record_next_seal();
"""

FIXED_PATH = """
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION record_chain_entry() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION record_next_seal() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION record_seal_horizon() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
ALTER FUNCTION record_seal_horizon() SET lock_timeout = '300ms';
REVOKE EXECUTE ON FUNCTION record_chain_entry() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION record_next_seal() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION record_seal_horizon() FROM PUBLIC;
"""

UNDO_IN_FLIGHT = "DROP TRIGGER record_entry_in_flight ON record_entry; DROP FUNCTION record_entry_in_flight();"
UNDO_NEXT_SEAL = "DROP TRIGGER record_seal_next ON record_seal; DROP FUNCTION record_next_seal();"


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0002_sms_gateway'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField(verbose_name='Sealed at')),
                ('horizon', models.BigIntegerField()),
                ('streams', models.BigIntegerField()),
                ('entries', models.BigIntegerField()),
                ('root', models.TextField()),
                ('previous', models.TextField()),
                ('body', models.TextField()),
                ('hash', models.TextField()),
                ('algorithm', models.TextField()),
                ('signed_by', models.TextField()),
                ('key_id', models.TextField()),
                ('signature', models.TextField()),
            ],
            options={
                'verbose_name': 'Seal',
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('since', models.DateTimeField(null=True)),
                ('share_until', models.TextField(blank=True)),
                ('streams', models.BigIntegerField()),
                ('entries', models.BigIntegerField()),
                ('seals', models.BigIntegerField()),
                ('breaks', models.BigIntegerField()),
                ('found', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'Verification of the journal',
                'verbose_name_plural': 'Verifications of the journal',
            },
        ),
        migrations.CreateModel(
            name='SealCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('file', 'File'), ('address', 'Address')], max_length=8)),
                ('made_at', models.DateTimeField(default=record.clock.now)),
                ('seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='record.seal')),
            ],
            options={
                'verbose_name': 'Copy of a seal',
                'constraints': [models.UniqueConstraint(fields=('seal', 'place'), name='record_sealcopy_once')],
            },
        ),
        migrations.CreateModel(
            name='SealedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField()),
                ('stream', models.TextField()),
                ('length', models.BigIntegerField()),
                ('head', models.TextField()),
                ('seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='heads', to='record.seal')),
            ],
            options={
                'verbose_name': 'Sealed head',
                'indexes': [models.Index(fields=['stream', '-seal'], name='record_sealedhead_stream')],
                'constraints': [models.UniqueConstraint(fields=('seal', 'position'), name='record_sealedhead_place')],
            },
        ),
        *append_only("record_seal", "record_sealedhead", "record_sealcopy", "record_verification"),
        # The function of 0001 takes every row this one takes but those by SM3: going back leaves it as it is.
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.RunSQL(IN_FLIGHT, UNDO_IN_FLIGHT),
        migrations.RunSQL(HORIZON, "DROP FUNCTION record_seal_horizon()"),
        migrations.RunSQL(NEXT_SEAL, UNDO_NEXT_SEAL),
        migrations.RunSQL(FIXED_PATH, migrations.RunSQL.noop),
    ]

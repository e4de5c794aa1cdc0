"""Operations for migrations: what makes a table append-only for everyone, its owner included."""

from django.db.migrations import RunSQL

# Functions with their owner's rights that web and worker may call, by name; `harden_database` shuts all others. An app
# that brings one adds it when it is ready.
CALLED = {"record_open_stream", "record_seal_horizon"}

# The function `record_refuse_change` is made by record's first migration: depend on ("record", "0001_initial").
_MAKE = """
CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
"""
# Row triggers come down to partitions by themselves, statement triggers do not: each partition gets one of its own
# against TRUNCATE. `harden_database` does so for those that were added since.
UNGUARDED = """
SELECT DISTINCT p.relid::regclass::text
FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid CROSS JOIN LATERAL pg_partition_tree(t.tgrelid) p
WHERE f.proname = 'record_refuse_change' AND t.tgname ~ 'append_only$' AND t.tgparentid = 0 AND p.relid <> t.tgrelid
    AND NOT EXISTS (SELECT FROM pg_trigger own WHERE own.tgrelid = p.relid AND own.tgname = 'partition_no_truncate')
"""
GUARD_PARTITIONS = f"""
DO $$ DECLARE part text; BEGIN
    FOR part IN {UNGUARDED} LOOP
        EXECUTE 'CREATE TRIGGER partition_no_truncate BEFORE TRUNCATE ON ' || part
            || ' FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change()';
    END LOOP;
END $$;
"""
_UNGUARD_PARTITIONS = """
DO $$ DECLARE part text; BEGIN
    FOR part IN SELECT relid::regclass FROM pg_partition_tree('{table}') WHERE parentrelid IS NOT NULL LOOP
        EXECUTE 'DROP TRIGGER IF EXISTS partition_no_truncate ON ' || part;
    END LOOP;
END $$;
"""
_DROP = """
DROP TRIGGER {whole} ON {table};
DROP TRIGGER {row} ON {table};
"""


def append_only(*tables: str) -> list[RunSQL]:
    """One reversible operation a table: UPDATE, DELETE and TRUNCATE are refused with "append-only", of partitions, too.

    Tests that truncate between transactions disable the trigger `<table>_no_truncate`, and only there.
    `harden_database` knows append-only tables by these triggers.
    """
    return [
        RunSQL(_said(_MAKE, table) + GUARD_PARTITIONS, _said(_UNGUARD_PARTITIONS + _DROP, table)) for table in tables
    ]


def _said(sql: str, table: str) -> str:
    names = {"table": table, "row": f"{table}_append_only", "whole": f"{table}_no_truncate"}
    if too_long := [name for name in names.values() if len(name) > 63]:
        raise ValueError(f"PostgreSQL cuts names at 63 characters: {too_long[0]}.")
    return sql.format(**{name: f'"{value}"' for name, value in names.items()})

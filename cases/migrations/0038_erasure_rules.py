"""Whose key is kept, a police report under way included; no complaint is given to a person who is being erased.

An erasure locks the person's keys and then looks at his complaints. A complaint that comes in meanwhile either was
there first, and is found, or waits for the keys here and finds them gone.
"""

from django.db import migrations

HOLD = """
CREATE OR REPLACE FUNCTION cases_keep_held_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_legalhold h JOIN cases_case c ON c.id = h.case_id
               LEFT JOIN cases_customer u ON u.id = c.customer_id
               WHERE h.until IS NULL AND NEW.id IN (c.person_key_id, u.person_key_id)) THEN
        RAISE EXCEPTION 'key %: a legal hold stands', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_keeps_key';
    END IF;
    {police}
    RETURN NEW;
END
$$;
"""
POLICE = """
    IF EXISTS (SELECT FROM cases_policereport p JOIN cases_case c ON c.id = p.case_id
               LEFT JOIN cases_customer u ON u.id = c.customer_id
               WHERE p.ended_at IS NULL AND NEW.id IN (c.person_key_id, u.person_key_id)) THEN
        RAISE EXCEPTION 'key %: a police report is under way', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'police_report_keeps_key';
    END IF;
"""

LIVING = """
CREATE FUNCTION cases_refuse_erased_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE its_key bigint;
BEGIN
    FOREACH its_key IN ARRAY array_remove(ARRAY[
        NEW.person_key_id, (SELECT u.person_key_id FROM cases_customer u WHERE u.id = NEW.customer_id)], NULL) LOOP
        PERFORM FROM record_personkey k WHERE k.id = its_key AND k.wrapped IS NOT NULL FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'case %: the person was erased', NEW.reference
                USING ERRCODE = 'check_violation', CONSTRAINT = 'case_of_a_living_key';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE TRIGGER cases_case_living BEFORE INSERT ON cases_case FOR EACH ROW
    EXECUTE FUNCTION cases_refuse_erased_person();
CREATE TRIGGER cases_case_still_living BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id OR OLD.person_key_id IS DISTINCT FROM NEW.person_key_id)
    EXECUTE FUNCTION cases_refuse_erased_person();
"""
NOT_LIVING = """
DROP TRIGGER cases_case_still_living ON cases_case;
DROP TRIGGER cases_case_living ON cases_case;
DROP FUNCTION cases_refuse_erased_person();
"""

# Who was erased by which batch is told for ever.
KEEP = """
CREATE TRIGGER {0}_never_deleted BEFORE DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION cases_refuse_undoing();
"""
NO_KEEP = "DROP TRIGGER {0}_never_deleted ON {0};"


class Migration(migrations.Migration):
    dependencies = [("record", "0003_seals"), ("cases", "0037_erasure")]
    operations = [
        migrations.RunSQL(HOLD.format(police=POLICE), HOLD.format(police="")),
        migrations.RunSQL(LIVING, NOT_LIVING),
        *[
            migrations.RunSQL(KEEP.format(f"cases_{table}"), NO_KEEP.format(f"cases_{table}"))
            for table in ("erasurebatch", "erasureitem")
        ],
    ]

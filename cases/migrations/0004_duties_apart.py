"""Four eyes in the database: duties kept apart, interests, and records of who did what that nobody takes away.

docs/decisions/0006-money-and-four-eyes-in-the-database.md
"""

from django.db import migrations

APART = """
CREATE FUNCTION cases_keep_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    people bigint[] := array_remove(ARRAY[NEW.person_id, NEW.for_whom_id]::bigint[], NULL);
    other text;
BEGIN
    IF NEW.state NOT IN ('held', 'done') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        -- What counted already and is the same people's same duty was judged when it began.
        IF OLD.state IN ('held', 'done') AND (OLD.case_id, OLD.duty, OLD.person_id, OLD.for_whom_id)
           IS NOT DISTINCT FROM (NEW.case_id, NEW.duty, NEW.person_id, NEW.for_whom_id) THEN
            RETURN NEW;
        END IF;
    END IF;

    -- The lock of the house: of two duties that begin at once, the second sees the first.
    PERFORM FROM cases_case c WHERE c.id = NEW.case_id FOR NO KEY UPDATE;

    SELECT d.duty INTO other
    FROM cases_duty d
    JOIN cases_dutiesapart a ON (a.first = NEW.duty AND a.second = d.duty) OR (a.first = d.duty AND a.second = NEW.duty)
    WHERE d.case_id = NEW.case_id AND d.id IS DISTINCT FROM NEW.id AND d.state IN ('held', 'done')
      AND (d.person_id = ANY (people) OR d.for_whom_id = ANY (people))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'case %: % and % are kept apart', NEW.case_id, NEW.duty, other
            USING ERRCODE = 'check_violation', CONSTRAINT = 'duties_kept_apart';
    END IF;

    IF EXISTS (SELECT FROM cases_interest i JOIN cases_dutiesapart a ON a.first = NEW.duty AND a.second = ''
               WHERE i.case_id = NEW.case_id AND i.person_id = ANY (people)) THEN
        RAISE EXCEPTION 'case %: an interest keeps this person from %', NEW.case_id, NEW.duty
            USING ERRCODE = 'check_violation', CONSTRAINT = 'interest_keeps_away';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER cases_duties_apart BEFORE INSERT OR UPDATE ON cases_duty
    FOR EACH ROW EXECUTE FUNCTION cases_keep_duties_apart();
"""
NO_APART = """
DROP TRIGGER cases_duties_apart ON cases_duty;
DROP FUNCTION cases_keep_duties_apart();
"""

# A duty once ended is a fact: were it undone, the same person could take the other side.
FINAL = """
CREATE FUNCTION cases_refuse_undoing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % is a fact and stays', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END
$$;

CREATE TRIGGER cases_duty_ended_is_final BEFORE UPDATE ON cases_duty
    FOR EACH ROW WHEN (OLD.state <> 'held') EXECUTE FUNCTION cases_refuse_undoing();
CREATE TRIGGER cases_interest_is_final BEFORE UPDATE ON cases_interest
    FOR EACH ROW WHEN ((OLD.case_id, OLD.person_id) IS DISTINCT FROM (NEW.case_id, NEW.person_id))
    EXECUTE FUNCTION cases_refuse_undoing();
"""
NO_FINAL = """
DROP TRIGGER cases_interest_is_final ON cases_interest;
DROP TRIGGER cases_duty_ended_is_final ON cases_duty;
DROP FUNCTION cases_refuse_undoing();
"""

KEPT = [
    "cases_case",
    "cases_caseperson",
    "cases_interest",
    "cases_cardcontrol",
    "cases_disputedtransaction",
    "cases_evidence",
    "cases_duty",
    "cases_proposal",
    "cases_moneyentry",
    "cases_booking",
    "cases_letter",
]
KEEP = """
CREATE TRIGGER {0}_never_deleted BEFORE DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION cases_refuse_undoing();
"""
NO_KEEP = "DROP TRIGGER {0}_never_deleted ON {0};"


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_sum_rules")]
    operations = [
        migrations.RunSQL(APART, NO_APART),
        migrations.RunSQL(FINAL, NO_FINAL),
        *[migrations.RunSQL(KEEP.format(table), NO_KEEP.format(table)) for table in KEPT],
    ]

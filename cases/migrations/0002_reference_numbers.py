"""Numbers of complaints: one sequence a year, made by the year's first complaint (cases/actions/references.py)."""

from django.db import migrations

# A sequence and not a counter row: two complaints registered at once do not wait for each other, and a number that was
# told on the phone is never given again. SECURITY DEFINER because the web role may not create anything.
MAKE = """
CREATE FUNCTION cases_next_number(year integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    numbers text := format('%I.%I', current_schema(), 'cases_number_' || year);
BEGIN
    IF year NOT BETWEEN 1990 AND 2999 THEN
        RAISE EXCEPTION 'No complaint is numbered in the year %.', year USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(numbers) IS NULL THEN
        BEGIN
            EXECUTE format('CREATE SEQUENCE %s MAXVALUE 9999999 NO CYCLE', numbers);
        EXCEPTION WHEN duplicate_table OR unique_violation THEN
            NULL;  -- the year's first two complaints came at the same moment
        END;
    END IF;
    RETURN nextval(numbers::regclass);
END
$$;
"""
DROP = "DROP FUNCTION cases_next_number(integer);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, DROP)]

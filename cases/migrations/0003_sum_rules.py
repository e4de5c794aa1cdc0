"""The sum rules of a case's money, checked when a transaction commits (docs/decisions/0006-money-and-four-eyes-in-the-database.md).

The actions check the same rules first and say them in a sentence; nobody who goes through them meets these errors. Each
error carries its rule as the name of the constraint.
"""

from django.db import migrations

RULES = """
CREATE FUNCTION cases_refuse(rule text, said text, one bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case %: %', one, said USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$;

CREATE FUNCTION cases_check_decision(one bigint, its_currency text, its_disputed numeric) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_disputedtransaction t
               WHERE t.case_id = one AND t.is_disputed AND t.currency <> its_currency)
       OR EXISTS (SELECT FROM cases_proposal p WHERE p.case_id = one AND p.currency <> its_currency)
       OR EXISTS (SELECT FROM cases_moneyentry m WHERE m.case_id = one AND m.currency <> its_currency) THEN
        PERFORM cases_refuse('money_in_one_currency', 'money is in another currency than the case', one);
    END IF;

    IF its_disputed <> (SELECT coalesce(sum(t.amount), 0) FROM cases_disputedtransaction t
                        WHERE t.case_id = one AND t.is_disputed) THEN
        PERFORM cases_refuse('disputed_total_is_the_sum', 'the disputed total is not the sum of what is disputed', one);
    END IF;

    IF EXISTS (SELECT FROM cases_proposal p WHERE p.case_id = one AND p.state IN ('waiting', 'approved'))
       AND EXISTS (SELECT FROM cases_disputedtransaction t
                   WHERE t.case_id = one AND t.is_disputed AND t.bank_share IS NULL) THEN
        PERFORM cases_refuse('proposal_after_decision', 'a proposal stands on a transaction nobody decided', one);
    END IF;

    -- What is proposed is the sum of its lines; what is no longer proposed has none.
    IF EXISTS (SELECT FROM cases_proposal p WHERE p.case_id = one
               AND (CASE WHEN p.state IN ('waiting', 'approved') THEN p.total ELSE 0 END)
                   <> (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
                       WHERE m.proposal_id = p.id AND m.state <> 'dropped' AND m.kind <> 'recovery')) THEN
        PERFORM cases_refuse('proposal_is_its_lines', 'a proposal is not the sum of its lines', one);
    END IF;
END
$$;

CREATE FUNCTION cases_check_money(one bigint, its_state text, its_disputed numeric) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_moneyentry m
               LEFT JOIN cases_proposal p ON p.id = m.proposal_id
               LEFT JOIN cases_disputedtransaction t ON t.id = m.transaction_id
               WHERE m.case_id = one AND m.state <> 'dropped'
               AND (p.case_id <> one OR t.case_id <> one OR NOT t.is_disputed)) THEN
        PERFORM cases_refuse('money_on_one_case', 'money names a proposal or transaction that is not its own', one);
    END IF;

    IF EXISTS (SELECT FROM cases_moneyentry m JOIN cases_disputedtransaction t ON t.id = m.transaction_id
               WHERE m.case_id = one AND m.state <> 'dropped' AND m.kind = 'principal'
               GROUP BY t.id HAVING sum(m.amount) > coalesce(t.bank_share, 0)) THEN
        PERFORM cases_refuse('principal_within_share', 'principal is above the share of the bank', one);
    END IF;

    IF EXISTS (SELECT FROM cases_moneyentry m JOIN cases_disputedtransaction t ON t.id = m.transaction_id
               WHERE m.case_id = one AND m.state <> 'dropped' AND m.kind IN ('principal', 'goodwill')
               GROUP BY t.id HAVING sum(m.amount) > t.amount) THEN
        PERFORM cases_refuse('customer_within_loss', 'the customer gets back more than the transaction took', one);
    END IF;

    IF (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
        WHERE m.case_id = one AND m.kind <> 'recovery' AND m.state IN ('approved', 'ordered', 'booked'))
       > (SELECT coalesce(sum(p.total), 0) FROM cases_proposal p WHERE p.case_id = one AND p.state = 'approved') THEN
        PERFORM cases_refuse('payouts_within_approval', 'more is paid than was approved', one);
    END IF;

    IF EXISTS (SELECT FROM cases_moneyentry m JOIN cases_disputedtransaction t ON t.id = m.transaction_id
               WHERE m.case_id = one AND m.state <> 'dropped' AND m.kind = 'recovery'
               GROUP BY t.id HAVING sum(m.amount) > t.amount)
       OR (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
           WHERE m.case_id = one AND m.state <> 'dropped' AND m.kind = 'recovery') > its_disputed THEN
        PERFORM cases_refuse('recoveries_within_loss', 'more is recovered than was lost', one);
    END IF;

    IF EXISTS (SELECT FROM cases_moneyentry m WHERE m.case_id = one AND (m.state = 'booked') <> EXISTS (
               SELECT FROM cases_booking b WHERE b.entry_id = m.id AND b.reversed_at IS NULL)) THEN
        PERFORM cases_refuse('booked_exactly_once', 'a booked line has one standing booking, any other none', one);
    END IF;

    IF its_state IN ('done', 'archived') AND EXISTS (
        SELECT FROM cases_moneyentry m
        WHERE m.case_id = one AND m.kind <> 'recovery' AND m.state IN ('proposed', 'approved', 'ordered')) THEN
        PERFORM cases_refuse('completed_and_paid', 'the case is completed and money is still owed', one);
    END IF;
END
$$;

CREATE FUNCTION cases_check_sums(one bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    its record;
BEGIN
    -- The lock of the house: whoever went round the actions waits here for whoever did not.
    SELECT c.state, c.currency, coalesce(c.disputed_total, 0) AS disputed INTO its
    FROM cases_case c WHERE c.id = one FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM cases_check_decision(one, its.currency, its.disputed);
        PERFORM cases_check_money(one, its.state, its.disputed);
    END IF;
END
$$;

CREATE FUNCTION cases_sums_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_check_sums(NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION cases_sums_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM cases_check_sums(OLD.case_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.case_id <> OLD.case_id) THEN
        PERFORM cases_check_sums(NEW.case_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION cases_sums_of_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM cases_check_sums(m.case_id) FROM cases_moneyentry m WHERE m.id = OLD.entry_id;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.entry_id <> OLD.entry_id) THEN
        PERFORM cases_check_sums(m.case_id) FROM cases_moneyentry m WHERE m.id = NEW.entry_id;
    END IF;
    RETURN NULL;
END
$$;
"""

# Listed transactions that nobody disputes carry no sum: a list of a thousand of them costs nothing here.
TRIGGERS = """
CREATE CONSTRAINT TRIGGER cases_sums_new AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.disputed_total IS NOT NULL OR NEW.state IN ('done', 'archived'))
    EXECUTE FUNCTION cases_sums_of_case();
CREATE CONSTRAINT TRIGGER cases_sums AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.disputed_total, OLD.currency, OLD.state) IS DISTINCT FROM (NEW.disputed_total, NEW.currency, NEW.state))
    EXECUTE FUNCTION cases_sums_of_case();
CREATE CONSTRAINT TRIGGER cases_sums_new AFTER INSERT ON cases_disputedtransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_disputed) EXECUTE FUNCTION cases_sums_of_part();
CREATE CONSTRAINT TRIGGER cases_sums AFTER UPDATE ON cases_disputedtransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.is_disputed OR NEW.is_disputed)
    EXECUTE FUNCTION cases_sums_of_part();
CREATE CONSTRAINT TRIGGER cases_sums AFTER INSERT OR UPDATE ON cases_proposal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_sums_of_part();
CREATE CONSTRAINT TRIGGER cases_sums AFTER INSERT OR UPDATE ON cases_moneyentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_sums_of_part();
CREATE CONSTRAINT TRIGGER cases_sums AFTER INSERT OR UPDATE ON cases_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_sums_of_booking();
"""

NO_TRIGGERS = """
DROP TRIGGER cases_sums ON cases_booking;
DROP TRIGGER cases_sums ON cases_moneyentry;
DROP TRIGGER cases_sums ON cases_proposal;
DROP TRIGGER cases_sums ON cases_disputedtransaction;
DROP TRIGGER cases_sums_new ON cases_disputedtransaction;
DROP TRIGGER cases_sums ON cases_case;
DROP TRIGGER cases_sums_new ON cases_case;
"""
NO_RULES = """
DROP FUNCTION cases_sums_of_booking();
DROP FUNCTION cases_sums_of_part();
DROP FUNCTION cases_sums_of_case();
DROP FUNCTION cases_check_sums(bigint);
DROP FUNCTION cases_check_money(bigint, text, numeric);
DROP FUNCTION cases_check_decision(bigint, text, numeric);
DROP FUNCTION cases_refuse(text, text, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_reference_numbers")]
    operations = [migrations.RunSQL(RULES, NO_RULES), migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]

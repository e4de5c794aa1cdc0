"""The sum rules know advances: paid before the decision, set off by it, never both (docs/decisions/0022-advance-payment.md).

`cases_check_money` is that of 0017 but for `payouts_within_approval`, which an advance is no part of.
"""

from django.db import migrations

ADVANCES = """
CREATE FUNCTION cases_check_advances(one bigint, its_state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    paid numeric;
    parts record;
BEGIN
    IF EXISTS (SELECT FROM cases_moneyentry m WHERE m.case_id = one AND m.kind IN ('advance', 'advance_back')
               AND m.proposal_id IS NOT NULL) THEN
        PERFORM cases_refuse('advance_stands_alone', 'an advance is part of a proposal', one);
    END IF;

    SELECT coalesce(sum(a.set_off), 0) AS set_off, coalesce(sum(a.taken_back), 0) AS taken_back,
           coalesce(sum(a.written_off), 0) AS written_off INTO parts
    FROM cases_advance a WHERE a.case_id = one;

    -- What counts as paid without money moving is exactly what stands set off, and somebody has it or surely will.
    IF parts.set_off <> (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
                         JOIN cases_booking b ON b.entry_id = m.id AND b.reversed_at IS NULL AND b.way = 'offset'
                         WHERE m.case_id = one AND m.kind NOT IN ('recovery', 'advance', 'advance_back'))
       OR EXISTS (SELECT FROM cases_advance a LEFT JOIN cases_moneyentry m ON m.id = a.entry_id
                  WHERE a.case_id = one AND a.set_off > 0
                  AND (m.id IS NULL OR m.case_id <> one OR m.kind <> 'advance' OR m.amount <> a.amount
                       OR m.state NOT IN ('approved', 'ordered', 'booked'))) THEN
        PERFORM cases_refuse('set_off_is_the_advance', 'what is set off is not what was advanced', one);
    END IF;

    IF parts.taken_back <> (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
                            WHERE m.case_id = one AND m.kind = 'advance_back' AND m.state = 'booked') THEN
        PERFORM cases_refuse('taken_back_is_booked', 'what was given back is not what is booked', one);
    END IF;

    IF its_state IN ('done', 'archived') THEN
        SELECT coalesce(sum(m.amount), 0) INTO paid FROM cases_moneyentry m
        WHERE m.case_id = one AND m.kind = 'advance' AND m.state <> 'dropped';
        IF paid <> parts.set_off + parts.taken_back + parts.written_off THEN
            PERFORM cases_refuse('completed_and_settled', 'the case is completed and an advance is not settled', one);
        END IF;
    END IF;
END
$$;

-- At the moment it is asked for: a trace that later finds less disputed does not make it wrong, only to come back.
CREATE FUNCTION cases_advance_within_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
        WHERE m.case_id = NEW.case_id AND m.kind = 'advance' AND m.state <> 'dropped')
       > (SELECT coalesce(c.disputed_total, 0) FROM cases_case c WHERE c.id = NEW.case_id FOR NO KEY UPDATE) THEN
        PERFORM cases_refuse('advances_within_loss', 'more is advanced than is disputed', NEW.case_id);
    END IF;
    RETURN NULL;
END
$$;
"""
NO_ADVANCES = """
DROP FUNCTION cases_advance_within_loss();
DROP FUNCTION cases_check_advances(bigint, text);
"""

MONEY = """
CREATE OR REPLACE FUNCTION cases_check_money(one bigint, its_state text, its_disputed numeric) RETURNS void
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
        WHERE m.case_id = one AND {paid} AND m.state IN ('approved', 'ordered', 'booked'))
       > (SELECT coalesce(sum(p.total), 0) FROM cases_proposal p WHERE p.case_id = one AND p.state = 'approved')
         + (SELECT coalesce(sum(r.total), 0) FROM cases_review r WHERE r.case_id = one
            AND r.approved_at IS NOT NULL) THEN
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
        WHERE m.case_id = one AND m.kind <> 'recovery' AND m.state IN ('proposed', 'approved', 'ordered')
        AND (m.review_id IS NULL OR its_state = 'archived')) THEN
        PERFORM cases_refuse('completed_and_paid', 'the case is completed and money is still owed', one);
    END IF;
END
$$;
"""
WITH_ADVANCES = {"paid": "m.kind NOT IN ('recovery', 'advance', 'advance_back')"}
WITHOUT = {"paid": "m.kind <> 'recovery'"}

SUMS = """
CREATE OR REPLACE FUNCTION cases_check_sums(one bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    its record;
BEGIN
    -- The lock of the house: whoever went round the actions waits here for whoever did not.
    SELECT c.state, c.currency, coalesce(c.disputed_total, 0) AS disputed INTO its
    FROM cases_case c WHERE c.id = one FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM cases_check_decision(one, its.currency, its.disputed);
        PERFORM cases_check_money(one, its.state, its.disputed);
        PERFORM cases_check_advances(one, its.state);
    END IF;
END
$$;
"""
SUMS_BEFORE = """
CREATE OR REPLACE FUNCTION cases_check_sums(one bigint) RETURNS void LANGUAGE plpgsql AS $$
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
"""

TRIGGERS = """
CREATE CONSTRAINT TRIGGER cases_sums AFTER INSERT OR UPDATE ON cases_advance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_sums_of_part();
CREATE CONSTRAINT TRIGGER cases_advance_within_loss AFTER INSERT ON cases_moneyentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'advance')
    EXECUTE FUNCTION cases_advance_within_loss();
"""
NO_TRIGGERS = """
DROP TRIGGER cases_advance_within_loss ON cases_moneyentry;
DROP TRIGGER cases_sums ON cases_advance;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_advance_payment")]
    operations = [
        migrations.RunSQL(ADVANCES, NO_ADVANCES),
        migrations.RunSQL(MONEY.format(**WITH_ADVANCES), MONEY.format(**WITHOUT)),
        migrations.RunSQL(SUMS, SUMS_BEFORE),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]

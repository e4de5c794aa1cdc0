"""Sum rules with what a review adds, the key of a person under legal hold, and what is never taken away.

`cases_check_money` differs from 0003 in two rules: `payouts_within_approval` counts approved reviews, too, and
`completed_and_paid` lets a completed case owe what a review adds, an archived one nothing (docs/decisions/0026).
"""

from django.db import migrations

from record.triggers import append_only

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
        WHERE m.case_id = one AND m.kind <> 'recovery' AND m.state IN ('approved', 'ordered', 'booked'))
       > (SELECT coalesce(sum(p.total), 0) FROM cases_proposal p WHERE p.case_id = one AND p.state = 'approved')
         {approved} THEN
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
        {owed}) THEN
        PERFORM cases_refuse('completed_and_paid', 'the case is completed and money is still owed', one);
    END IF;
END
$$;
"""
WITH_REVIEWS = {
    "approved": "+ (SELECT coalesce(sum(r.total), 0) FROM cases_review r WHERE r.case_id = one"
    " AND r.approved_at IS NOT NULL)",
    "owed": "AND (m.review_id IS NULL OR its_state = 'archived')",
}
WITHOUT = {"approved": "", "owed": ""}

# A review gives what its lines are, for each transaction what it added to the bank's share; until approved nothing.
REVIEW = """
CREATE FUNCTION cases_check_review(one bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cases_case c WHERE c.id = one FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM cases_moneyentry m JOIN cases_review r ON r.id = m.review_id
               WHERE m.case_id = one AND (r.case_id <> one OR m.proposal_id IS NOT NULL OR m.kind <> 'principal'
                                          OR m.transaction_id IS NULL))
       OR EXISTS (SELECT FROM cases_review r WHERE r.case_id = one AND r.total <> (
               SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
               WHERE m.review_id = r.id AND m.state <> 'dropped'))
       OR EXISTS (SELECT FROM cases_review r
                  FULL JOIN (SELECT s.review_id, s.transaction_id, s.more FROM cases_reviewshare s
                             WHERE s.case_id = one AND s.dropped_at IS NULL) s ON s.review_id = r.id
                  WHERE r.case_id = one AND r.approved_at IS NOT NULL AND s.transaction_id IS NOT NULL
                  AND s.more <> (SELECT coalesce(sum(m.amount), 0) FROM cases_moneyentry m
                                 WHERE m.review_id = r.id AND m.transaction_id = s.transaction_id
                                 AND m.state <> 'dropped')) THEN
        PERFORM cases_refuse('review_is_its_lines', 'a review is not the sum of its lines', one);
    END IF;
    IF EXISTS (SELECT FROM cases_reviewshare s JOIN cases_review r ON r.id = s.review_id
               JOIN cases_disputedtransaction t ON t.id = s.transaction_id
               WHERE s.case_id = one AND s.dropped_at IS NULL AND r.approved_at IS NOT NULL
               AND (t.case_id <> one OR t.bank_share < s.bank_before + s.more)) THEN
        PERFORM cases_refuse('review_takes_nothing_away', 'a share of the bank fell below what the review gave', one);
    END IF;
END
$$;

CREATE FUNCTION cases_review_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_check_review(NEW.case_id);
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER cases_review_sums AFTER INSERT OR UPDATE ON cases_review
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_review_of_part();
CREATE CONSTRAINT TRIGGER cases_review_sums AFTER INSERT OR UPDATE ON cases_reviewshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_review_of_part();
CREATE CONSTRAINT TRIGGER cases_review_sums AFTER INSERT OR UPDATE ON cases_moneyentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.review_id IS NOT NULL)
    EXECUTE FUNCTION cases_review_of_part();
CREATE CONSTRAINT TRIGGER cases_sums AFTER INSERT OR UPDATE ON cases_review
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_sums_of_part();
"""
NO_REVIEW = """
DROP TRIGGER cases_sums ON cases_review;
DROP TRIGGER cases_review_sums ON cases_moneyentry;
DROP TRIGGER cases_review_sums ON cases_reviewshare;
DROP TRIGGER cases_review_sums ON cases_review;
DROP FUNCTION cases_review_of_part();
DROP FUNCTION cases_check_review(bigint);
"""

# The key of whoever a court may still ask about is not destroyed, whoever tries.
HOLD = """
CREATE FUNCTION cases_keep_held_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_legalhold h JOIN cases_case c ON c.id = h.case_id
               LEFT JOIN cases_customer u ON u.id = c.customer_id
               WHERE h.until IS NULL AND NEW.id IN (c.person_key_id, u.person_key_id)) THEN
        RAISE EXCEPTION 'key %: a legal hold stands', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_keeps_key';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER cases_legal_hold_keeps_key BEFORE UPDATE ON record_personkey FOR EACH ROW
    WHEN (OLD.wrapped IS NOT NULL AND NEW.wrapped IS NULL) EXECUTE FUNCTION cases_keep_held_key();
"""
NO_HOLD = """
DROP TRIGGER cases_legal_hold_keeps_key ON record_personkey;
DROP FUNCTION cases_keep_held_key();
"""

KEEP = """
CREATE TRIGGER {0}_never_deleted BEFORE DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION cases_refuse_undoing();
"""
NO_KEEP = "DROP TRIGGER {0}_never_deleted ON {0};"
KEPT = ["dissent", "dissentanswer", "review", "reviewshare", "proceeding", "legalhold"]


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("cases", "0016_review_and_legal_hold")]
    operations = [
        migrations.RunSQL(MONEY.format(**WITH_REVIEWS), MONEY.format(**WITHOUT)),
        migrations.RunSQL(REVIEW, NO_REVIEW),
        migrations.RunSQL(HOLD, NO_HOLD),
        *[migrations.RunSQL(KEEP.format(f"cases_{table}"), NO_KEEP.format(f"cases_{table}")) for table in KEPT],
        *append_only(*[f"cases_historical{table}" for table in KEPT]),
    ]

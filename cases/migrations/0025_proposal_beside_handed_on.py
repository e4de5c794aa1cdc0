"""A proposal may stand beside transactions that were handed on: they are decided in a complaint of their own."""

from django.db import migrations

NOW = """
CREATE OR REPLACE FUNCTION cases_check_decision(one bigint, its_currency text, its_disputed numeric) RETURNS void
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
                   WHERE t.case_id = one AND t.is_disputed AND t.bank_share IS NULL
                   AND t.handed_on_to_id IS NULL) THEN
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
"""
BEFORE = """
CREATE OR REPLACE FUNCTION cases_check_decision(one bigint, its_currency text, its_disputed numeric) RETURNS void
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
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0024_general_complaints")]
    operations = [migrations.RunSQL(NOW, BEFORE)]

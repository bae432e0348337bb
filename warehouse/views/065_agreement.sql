-- How far two people agree who judged the same independently. For screening: their first votes on the reports that both
-- judged and that wait for no further vote, so that nobody learns from it how a colleague voted before voting.
-- A 'maybe' is what the protocol says that it counts as. Cohen's kappa is null where both always said the same one word.
CREATE OR REPLACE VIEW main.agreement AS
WITH first_vote AS (
    SELECT
        d.report_id, d.stage, d.reviewer,
        CASE WHEN d.verdict = 'maybe' AND r.maybe = 'include' THEN 'include' ELSE d.verdict END AS verdict
    FROM main.screening_decision AS d
    JOIN core.screening_rule AS r USING (stage)
    ANTI JOIN main.screening_status AS w
        ON w.report_id = d.report_id AND w.stage = d.stage AND w.status IN ('awaiting', 'awaiting_second')
    WHERE NOT d.consensus AND d.verdict <> 'hidden'
    QUALIFY row_number() OVER (PARTITION BY d.report_id, d.stage, d.reviewer ORDER BY d.decided_at, d.decision_id) = 1
),
pair AS (
    SELECT a.stage, a.reviewer AS rater_a, b.reviewer AS rater_b, a.verdict AS verdict_a, b.verdict AS verdict_b
    FROM first_vote AS a
    JOIN first_vote AS b ON b.report_id = a.report_id AND b.stage = a.stage AND b.reviewer > a.reviewer
),
observed AS (
    SELECT stage, rater_a, rater_b, count(*) AS n, avg((verdict_a = verdict_b)::INT) AS agreed
    FROM pair
    GROUP BY ALL
),
-- What the two would agree by chance, from how often each of them says each word.
word AS (
    SELECT
        p.stage, p.rater_a, p.rater_b, v.verdict,
        avg((p.verdict_a = v.verdict)::INT) * avg((p.verdict_b = v.verdict)::INT) AS by_both
    FROM pair AS p
    CROSS JOIN (SELECT DISTINCT verdict FROM first_vote) AS v
    GROUP BY ALL
),
chance AS (
    SELECT stage, rater_a, rater_b, sum(by_both) AS expected
    FROM word
    GROUP BY ALL
)
SELECT
    'screening' AS subject, o.stage, NULL::VARCHAR AS code_id, NULL::VARCHAR AS document_id, o.rater_a, o.rater_b,
    unnest(['share agreed', 'Cohen''s kappa']) AS coefficient,
    unnest([o.agreed, CASE WHEN c.expected < 1 THEN (o.agreed - c.expected) / (1 - c.expected) END]) AS value,
    o.n, 'reports that both judged' AS n_counts
FROM observed AS o
JOIN chance AS c USING (stage, rater_a, rater_b);

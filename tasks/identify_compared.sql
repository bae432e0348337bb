-- What comparison with the records says of claims that no name settled.
--
-- Reads   open_claim (claim, claim_id, said_at, match, candidates): claims, each by its place, and what was compared for it
--         comparison (id, record_id, score, outcome): records that are the claim's report (same), or may be (review)
--         record     (record_id, report_id, first_found_at)
-- Gives   one row a claim that is like any report: matched, where it is the same as exactly one; ambiguous, where it is the
--         same as several; else alike, with the reports that it may be, the likeliest first.
WITH led AS (
    SELECT
        c.claim, k.report_id, max(f.score) AS score, bool_or(f.outcome = 'same') AS is_same,
        -- As in identify.sql: the record that was found first was there when the claim was made.
        arg_min(k.record_id, (k.first_found_at, k.record_id)) AS record_id,
        coalesce(bool_or(k.first_found_at <= c.said_at), false) AS was_known
    FROM open_claim AS c
    JOIN comparison AS f ON f.id = c.claim_id
    JOIN record AS k ON k.record_id = f.record_id
    WHERE k.report_id IS NOT NULL AND (c.match = 'unmatched' OR list_contains(c.candidates, k.report_id))
    GROUP BY c.claim, k.report_id
),

-- A report that was found after the claim was made is not what it means, if there is one that was known by then.
then_known AS (
    SELECT *
    FROM led
    QUALIFY was_known OR NOT bool_or(was_known) OVER (PARTITION BY claim, is_same)
),

answer AS (
    SELECT
        claim,
        count(*) FILTER (is_same) AS n,
        min(report_id) FILTER (is_same) AS report_id,
        arg_min(record_id, report_id) FILTER (is_same) AS record_id,
        list(report_id ORDER BY is_same DESC, score DESC, report_id)[:3] AS likeliest
    FROM then_known
    GROUP BY claim
)

SELECT
    claim,
    CASE WHEN n = 1 THEN report_id END AS report_id,
    CASE WHEN n = 1 THEN record_id END AS record_id,
    CASE WHEN n = 1 THEN 'matched' WHEN n > 1 THEN 'ambiguous' ELSE 'alike' END AS match,
    CASE WHEN n = 1 THEN 'title, authors and place' END AS how,
    likeliest AS candidates
FROM answer
ORDER BY claim

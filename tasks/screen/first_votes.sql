-- Each reviewer's first independent vote, and the last one, on each report that waits for no further vote at that stage: so
-- nobody learns from agreement how a colleague voted before voting. A 'maybe' is what the protocol says that it counts as.
-- `version`: the one that the report first came with. Gives one row a report, stage, reviewer and which ('first', 'final').
WITH vote AS (
    SELECT
        coalesce(c.card_id, d.report_id) AS report_id, d.stage, d.reviewer, d.decided_at, d.seq, d.decision_id,
        CASE WHEN d.verdict = 'maybe' AND r.maybe = 'include' THEN 'include' ELSE d.verdict END AS verdict
    FROM main.screening_decision AS d
    JOIN core.screening_rule AS r ON r.stage = d.stage
    JOIN core.screening_status AS s ON s.report_id = d.report_id AND s.stage = d.stage
    LEFT JOIN core.screening_card AS c ON c.report_id = d.report_id
    WHERE NOT d.consensus AND d.uncounted IS NULL AND d.verdict <> 'clear' AND s.status NOT IN ('awaiting', 'awaiting_second', 'ineligible')
),
came AS (
    SELECT m.report_id, min(f.arrival_id) AS arrival_id
    FROM core.report_record AS m
    JOIN core.found_record AS f USING (record_id)
    GROUP BY m.report_id
),
version AS (
    SELECT
        c.report_id,
        coalesce(min(r.version) FILTER (r.upto >= c.arrival_id), max(r.version) + 1, 1) AS version
    FROM came AS c
    LEFT JOIN core.release AS r ON true
    GROUP BY c.report_id
),
first AS (
    SELECT 'first' AS which, report_id, stage, reviewer, verdict
    FROM vote
    QUALIFY row_number() OVER (PARTITION BY report_id, stage, reviewer ORDER BY decided_at, seq NULLS FIRST, decision_id) = 1
),
final AS (
    SELECT 'final' AS which, report_id, stage, reviewer, verdict
    FROM vote
    QUALIFY row_number() OVER (PARTITION BY report_id, stage, reviewer ORDER BY decided_at DESC, seq DESC NULLS LAST, decision_id DESC) = 1
)
SELECT v.*, n.version
FROM (FROM first UNION ALL FROM final) AS v
JOIN version AS n USING (report_id)

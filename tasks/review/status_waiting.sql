-- What waits at each stage, and to be coded. `for …`: a person of the protocol's team who has not voted yet; no verdict is shown, and where
-- only one kind of vote is followed by a second, no person either: who still has to vote would tell how the other did.
-- Reads besides the copy: the variable private (whether it is the private copy, which knows who has voted); status_now, later_status and
-- later_vote, decisions that were noted after it was published.
WITH vote AS (
    SELECT report_id, stage, reviewer
    FROM main.screening_ballot
    ANTI JOIN later_status USING (report_id)
    WHERE NOT unclear
    UNION ALL
    FROM later_vote
),
person AS (
    SELECT reviewer, unnest(stages) AS stage
    FROM core.reviewer
    WHERE kind = 'person' AND until IS NULL AND getvariable('private')
),
open AS (
    SELECT report_id, stage, status
    FROM status_now
    WHERE status IN ('awaiting', 'awaiting_second') AND stage <> 'retrieval'
),
personal AS (
    SELECT o.stage, p.reviewer, count(*) AS reports
    FROM open AS o
    JOIN person AS p USING (stage)
    JOIN core.screening_rule AS r USING (stage)
    ANTI JOIN vote AS v ON v.report_id = o.report_id AND v.stage = o.stage AND v.reviewer = p.reviewer
    WHERE r.second_vote_of_included IS NOT DISTINCT FROM r.second_vote_of_excluded
    GROUP BY o.stage, p.reviewer
)
SELECT stage, 'for ' || reviewer AS waits, reports
FROM personal
UNION ALL
SELECT stage, CASE status WHEN 'conflict' THEN 'conflicts to settle' ELSE 'awaiting votes' END AS waits, count(*) AS reports
FROM status_now
WHERE status IN ('awaiting', 'awaiting_second', 'conflict') AND stage <> 'retrieval'
GROUP BY stage, waits
UNION ALL
SELECT 'coding', 'for ' || coder, count(*)
FROM main.coding_plan
WHERE planned AND state <> 'done'
GROUP BY coder
UNION ALL
SELECT 'coding', 'differences to settle', count(DISTINCT document_id)
FROM main.coding_difference
LEFT JOIN main.report_path USING (report_id)
-- What was coded of a report that was excluded since is no evidence, and needs no settling.
WHERE choice IS NULL AND NOT different_parts AND coalesce(place NOT IN ('excluded_screening', 'excluded_full_text', 'ineligible'), true)
HAVING count(*) > 0
ORDER BY stage DESC, waits

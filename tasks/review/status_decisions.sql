-- Decisions that do not count as they stand though their report is known (errors), and reasons to be put right (warnings: the exclusion
-- counts): a line a file (or the ledger), and person. Of a reason only the place is shown: what it says, and of whom, tells a verdict.
-- Asked of the private copy, which knows of decisions on what is still open.
WITH named AS (
    SELECT
        coalesce(a.file_name, 'ledger') AS name, CASE WHEN d.row IS NULL THEN 'event' ELSE 'line' END AS what, coalesce(d.row, d.seq) AS place,
        d.stage, d.written, d.uncounted, d.verdict, d.reason
    FROM main.screening_decision AS d
    LEFT JOIN core.arrival AS a USING (arrival_id)
),
faulty AS (
    SELECT
        n.*,
        CASE
            WHEN n.reason IS NOT NULL THEN 'a reason that is none of the protocol''s'
            ELSE 'no reason, and the protocol asks for one at ' || n.stage
        END AS fault
    FROM named AS n
    LEFT JOIN core.screening_rule AS r USING (stage)
    LEFT JOIN core.exclusion_reason AS k USING (reason)
    WHERE n.verdict = 'exclude' AND n.uncounted IS NULL AND CASE WHEN n.reason IS NULL THEN r.reasons = 'required' ELSE k.reason IS NULL END
)
SELECT
    'error' AS severity, 'decision' AS what,
    name || ': ' || CASE count(*) WHEN 1 THEN 'a decision by ''' || written || ''' counts' ELSE count(*) || ' decisions by ''' || written || ''' count' END
    || ' for nothing: ' || uncounted AS detail
FROM named
WHERE uncounted IS NOT NULL AND uncounted <> 'a tool, not a reviewer'
GROUP BY name, written, uncounted
UNION ALL
SELECT
    'warning', 'decision',
    name || ': ' || fault || ': ' || what || CASE count(DISTINCT place) WHEN 1 THEN ' ' ELSE 's ' END
    || array_to_string(list(DISTINCT place ORDER BY place)[:5], ', ') || CASE WHEN count(DISTINCT place) > 5 THEN ' and ' || count(DISTINCT place) - 5 || ' more' ELSE '' END
FROM faulty
GROUP BY name, what, fault
ORDER BY ALL

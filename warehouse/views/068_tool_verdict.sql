-- What each tool says of a report: its last verdict. Two that bear the same date are both here.
CREATE OR REPLACE VIEW main.tool_verdict AS
WITH last_one AS (
    SELECT report_id, stage, reviewer AS tool, verdict, decided_at
    FROM main.screening_decision
    WHERE uncounted = 'a tool, not a reviewer' AND NOT consensus
    QUALIFY rank() OVER (PARTITION BY report_id, stage, reviewer ORDER BY decided_at DESC, seq DESC NULLS LAST) = 1
)
SELECT DISTINCT report_id, stage, tool, verdict, decided_at
FROM last_one
WHERE verdict <> 'clear';

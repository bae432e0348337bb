-- The votes on one report at a stage (the variables about, stage), with reasons and notes: none, where one is still to come.
-- Reads besides the private copy: later_status and later_ballot.
WITH copied AS (
{ballots}
),
status AS (
    SELECT report_id, stage, status FROM main.screening_status ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_status
),
ballot AS (
    SELECT * FROM copied ANTI JOIN later_status USING (report_id)
    UNION ALL BY NAME
    FROM later_ballot
)
SELECT b.reviewer, b.consensus, b.verdict, b.reason, b.note, b.decided_at
FROM ballot AS b
JOIN status AS s USING (report_id, stage)
WHERE b.report_id = getvariable('about') AND b.stage = getvariable('stage') AND s.status NOT IN ('awaiting', 'awaiting_second', 'ineligible')
ORDER BY b.consensus, b.reviewer, b.decided_at

-- Reports whose votes differ and that nobody has settled, with the votes: they are all in, so everybody may see them.
-- Reads besides the private copy: later_status, later_ballot and later_comment, what was said since it was published.
WITH conflict AS (
    SELECT report_id, stage
    FROM (
        SELECT report_id, stage, status
        FROM main.screening_status
        ANTI JOIN later_status USING (report_id)
        UNION ALL
        SELECT report_id, stage, status
        FROM later_status
    )
    ANTI JOIN main.card_follower USING (report_id, stage)
    WHERE status = 'conflict'
),
ballot AS (
    SELECT report_id, stage, reviewer, consensus, record_id, verdict, reason
    FROM main.screening_ballot
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    SELECT report_id, stage, reviewer, consensus, record_id, verdict, reason
    FROM later_ballot
),
remark AS (
    SELECT report_id, seq, reviewer, comment, waits
    FROM main.report_comment
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    SELECT report_id, seq, reviewer, comment, waits
    FROM later_comment
)
SELECT
    c.stage, c.report_id, r.title, r.year,
    string_agg(
        b.reviewer || ': ' || b.verdict || coalesce(' (' || b.reason || ')', ''), '; ' ORDER BY b.consensus, b.reviewer, b.record_id
    ) AS votes,
    (
        SELECT string_agg(n.reviewer || ': ' || n.comment, '; ' ORDER BY n.seq)
        FROM remark AS n
        WHERE n.report_id = c.report_id AND NOT n.waits
    ) AS comments
FROM conflict AS c
JOIN main.report AS r USING (report_id)
JOIN ballot AS b ON b.report_id = c.report_id AND b.stage = c.stage
GROUP BY c.stage, c.report_id, r.title, r.year
ORDER BY c.stage DESC, c.report_id

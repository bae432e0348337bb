-- Reports whose votes differ and that nobody has settled, with the votes: they are all in, so everybody may see them.
-- Reads besides the private copy: later_status, what decisions have changed since it was published.
WITH conflict AS (
    SELECT report_id, stage
    FROM main.screening_status
    ANTI JOIN later_status USING (report_id)
    ANTI JOIN main.card_follower USING (report_id, stage)
    WHERE status = 'conflict'
)
SELECT
    c.stage, c.report_id, r.title, r.year,
    string_agg(
        b.reviewer || ': ' || b.verdict || coalesce(' (' || b.reason || ')', ''), '; ' ORDER BY b.consensus, b.reviewer, b.record_id
    ) AS votes,
    (
        SELECT string_agg(n.reviewer || ': ' || n.comment, '; ' ORDER BY n.seq)
        FROM main.report_comment AS n
        WHERE n.report_id = c.report_id AND NOT n.waits
    ) AS comments
FROM conflict AS c
JOIN main.report AS r USING (report_id)
JOIN main.screening_ballot AS b ON b.report_id = c.report_id AND b.stage = c.stage
GROUP BY c.stage, c.report_id, r.title, r.year
ORDER BY c.stage DESC, c.report_id

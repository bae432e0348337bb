-- What people remarked on reports. `waits`: votes on the report are still to come at that stage or one before it, so the comment
-- is for nobody else's eyes.
CREATE OR REPLACE VIEW main.report_comment AS
SELECT
    c.seq, m.report_id, c.stage, c.reviewer, c.comment, c.commented_at, c.record_id,
    EXISTS (
        FROM core.screening_status AS s
        WHERE
            s.report_id = m.report_id AND s.status IN ('awaiting', 'awaiting_second', 'ineligible')
            AND (s.stage = 'title-abstract' OR (s.stage = 'full-text' AND c.stage = 'full-text'))
    ) AS waits
FROM core.report_comment AS c
JOIN core.report_record AS m USING (record_id);

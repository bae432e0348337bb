-- Where each card stands at each stage, with the decisions since the copy was published. Reads besides the copy: later_status.
-- Of a report that nobody judged on title and abstract nothing later: it would tell that somebody has voted at full text.
CREATE OR REPLACE TEMP VIEW status_now AS
WITH standing AS (
    SELECT report_id, stage, status
    FROM main.screening_status
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_status
)
SELECT s.report_id, s.stage, s.status
FROM standing AS s
ANTI JOIN standing AS t
    ON t.report_id = s.report_id AND t.stage = 'title-abstract' AND t.status IN ('awaiting', 'ineligible') AND s.stage <> t.stage
ANTI JOIN main.card_follower AS f ON f.report_id = s.report_id AND f.stage = s.stage;

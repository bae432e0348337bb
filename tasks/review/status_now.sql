-- Where each card stands at each stage, with the decisions since the copy was published. Reads besides the copy: later_status.
CREATE OR REPLACE TEMP VIEW status_now AS
SELECT report_id, stage, status
FROM (
    SELECT report_id, stage, status
    FROM main.screening_status
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_status
)
ANTI JOIN main.card_follower USING (report_id, stage);

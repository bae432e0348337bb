-- How many reports stand where at each stage; one that waits only waits, whoever has voted. Reads besides the copy: later_status.
SELECT stage, CASE status WHEN 'awaiting_second' THEN 'awaiting' ELSE status END AS status, count(*) AS reports
FROM (
    SELECT report_id, stage, status
    FROM main.screening_status
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_status
)
ANTI JOIN main.card_follower USING (report_id, stage)
GROUP BY ALL
ORDER BY stage DESC, status

-- How many reports stand where at each stage; one that waits only waits, whoever has voted. Reads: status_now.
SELECT stage, CASE status WHEN 'awaiting_second' THEN 'awaiting' ELSE status END AS status, count(*) AS reports
FROM status_now
GROUP BY ALL
ORDER BY stage DESC, status

-- A report that waits for votes only waits: where a second vote is asked for after an include, "one vote is in" would tell it.
SELECT * REPLACE (
    CASE status WHEN 'awaiting_second' THEN 'awaiting' ELSE status END AS status,
    CASE WHEN status IN ('awaiting', 'awaiting_second') THEN NULL ELSE votes END AS votes,
    CASE WHEN status IN ('awaiting', 'awaiting_second') THEN NULL ELSE votes_needed END AS votes_needed
)
FROM core.screening_status

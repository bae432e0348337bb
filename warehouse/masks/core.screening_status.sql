-- A report that waits for votes only waits: where a second vote is asked for after an include, "one vote is in" would tell it.
-- So would a row of a later stage of a report that nobody judged on title and abstract.
SELECT s.* REPLACE (
    CASE s.status WHEN 'awaiting_second' THEN 'awaiting' ELSE s.status END AS status,
    CASE WHEN s.status IN ('awaiting', 'awaiting_second', 'ineligible') THEN NULL ELSE s.votes END AS votes,
    CASE WHEN s.status IN ('awaiting', 'awaiting_second', 'ineligible') THEN NULL ELSE s.votes_needed END AS votes_needed
)
FROM core.screening_status AS s
ANTI JOIN core.screening_status AS t
    ON t.report_id = s.report_id AND t.stage = 'title-abstract' AND t.status IN ('awaiting', 'ineligible') AND s.stage <> t.stage

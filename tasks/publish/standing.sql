-- How a version stands, from a copy that everybody may read: a row a number, by name.
SELECT 'place: ' || place AS name, count(*) AS n
FROM report_path
GROUP BY place
UNION ALL
SELECT 'conflicts at ' || stage, count(*)
FROM screening_status
WHERE status = 'conflict'
GROUP BY stage
UNION ALL
SELECT 'pairs to rule on', count(*)
FROM duplicate_pair
WHERE outcome = 'review'
UNION ALL
SELECT 'studies awaiting classification', count(DISTINCT r.study_id)
FROM report_path
JOIN report AS r USING (report_id)
WHERE place IN ('awaiting_retrieval', 'awaiting_full_text')

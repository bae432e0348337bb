-- How what is known of included studies is kept current: notices, corrections, answers that changed.
SELECT 'Retractions and other notices were asked for: times ' || count(*) || ', the last on ' || max(executed_at)::DATE || ' (' || string_agg(DISTINCT origin, ', ' ORDER BY origin) || ').' AS says
FROM service_check
WHERE subject = 'notices'
HAVING count(*) > 0
UNION ALL
SELECT 'Included reports with a ' || nature || ': ' || count(DISTINCT report_id) || '.'
FROM retraction_notice
WHERE place = 'included'
GROUP BY nature
UNION ALL
SELECT 'Records whose source gave them anew, changed: ' || count(DISTINCT record_id) || '.'
FROM record_change
HAVING count(*) > 0
UNION ALL
SELECT 'Fields of records put right by the team: ' || count(*) || '.'
FROM record_correction
HAVING count(*) > 0

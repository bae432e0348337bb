-- What is broken, a line each: refused files that no later file replaced, decisions that lead nowhere, notices on reports
-- that are included or at full text, exports of which a part is missing, failed runs.
SELECT 'refused file' AS what, s.file_name || coalesce(': line ' || p.line, '') || ': ' || p.message AS detail
FROM core.arrival AS s
JOIN core.problem AS p USING (arrival_id)
WHERE s.state = 'refused' AND p.severity = 'error'
    AND NOT EXISTS (FROM core.arrival AS later WHERE later.file_name = s.file_name AND later.state = 'loaded' AND later.received_at > s.received_at)
UNION ALL
-- What was read in part. Of decisions only the line is shown: what is said of it can quote a verdict.
SELECT
    'file read in part',
    s.file_name || coalesce(': line ' || p.line, '')
    || CASE WHEN s.kind = 'decisions' THEN ' does not count as it stands: living-review update says why' ELSE ': ' || p.message END
FROM core.arrival AS s
JOIN core.problem AS p USING (arrival_id)
WHERE s.state = 'loaded' AND p.severity = 'error' AND s.kind IN ('export', 'decisions', 'coding', 'characteristics', 'appraisal')
    AND NOT EXISTS (FROM core.arrival AS later WHERE later.file_name = s.file_name AND later.received_at > s.received_at)
UNION ALL
SELECT 'quarantine', count(*) || ' records of ' || source || ': ' || any_value(reason)
FROM main.quarantine
GROUP BY source, reason
UNION ALL
SELECT 'decision', coalesce(s.file_name, 'ledger') || coalesce(':' || u.row, '') || ': about ''' || u.key || ''': ' || u.why
FROM core.unmatched_decision AS u
LEFT JOIN core.arrival AS s USING (arrival_id)
UNION ALL
SELECT DISTINCT 'notice', n.nature || coalesce(' of ' || n.date, '') || ' on the ' || replace(n.place, '_', ' ') || ' report ' || n.report_id || coalesce(': ' || r.title, '')
FROM main.retraction_notice AS n
JOIN main.record AS r ON r.record_id = 'r' || substr(n.report_id, 5)
WHERE n.place IN ('included', 'awaiting_retrieval', 'awaiting_full_text') AND n.nature <> 'correction'
UNION ALL
SELECT subject, 'the last answer of ' || origin || ' is not complete: ' || arg_max(reason, executed_at)
FROM main.service_check
GROUP BY subject, origin
HAVING NOT arg_max(complete, executed_at)
UNION ALL
SELECT 'split export', name || ': ' || unnest(warnings)
FROM core.split_search
UNION ALL
SELECT 'run', 'the last run failed, at ' || strftime(arg_max(ended_at, ended_at), '%Y-%m-%d %H:%M') || ' UTC'
FROM main.run
HAVING arg_max(state, ended_at) = 'failed'

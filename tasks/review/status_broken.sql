-- What needs somebody, by what was loaded: a line each. What lies in the drop folders now, and the log's state, are looked
-- at apart (tasks/review/status.py). `severity`: error or warning;
-- `file_name`: where it is about a file, which may be gone by now.
SELECT
    'error' AS severity, 'refused file' AS what, a.file_name,
    a.file_name || coalesce(': line ' || p.line, '') || ': ' || p.message AS detail
FROM core.arrival AS a
JOIN core.reading AS r USING (arrival_id)
JOIN core.problem AS p USING (arrival_id)
WHERE a.counts AND r.outcome = 'refused' AND p.severity = 'error'
UNION ALL
-- What was read in part. Of decisions only the line is shown: what is said of it can quote a verdict.
SELECT
    'error', 'file read in part', a.file_name,
    a.file_name || coalesce(': line ' || p.line, '')
    || CASE WHEN a.kind = 'decisions' OR p.message = 'hidden' THEN ' does not count as it stands: living-review update says why' ELSE ': ' || p.message END
FROM core.arrival AS a
JOIN core.reading AS r USING (arrival_id)
JOIN core.problem AS p USING (arrival_id)
WHERE a.counts AND r.outcome = 'loaded' AND p.severity = 'error'
UNION ALL
SELECT
    'warning', 'file', a.file_name,
    a.file_name || coalesce(': line ' || p.line, '')
    || CASE WHEN a.kind = 'decisions' OR p.message = 'hidden' THEN ' was read with a warning: living-review update says which' ELSE ': ' || p.message END
FROM core.arrival AS a
JOIN core.problem AS p USING (arrival_id)
WHERE a.counts AND p.severity = 'warning'
UNION ALL
-- A record that was delivered again is one, as in the flow.
SELECT 'warning', 'quarantine', NULL, n || if(n = 1, ' record of ', ' records of ') || source || ': ' || reason
FROM (SELECT source, reason, count(DISTINCT quarantine_id) AS n FROM main.quarantine GROUP BY source, reason)
UNION ALL
SELECT 'error', 'decision', NULL, coalesce(a.file_name, 'ledger') || coalesce(':' || u.row, '') || ': about ''' || u.key || ''': ' || u.why
FROM core.unmatched_decision AS u
LEFT JOIN core.arrival AS a USING (arrival_id)
UNION ALL
SELECT
    'warning', 'confidence', NULL,
    'in ' || finding_id || ' (' || string_agg(DISTINCT said, '; ' ORDER BY said) || ') was judged on other evidence than there is now: ' || max(changed) || ' (assess it anew, or living-review themes confirm ' || finding_id || ')'
FROM (FROM main.confidence SELECT *, level || CASE WHEN consensus THEN ', by consensus' ELSE ', by ' || assessor END AS said)
WHERE stale AND (consensus OR finding_id NOT IN (SELECT finding_id FROM main.confidence WHERE consensus))  -- what was settled counts
GROUP BY finding_id
UNION ALL
-- What themes and findings were said to rest on, and is gone.
SELECT 'warning', 'theme', NULL, 'theme ''' || theme_id || ''': its code ''' || path || ''' is in no project that counts'
FROM core.theme_code
WHERE code_id IS NULL
UNION ALL
SELECT
    'warning', 'finding', NULL,
    'finding ''' || finding_id || ''': its support by the ' || element || ' ' || named || ' is gone; state it anew (living-review themes export)'
FROM core.finding_support
WHERE known_as IS NULL
UNION ALL
SELECT 'warning', 'correction', NULL, finding
FROM main.correction_finding
UNION ALL
SELECT DISTINCT
    'error', 'notice', NULL,
    n.nature || coalesce(' of ' || n.date, '') || ' on the ' || replace(n.place, '_', ' ') || ' report ' || n.report_id || coalesce(': ' || r.title, '')
FROM main.retraction_notice AS n
JOIN main.record AS r ON r.record_id = 'r' || substr(n.report_id, 5)
WHERE n.place IN ('included', 'awaiting_retrieval', 'awaiting_full_text') AND n.nature <> 'correction'
UNION ALL
SELECT 'error', subject, NULL, 'the last answer of ' || origin || ' is not complete: ' || arg_max(reason, executed_at)
FROM main.service_check
GROUP BY subject, origin
HAVING NOT arg_max(complete, executed_at)
UNION ALL
SELECT 'warning', 'split export', NULL, name || ': ' || unnest(warnings)
FROM core.split_search
UNION ALL
-- What was coded, against the plan; only where the protocol has one.
SELECT
    'warning', 'coding', NULL,
    p.coder || ' coded ' || CASE WHEN count(*) = 1 THEN 'a report' ELSE count(*) || ' reports' END
    || ' that the protocol''s plan gives to others (coding_plan lists them)'
FROM main.coding_plan AS p
WHERE NOT p.planned AND p.report_id IN (SELECT report_id FROM main.coding_plan WHERE planned)
GROUP BY p.coder
UNION ALL
SELECT 'warning', 'coding', NULL, p.coder || ' declared the report ' || p.report_id || ' coded, and no QDA project holds a text of it'
FROM main.coding_plan AS p
ANTI JOIN main.document AS d USING (report_id)
WHERE p.state = 'done'
UNION ALL
SELECT
    'warning', 'coding', NULL,
    'event ' || s.seq || ', by ' || s.settled_by || ', settles a difference of ' || s.coder_a || ' and ' || s.coder_b
    || ' whose codings have changed since: it counts no more'
FROM core.coding_settlement AS s
ANTI JOIN core.coding_difference AS d USING (difference_id)
UNION ALL
-- What was coded of a report that is neither included nor excluded: easily taken for evidence.
SELECT
    'warning', 'coding', NULL,
    CASE count(*) WHEN 1 THEN 'a coded segment' ELSE count(*) || ' coded segments' END || ' of '
    || CASE count(DISTINCT g.report_id) WHEN 1 THEN 'a report' ELSE count(DISTINCT g.report_id) || ' reports' END
    || ' ' || CASE count(*) WHEN 1 THEN 'is' ELSE 'are' END || ' no evidence before the report is included: such as '
    || min(g.report_id) || ', ' || replace(arg_min(p.place, g.report_id), '_', ' ')
FROM main.coding_final AS g
JOIN main.report_path AS p USING (report_id)
WHERE NOT g.included AND p.place NOT IN ('excluded_screening', 'excluded_full_text', 'ineligible')
HAVING count(*) > 0
UNION ALL
-- What was coded or extracted of a report that is not known.
SELECT
    'warning', 'link', NULL,
    file_name || ': ' || CASE what WHEN 'document' THEN 'coded documents' ELSE 'rows' END || ' of no known report: ' || count(*)
    || ', such as ''' || min(name) || ''' ('
    || CASE what WHEN 'document' THEN 'living-review coding link' ELSE 'living-review extraction link' END || ' says which)'
FROM main.unlinked
GROUP BY what, file_name
UNION ALL
-- What says, by [synthesis] of the protocol, that a new synthesis is due. That confidence is stale is said above, finding by finding.
SELECT
    'warning', 'synthesis', NULL,
    CASE
        WHEN trigger = 'stale_confidence' THEN 'a new synthesis is due: the confidence in ' || count(*) || CASE count(*) WHEN 1 THEN ' finding' ELSE ' findings' END || ' is stale'
        ELSE 'a new synthesis is due: ' || min(says)
    END
FROM main.synthesis_trigger
GROUP BY trigger, CASE WHEN trigger <> 'stale_confidence' THEN (element, id) END
ORDER BY ALL

-- Each source: when it was searched last, whether that was complete (and if not, why), and whether it is overdue.
WITH last_answer AS (
    -- What the service's last answer made the loader say.
    SELECT source, arg_max(search_key, received_at) AS search_key
    FROM core.arrival
    WHERE kind = 'retrieval'
    GROUP BY source
),
reason AS (
    SELECT l.source, string_agg(DISTINCT p.message, '; ' ORDER BY p.message) AS reason
    FROM last_answer AS l
    JOIN core.arrival AS s USING (search_key)
    JOIN core.problem AS p USING (arrival_id)
    WHERE p.severity = 'error'
    GROUP BY l.source
)
SELECT
    o.source,
    o.database,
    CASE
        WHEN max(s.executed_at) IS NULL THEN 'never'
        WHEN arg_max(s.executed_at_known, s.executed_at) THEN max(s.executed_at)::DATE::VARCHAR
        ELSE 'received ' || max(s.executed_at)::DATE || ' (search date not given)'
    END AS last_search,
    date_diff('day', max(s.executed_at)::DATE, current_date) AS days,
    CASE
        WHEN max(r.reason) IS NOT NULL THEN 'stale: ' || max(r.reason)
        WHEN max(s.executed_at) IS NULL THEN 'not searched yet'
        WHEN NOT arg_max(s.complete, s.executed_at) THEN 'stale: the last search is not complete'
        WHEN date_diff('day', max(s.executed_at)::DATE, current_date) > o.every_days THEN 'overdue'
        ELSE 'current'
    END AS state,
    count(s.search_id) AS searches,
    coalesce(sum(s.new), 0)::BIGINT AS records,
    coalesce(sum(s.quarantined), 0)::BIGINT AS quarantined
FROM core.source AS o
LEFT JOIN main.search AS s USING (source)
LEFT JOIN reason AS r USING (source)
GROUP BY o.source, o.database, o.position, o.every_days
ORDER BY o.position

-- How current each source is: its last complete search and that search's window, when it was last looked into, until when it is
-- current, and since when it is stale; never, where nobody promises to search it again. Variables: today, stale_after_days. Looking into a Zotero library is a search of it; looking into a
-- mailbox or folder is not, since nothing tells whether an alert should have come.
WITH looked AS (
    SELECT source, max(checked_at) AS looked_at, arg_max(complete, checked_at) AS complete, arg_max(reason, checked_at) AS reason
    FROM main.feed_check
    GROUP BY source
),
searched AS (
    SELECT source, executed_at, executed_at_known, window_from, window_to, complete, reason
    FROM main.search
    UNION ALL
    SELECT source, checked_at, true, NULL, NULL, complete, reason
    FROM main.feed_check
    WHERE feed = 'zotero'
),
summed AS (
    SELECT
        source,
        max(executed_at) FILTER (complete) AS last_search,
        arg_max(executed_at_known, executed_at) FILTER (complete) AS known,
        arg_max_null(window_from, executed_at) FILTER (complete) AS window_from,
        arg_max_null(window_to, executed_at) FILTER (complete) AS window_to,
        arg_max(complete, executed_at) AS complete,
        arg_max(reason, executed_at) AS reason,
        max(executed_at) AS last_try
    FROM searched
    GROUP BY source
),
failed AS (
    SELECT s.source, min(q.executed_at) AS failing_since
    FROM summed AS s
    JOIN searched AS q USING (source)
    WHERE NOT q.complete AND (s.last_search IS NULL OR q.executed_at > s.last_search)
    GROUP BY s.source
),
dated AS (
    SELECT
        o.source, o.position, o.method, s.last_search::DATE AS last_search, coalesce(s.known, false) AS last_search_known, s.window_from,
        s.window_to, l.looked_at::DATE AS looked_at, s.last_search::DATE + o.every_days AS current_until,
        s.last_search::DATE + o.every_days + getvariable('stale_after_days')::INTEGER AS stale_from,
        f.failing_since::DATE AS failing_since,
        CASE WHEN NOT s.complete THEN s.reason WHEN NOT l.complete THEN l.reason END AS reason
    FROM core.source AS o
    LEFT JOIN summed AS s USING (source)
    LEFT JOIN looked AS l USING (source)
    LEFT JOIN failed AS f USING (source)
)
SELECT
    source, method,
    CASE
        WHEN last_search IS NULL AND failing_since IS NULL THEN 'never searched'
        WHEN getvariable('today')::DATE > stale_from OR last_search IS NULL THEN 'stale'
        WHEN reason IS NOT NULL THEN 'failing'
        WHEN current_until IS NULL THEN 'not repeated'
        WHEN getvariable('today')::DATE > current_until THEN 'due'
        ELSE 'current'
    END AS state,
    last_search, last_search_known, window_from, window_to, looked_at, current_until,
    CASE
        WHEN last_search IS NULL THEN failing_since
        WHEN getvariable('today')::DATE > stale_from THEN stale_from + 1
    END AS stale_since,
    reason
FROM dated
ORDER BY position

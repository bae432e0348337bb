-- Each source: when it was searched last, whether that was complete (and if not, why), and whether it is overdue on the
-- day in the variable `today`, this day where there is none.
SELECT
    o.source,
    o.database,
    CASE
        WHEN max(s.executed_at) IS NULL THEN 'never'
        WHEN arg_max(s.executed_at_known, s.executed_at) THEN max(s.executed_at)::DATE::VARCHAR
        ELSE 'received ' || max(s.executed_at)::DATE || ' (search date not given)'
    END AS last_search,
    date_diff('day', max(s.executed_at)::DATE, coalesce(getvariable('today')::DATE, current_date)) AS days,
    CASE
        WHEN max(s.executed_at) IS NULL THEN 'not searched yet'
        WHEN NOT arg_max(s.complete, s.executed_at)
            THEN 'stale: ' || coalesce(nullif(arg_max(s.reason, s.executed_at), ''), 'the last search is not complete')
        WHEN date_diff('day', max(s.executed_at)::DATE, coalesce(getvariable('today')::DATE, current_date)) > o.every_days THEN 'overdue'
        ELSE 'current'
    END AS state,
    count(s.search_id) AS searches,
    coalesce(sum(s.new), 0)::BIGINT AS records,
    coalesce(sum(s.quarantined), 0)::BIGINT AS quarantined
FROM core.source AS o
LEFT JOIN main.search AS s USING (source)
GROUP BY o.source, o.database, o.position, o.every_days
ORDER BY o.position

-- Each source: how often it was searched, when last, and how many records it brought.
SELECT
    s.database || ' (' || s.platform || '): ' || CASE
        WHEN count(q.search_id) = 0 THEN 'not searched yet'
        ELSE 'searches ' || count(q.search_id) || ', the last ' || CASE WHEN arg_max(q.executed_at_known, q.executed_at) THEN 'on ' ELSE 'received on ' END
            || max(q.executed_at)::DATE || '; records found ' || sum(q.found)
    END AS says
FROM core.source AS s
LEFT JOIN search AS q USING (source)
WHERE EXISTS (FROM search)
GROUP BY s.source, s.database, s.platform, s.position
ORDER BY s.position

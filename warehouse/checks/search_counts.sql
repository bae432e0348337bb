-- Every record that a search found is loaded or in quarantine, and every one that it loaded has its delivery.
SELECT 'search ' || s.search_id || ': found ' || s.found || ', loaded ' || s.loaded || ', in quarantine ' || s.quarantined
    || ', delivered ' || coalesce(d.n, 0) || ', kept in quarantine ' || coalesce(q.n, 0) AS violation
FROM core.search AS s
LEFT JOIN (SELECT search_id, count(*) AS n FROM core.found_record GROUP BY search_id) AS d USING (search_id)
LEFT JOIN (SELECT search_id, count(*) AS n FROM core.quarantine GROUP BY search_id) AS q USING (search_id)
WHERE s.found <> s.loaded + s.quarantined OR s.loaded <> coalesce(d.n, 0) OR s.quarantined <> coalesce(q.n, 0)

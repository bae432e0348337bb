-- What each source brought.
SELECT c.source, c.database, c.platform, c.method, c.searches, c.hits, c.found, c.loaded, c.records, c.reports, c.unique_reports, c.included, c.included_alone
FROM source_contribution AS c
JOIN core.source AS s USING (source)
ORDER BY s.position;

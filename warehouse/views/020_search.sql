-- Searches: one run of one strategy on one source. found = loaded + quarantined; loaded = new + known.
-- Where nobody said when a search was run, executed_at is the time of receipt and executed_at_known is false.
CREATE OR REPLACE VIEW main.search AS
WITH first_found AS (
    SELECT search_id, count(*) AS new
    FROM core.record
    GROUP BY search_id
),
delivered AS (
    SELECT search_id, count(DISTINCT record_id) AS distinct_records
    FROM core.found_record
    GROUP BY search_id
)
SELECT
    s.search_id, s.event_id, s.source, s.platform, o.method, s.window_from, s.window_to, s.executed_at, s.executed_at_known,
    s.hits, s.found, s.loaded, s.quarantined,
    coalesce(f.new, 0) AS new,
    s.loaded - coalesce(f.new, 0) AS known,
    s.loaded - coalesce(d.distinct_records, 0) AS repeated,
    s.complete, s.reason, s.strategy
FROM core.search AS s
LEFT JOIN core.source AS o USING (source)
LEFT JOIN first_found AS f USING (search_id)
LEFT JOIN delivered AS d USING (search_id);

-- What each source brought: searches, hits, records; the reports that only it found; and, of the included reports, how
-- many it found (its relative recall) and how many nobody else found.
CREATE OR REPLACE VIEW main.source_contribution AS
WITH search_total AS (
    -- The pieces of one export are one search; where all of them note the same hits, those are the whole search's.
    SELECT
        q.source,
        coalesce(p.split_id, q.search_id) AS search,
        CASE
            WHEN count(*) > count(q.hits) THEN NULL
            WHEN count(*) > 1 AND count(DISTINCT q.hits) = 1 AND min(q.hits) > max(q.found) THEN min(q.hits)
            ELSE sum(q.hits)
        END AS hits,
        sum(q.found) AS found, sum(q.loaded) AS loaded, sum(q.quarantined) AS quarantined
    FROM core.search AS q
    LEFT JOIN (SELECT DISTINCT search_id, split_id FROM main.split_search WHERE search_id IS NOT NULL) AS p USING (search_id)
    GROUP BY q.source, coalesce(p.split_id, q.search_id)
),
source_total AS (
    SELECT
        source, count(*) AS searches,
        CASE WHEN count(*) = count(hits) THEN sum(hits)::BIGINT END AS hits,
        sum(found)::BIGINT AS found, sum(loaded)::BIGINT AS loaded, sum(quarantined)::BIGINT AS quarantined
    FROM search_total
    GROUP BY source
),
record_count AS (
    SELECT source, count(*) AS records FROM core.record GROUP BY source
),
finder AS (
    -- Each report with each source that found it, and whether no other did.
    SELECT f.source, f.report_id, p.place = 'included' AS included, count(*) OVER (PARTITION BY f.report_id) = 1 AS alone
    FROM (SELECT DISTINCT source, report_id FROM core.prisma_record) AS f
    JOIN core.report_path AS p USING (report_id)
),
by_source AS (
    SELECT
        source, count(*) AS reports, count(*) FILTER (alone) AS unique_reports,
        count(*) FILTER (included) AS included, count(*) FILTER (included AND alone) AS included_alone
    FROM finder
    GROUP BY source
),
all_reports AS (
    SELECT count(*) AS included FROM main.report_path WHERE place = 'included'
)
SELECT
    o.source, o.database, o.platform, o.method,
    coalesce(s.searches, 0) AS searches, s.hits,
    coalesce(s.found, 0) AS found, coalesce(s.loaded, 0) AS loaded, coalesce(s.quarantined, 0) AS quarantined,
    coalesce(r.records, 0) AS records,
    coalesce(b.reports, 0) AS reports, coalesce(b.unique_reports, 0) AS unique_reports,
    coalesce(b.included, 0) AS included, coalesce(b.included_alone, 0) AS included_alone,
    round(coalesce(b.included, 0) / nullif(all_reports.included, 0), 4) AS relative_recall,
    round(b.included / nullif(b.reports, 0), 4) AS precision
FROM core.source AS o
CROSS JOIN all_reports
LEFT JOIN source_total AS s USING (source)
LEFT JOIN record_count AS r USING (source)
LEFT JOIN by_source AS b USING (source)
ORDER BY o.position;

-- How each record is counted in the PRISMA flow diagram: one row each time that it counts as identified.
-- A record that one search delivers several times is identified as often, and all but once removed as a duplicate: an
-- export of 190 says n = 190. A later search of the same source that finds the record again does not identify it anew
-- (in a living review the count would grow with every rerun): it counts as often as the search that delivers it most.
-- Its repeats have ids of their own: rX#2, rX#3.
-- `arm` is the record's own column. `leads`: the record stands for its report in the boxes after identification; it is
-- the one that was found first of those in the report's column.
WITH repeat AS (
    SELECT record_id, max(times) AS times
    FROM (SELECT record_id, count(*) AS times FROM core.found_record GROUP BY search_id, record_id)
    GROUP BY record_id
    HAVING max(times) > 1
),
found AS (
    SELECT
        r.record_id, m.report_id, s.source, s.method, p.arm AS report_arm, p.place,
        CASE WHEN s.method IN ('database', 'register') THEN 'databases' ELSE 'other' END AS record_arm,
        row_number() OVER (PARTITION BY m.report_id, record_arm ORDER BY r.first_executed_at, r.record_id) AS nth
    FROM core.record AS r
    JOIN core.report_record AS m USING (record_id)
    JOIN core.source AS s USING (source)
    JOIN core.report_path AS p USING (report_id)
)
SELECT record_id AS id, record_id, report_id, source, method, record_arm AS arm, place, record_arm = report_arm AND nth = 1 AS leads
FROM found
UNION ALL
SELECT record_id || '#' || unnest(generate_series(2, times)), record_id, report_id, source, method, record_arm, place, false
FROM found
JOIN repeat USING (record_id)

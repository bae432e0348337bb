-- How long each included report took from the first search that found it to the first version that includes it.
CREATE OR REPLACE VIEW main.time_to_inclusion AS
WITH released AS (
    SELECT coalesce(a.report_id, n.report_id) AS report_id, min(n.version) AS version
    FROM core.release_report AS n
    LEFT JOIN main.report_alias AS a ON a.alias = n.report_id
    GROUP BY ALL
),
found AS (
    SELECT
        m.report_id, min(s.executed_at) AS first_found_at, arg_min(s.source, (s.executed_at, s.search_id)) AS source,
        arg_min(s.executed_at_known, (s.executed_at, s.search_id)) AS first_found_known
    FROM core.report_record AS m
    JOIN core.report_path AS p USING (report_id)
    JOIN core.found_record AS f USING (record_id)
    JOIN core.search AS s USING (search_id)
    WHERE p.place = 'included'
    GROUP BY m.report_id
)
SELECT
    f.report_id, f.source, f.first_found_at, f.first_found_known, e.version, e.released_at AS included_at,
    date_diff('day', f.first_found_at, e.released_at) AS days
FROM found AS f
LEFT JOIN released AS r USING (report_id)
LEFT JOIN core.release AS e USING (version)
ORDER BY f.first_found_at, f.report_id;

-- Included studies in the order in which they came in: by the first version that includes a report of theirs (none yet: last),
-- then by when a search first found one.
CREATE OR REPLACE VIEW main.study_inclusion AS
WITH released AS (
    SELECT coalesce(a.report_id, n.report_id) AS report_id, min(n.version) AS version
    FROM core.release_report AS n
    LEFT JOIN main.report_alias AS a ON a.alias = n.report_id
    GROUP BY ALL
),
included AS (
    SELECT r.study_id, min(e.version) AS version, min(r.first_found_at) AS first_found_at
    FROM main.report AS r
    JOIN main.report_path AS p USING (report_id)
    LEFT JOIN released AS e USING (report_id)
    WHERE p.place = 'included'
    GROUP BY r.study_id
)
SELECT
    i.study_id, s.label, row_number() OVER (ORDER BY i.version NULLS LAST, i.first_found_at, s.label, i.study_id) AS position,
    i.version, e.released_at, i.first_found_at
FROM included AS i
JOIN main.study AS s USING (study_id)
LEFT JOIN core.release AS e USING (version);

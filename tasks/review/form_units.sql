-- What forms are to be filled in about, in the order of inclusion: each included study (for extraction), and each of its
-- included reports (for appraisal).
WITH included AS (
    SELECT
        s.position, s.study_id, s.label, r.report_id, r.study_label,
        concat_ws(
            '. ',
            CASE WHEN len(r.authors) > 1 THEN split_part(r.authors[1], ',', 1) || ' et al.' ELSE split_part(r.authors[1], ',', 1) END
            || coalesce(' (' || r.year || ')', ''),
            r.title
        ) AS reference
    FROM study_inclusion AS s
    JOIN report AS r USING (study_id)
    JOIN report_path AS p ON p.report_id = r.report_id AND p.place = 'included'
)
SELECT
    true AS of_study, study_id AS subject, list(report_id ORDER BY report_id) AS reports, any_value(label) AS name,
    string_agg(reference, chr(10) ORDER BY report_id) AS reference, position, '' AS within
FROM included
GROUP BY study_id, position
UNION ALL
SELECT false, report_id, [report_id], label, reference, position, report_id
FROM included
ORDER BY of_study, position, within

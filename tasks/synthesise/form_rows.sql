-- Included studies for the extraction form in the order of inclusion: their reports, and references to recognise these by.
SELECT
    s.study_id,
    string_agg(r.report_id, '; ' ORDER BY r.report_id) AS report_ids,
    coalesce(max(r.study_label), '') AS study,
    string_agg(
        concat_ws(
            '. ',
            CASE
                WHEN len(r.authors) > 1 THEN split_part(r.authors[1], ',', 1) || ' et al.'
                ELSE split_part(r.authors[1], ',', 1)
            END || coalesce(' (' || r.year || ')', ''),
            r.title
        ),
        chr(10)
        ORDER BY r.report_id
    ) AS reference
FROM study_inclusion AS s
JOIN report AS r USING (study_id)
JOIN report_path AS p ON p.report_id = r.report_id AND p.place = 'included'
GROUP BY s.study_id, s.position
ORDER BY s.position

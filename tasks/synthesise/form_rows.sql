-- Included reports for the extraction form, each with a reference to recognise it by and the values known so far.
SELECT
    r.report_id,
    coalesce(r.study_label, '') AS study,
    concat_ws(
        '. ',
        CASE
            WHEN len(r.authors) > 1 THEN split_part(r.authors[1], ',', 1) || ' et al.'
            ELSE split_part(r.authors[1], ',', 1)
        END || coalesce(' (' || r.year || ')', ''),
        r.title
    ) AS reference,
    coalesce(v.fields, []::STRUCT(field VARCHAR, value VARCHAR)[]) AS fields
FROM report AS r
JOIN report_path AS p USING (report_id)
LEFT JOIN (
    SELECT report_id, list(struct_pack(field := field, value := value) ORDER BY field, value) AS fields
    FROM characteristic
    GROUP BY report_id
) AS v USING (report_id)
WHERE p.place = 'included'
ORDER BY reference, r.report_id

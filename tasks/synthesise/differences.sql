-- What extractors or reports differ on, a row a study and field, with who said what and room for what is agreed. Variables of QDA
-- projects that no sheet and no field of the form knows (a DOI, a case) may well differ between reports: they are left out.
WITH said AS (
    SELECT
        study_id, field, report_id, coalesce(extractor, 'not named') AS extractor,
        string_agg(DISTINCT value, '; ' ORDER BY value) AS value
    FROM characteristic
    GROUP BY ALL
)
SELECT
    array_to_string(s.report_ids, '; ') AS report_id, s.label AS study, d.field, d.agreement,
    string_agg(
        a.value || ' (' || a.extractor || CASE WHEN s.reports > 1 THEN ', ' || a.report_id ELSE '' END || ')',
        ' | ' ORDER BY a.extractor, a.report_id
    ) AS answers,
    'consensus' AS extractor, NULL::VARCHAR AS value
FROM study_characteristic AS d
JOIN study AS s USING (study_id)
JOIN said AS a USING (study_id, field)
WHERE d.status = 'differing'
    AND (d.field IN (SELECT field FROM protocol_field) OR d.field IN (SELECT field FROM characteristic WHERE origin <> 'qda project'))
GROUP BY ALL
ORDER BY study, d.field

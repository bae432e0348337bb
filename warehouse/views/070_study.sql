-- Included studies, with the reports that are of them.
CREATE OR REPLACE VIEW main.study AS
SELECT
    r.study_id,
    coalesce(min(r.study_label), arg_min(coalesce(split_part(r.authors[1], ',', 1), left(r.title, 40)) || coalesce(' ' || r.year, ''), r.report_id)) AS label,
    count(*) AS reports,
    list(r.report_id ORDER BY r.report_id) AS report_ids
FROM main.report AS r
JOIN main.report_path AS p USING (report_id)
WHERE p.place = 'included'
GROUP BY r.study_id;

-- What each finding rests on now, as lists that an assessment of confidence can be compared with: segments with their stance,
-- studies, the appraisal of these studies (a hash over all answers), and those of their reports that are retracted.
WITH segment AS (
    SELECT finding_id, list(coding_id || ' ' || stance ORDER BY coding_id) AS codings
    FROM core.finding_segment
    GROUP BY finding_id
),
study AS (
    SELECT finding_id, list(DISTINCT study_id ORDER BY study_id) AS studies
    FROM core.finding_segment
    WHERE study_id IS NOT NULL
    GROUP BY finding_id
),
answer AS (
    SELECT DISTINCT f.finding_id, concat_ws('|', a.study_id, a.checklist, a.item, a.answer, a.reviewer) AS line
    FROM core.finding_segment AS f
    JOIN main.appraisal AS a USING (study_id)
),
appraised AS (
    SELECT finding_id, md5(string_agg(line, ';' ORDER BY line)) AS appraisal
    FROM answer
    GROUP BY finding_id
),
retracted AS (
    SELECT f.finding_id, list(DISTINCT f.report_id ORDER BY f.report_id) AS reports
    FROM core.finding_segment AS f
    SEMI JOIN main.retraction_notice AS n ON n.report_id = f.report_id AND n.nature = 'retraction'
    GROUP BY f.finding_id
)
SELECT
    f.finding_id,
    coalesce(g.codings, []) AS codings,
    coalesce(s.studies, []) AS studies,
    coalesce(a.appraisal, '') AS appraisal,
    coalesce(r.reports, []) AS retracted
FROM main.finding AS f
LEFT JOIN segment AS g USING (finding_id)
LEFT JOIN study AS s USING (finding_id)
LEFT JOIN appraised AS a USING (finding_id)
LEFT JOIN retracted AS r USING (finding_id)

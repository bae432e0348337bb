-- Confidence in each finding (GRADE-CERQual), by assessor, and the assessors' consensus; stale where what the finding rests on
-- has changed since, with what changed. A consensus that holds speaks for those who came to it: what they judged on before is not
-- stale then.
CREATE OR REPLACE VIEW main.confidence AS
WITH compared AS (
    SELECT
        c.*,
        len(list_filter(b.codings, lambda x: NOT list_contains(c.codings, x))) AS codings_more,
        len(list_filter(c.codings, lambda x: NOT list_contains(b.codings, x))) AS codings_fewer,
        len(list_filter(b.studies, lambda x: NOT list_contains(c.studies, x))) AS studies_more,
        len(list_filter(c.studies, lambda x: NOT list_contains(b.studies, x))) AS studies_fewer,
        c.appraisal <> b.appraisal AND list_sort(c.studies) = b.studies AS appraisal_changed,
        list_filter(b.retracted, lambda x: NOT list_contains(c.retracted, x)) AS retracted_since
    FROM core.confidence AS c
    JOIN main.finding_basis AS b USING (finding_id)
),
told AS (
    SELECT
        *,
        concat_ws(
            '; ',
            CASE WHEN studies_more > 0 THEN studies_more || CASE studies_more WHEN 1 THEN ' more study' ELSE ' more studies' END END,
            CASE WHEN studies_fewer > 0 THEN studies_fewer || CASE studies_fewer WHEN 1 THEN ' study fewer' ELSE ' studies fewer' END END,
            CASE WHEN codings_more = 1 THEN '1 coding is new or speaks otherwise' WHEN codings_more > 1 THEN codings_more || ' codings are new or speak otherwise' END,
            CASE WHEN codings_fewer = 1 THEN '1 coding is gone or spoke otherwise' WHEN codings_fewer > 1 THEN codings_fewer || ' codings are gone or spoke otherwise' END,
            CASE WHEN appraisal_changed THEN 'the appraisal of its studies changed' END,
            CASE WHEN len(retracted_since) > 0 THEN 'retracted: ' || array_to_string(retracted_since, ', ') END
        ) AS changed
    FROM compared
)
SELECT
    finding_id, assessor, consensus, level, explanation, assessed_at,
    changed <> '' AND NOT coalesce(bool_or(consensus AND changed = '') OVER (PARTITION BY finding_id), false) AS stale,
    nullif(changed, '') AS changed
FROM told;

-- How much each finding rests on, by stance: included studies and reports, and segments for it, against it, and of nuance; and what
-- GRADE-CERQual's assessors look at: thin where no study, or one alone, speaks for it.
CREATE OR REPLACE VIEW main.finding_evidence AS
SELECT
    f.finding_id, f.sentence,
    count(DISTINCT s.study_id) AS studies,
    count(DISTINCT s.report_id) AS reports,
    count(s.coding_id) AS codings,
    count(DISTINCT s.study_id) FILTER (s.stance = 'for') AS studies_for,
    count(s.coding_id) FILTER (s.stance = 'for') AS codings_for,
    count(DISTINCT s.study_id) FILTER (s.stance = 'against') AS studies_against,
    count(s.coding_id) FILTER (s.stance = 'against') AS codings_against,
    count(DISTINCT s.study_id) FILTER (s.stance = 'nuance') AS studies_nuance,
    count(s.coding_id) FILTER (s.stance = 'nuance') AS codings_nuance
FROM main.finding AS f
LEFT JOIN main.finding_support AS s USING (finding_id)
GROUP BY ALL;

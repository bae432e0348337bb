-- Meta-aggregation: findings of studies, each with its illustration, credibility and category.
CREATE OR REPLACE VIEW main.study_finding AS
SELECT
    id AS finding_id, study_id, report_id, text AS finding, quote AS illustration, page, choice AS credibility, others[1] AS category_id,
    who AS analyst, included
FROM main.method_item
WHERE kind = 'finding';
